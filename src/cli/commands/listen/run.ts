import { join, resolve } from 'node:path';
import type { Context } from '../../../context.ts';
import { PackitError } from '../../../errors.ts';
import { displayBroker } from '../../../remote/amqp/index.ts';
import { readMessagingConfig } from '../../../remote/fedora-messaging/index.ts';
import { requireRepositoryUrl } from '../../../remote/forge/index.ts';
import { createHandle, handleOnce, listen } from '../../../workflows/listen/index.ts';
import type { Address, ListenInput } from '../../../workflows/listen/index.ts';
import type { Command, GlobalOptions } from '../../command.ts';
import { parseDuration } from '../build/build-input.ts';
import { addressOf, brokerInput, countOf, rolesOf, webhookSecrets } from './settings.ts';
import type { BrokerFlags } from './settings.ts';

export interface ListenFlags extends BrokerFlags {
  role?: string;
  web?: string;
  /** `--no-monitor` makes it false. */
  monitor?: string | boolean;
  fedoraMessaging?: string;
  account?: string[];
  workers?: string;
  grace?: string;
  state?: string;
  project?: string[];
  sweep?: string;
  instance?: string;
  commentPrefix?: string;
  once?: string;
  eventName?: string;
  forge?: string;
}

export const listenCommand: Command<ListenFlags> = async ({ ctx, options, global }) => {
  const { instance, commentPrefix } = options;
  const handle = createHandle({ instance, commentPrefix });
  if (options.once !== undefined) {
    const { once: file, eventName, forge } = options;
    const result = await handleOnce(ctx, { file, eventName, forge }, handle);
    const again = result.again === undefined ? '' : `; packit listen would look again in ${result.again} s`;
    return {
      text: `${result.outcome}: ${result.note}${result.outcome === 'later' ? again : ''}`,
      json: result,
    };
  }
  if (ctx.dryRun) {
    throw new PackitError('USAGE', '--dry-run is for --once', {
      hint: 'Handle one event: --once FILE --dry-run.',
    });
  }
  const input = listenInput(ctx, options, global);
  const result = await listen(ctx, input, handle, (at) => ctx.ui.info(readyLine(input, at)));
  return { text: `${result.handled} events were handled.`, json: result };
};

function listenInput(ctx: Context, options: ListenFlags, global: GlobalOptions): ListenInput {
  const { env } = ctx;
  const roles = rolesOf(options.role);
  const messaging = options.fedoraMessaging ?? env.FEDORA_MESSAGING_CONF;
  if (options.role?.includes('consumer') === true && !messaging) {
    throw new PackitError('USAGE', 'The role consumer needs the configuration of fedora-messaging', {
      hint: 'Name it: --fedora-messaging /etc/fedora-messaging/config.toml.',
    });
  }
  const accounts = options.account ?? (global.fasUser === undefined ? [] : [global.fasUser]);
  if (messaging && accounts.length === 0) {
    ctx.ui.warn({
      code: 'LISTEN_NO_ACCOUNT',
      message: "Messages of Copr's builds and Koji's tasks are left out: it is not known whose are ours",
      hint: 'Name the account that builds: --account NAME.',
    });
  }
  const { monitor } = options;
  return {
    ...brokerInput(ctx, options),
    version: process.env.PACKIT_CLI_VERSION ?? '0.0.0',
    roles,
    web: addressOf(options.web ?? '127.0.0.1:8080'),
    monitor:
      monitor === false ? undefined : addressOf(typeof monitor === 'string' ? monitor : '127.0.0.1:8081'),
    secrets: webhookSecrets(ctx),
    messaging: messaging ? readMessagingConfig(resolve(ctx.cwd, messaging)) : undefined,
    accounts,
    workers: countOf(options.workers, '--workers', 4),
    grace: parseDuration(options.grace ?? '60s'),
    state: stateDirectory(ctx, options.state),
    projects: (options.project ?? []).map((url) => ({ forge: undefined, ...place(url) })),
    sweepEvery: parseDuration(options.sweep ?? '10m'),
  };
}

function place(url: string): Pick<ListenInput['projects'][number], 'instanceUrl' | 'project'> {
  const { instanceUrl, project } = requireRepositoryUrl(url);
  return { instanceUrl, project };
}

/** systemd names a directory that it made for the service. */
function stateDirectory({ env, cwd }: Context, given: string | undefined): string {
  if (given !== undefined) return resolve(cwd, given);
  const home =
    env.XDG_STATE_HOME?.startsWith('/') === true ? env.XDG_STATE_HOME : join(env.HOME ?? '/', '.local/state');
  return join(env.STATE_DIRECTORY ?? join(home, 'packit'), 'listen');
}

function readyLine(
  { roles, name, broker, secrets, messaging }: ListenInput,
  { web, monitor }: { web: Address | undefined; monitor: Address | undefined },
): string {
  const url = ({ host, port }: Address): string =>
    `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const sources = Object.keys(secrets);
  return [
    `Ready as ${roles.join(', ')}; queues "${name}" at ${displayBroker(broker.address)}`,
    ...(web === undefined
      ? []
      : [
          `webhooks at ${url(web)} ${sources.length === 0 ? 'from nobody: no secret is set' : `from ${sources.join(', ')}`}`,
        ]),
    ...(roles.includes('consumer')
      ? [messaging === undefined ? 'no messages' : `messages from ${displayBroker(messaging.address)}`]
      : []),
    ...(monitor === undefined ? [] : [`${url(monitor)}/metrics`]),
  ].join('; ');
}
