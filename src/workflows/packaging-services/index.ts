/** Fedora's Koji and Bodhi as a workflow sees them: where they are, and the user's login. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { isPackitError } from '../../errors.ts';
import type { UserConfig } from '../../project/config/index.ts';
import { createBodhi, createLogin } from '../../remote/bodhi/index.ts';
import type { Bodhi } from '../../remote/bodhi/index.ts';
import type { HttpClient } from '../../remote/http/index.ts';
import { createKoji } from '../../remote/koji/index.ts';
import type { Koji } from '../../remote/koji/index.ts';
import { ensureTicket, loginCommand } from '../../tools/kerberos/index.ts';

export interface ServiceOptions {
  ctx: Context;
  http: HttpClient;
  userConfig: UserConfig;
}

/** The part of the user's configuration that says who logs in. */
export type Account = Pick<UserConfig, 'fas_user' | 'keytab_path' | 'kerberos_realm'>;

/** Koji; nothing is asked yet. */
export function openKoji({
  ctx,
  http,
  userConfig,
}: Omit<ServiceOptions, 'userConfig'> & { userConfig: Account }): Koji {
  return createKoji({
    http,
    run: ctx.run,
    cwd: ctx.cwd,
    url: ctx.env.PACKIT_KOJI_URL,
    webUrl: ctx.env.PACKIT_KOJI_WEB_URL,
    ensureTicket: () => ticket({ ctx, userConfig }),
    login: loginCommand(userConfig.kerberos_realm, userConfig.fas_user),
    redactor: ctx.redactor,
    sleep: ctx.sleep,
    signal: ctx.signal,
    now: ctx.now,
    ...(/^\d+$/.test(ctx.env.PACKIT_RETRY_DELAY ?? '')
      ? { retryDelay: Number(ctx.env.PACKIT_RETRY_DELAY) }
      : {}),
  });
}

/** Bodhi; nothing is asked yet. */
export function openBodhi({ ctx, http, userConfig }: ServiceOptions): Bodhi {
  const url = ctx.env.PACKIT_BODHI_URL;
  const { ui } = ctx;
  const login = createLogin({
    http,
    run: ctx.run,
    cwd: ctx.cwd,
    now: ctx.now,
    url,
    providerUrl: ctx.env.PACKIT_BODHI_LOGIN_URL,
    tokenFile: tokenFile(ctx),
    redactor: ctx.redactor,
    hasTicket: () =>
      ticket({ ctx, userConfig }).then(
        () => true,
        (error: unknown) => {
          if (!isPackitError(error) || error.code === 'INTERRUPTED') throw error;
          ui.debug(error.message);
          return false;
        },
      ),
    loginCommand: loginCommand(userConfig.kerberos_realm, userConfig.fas_user),
    person: ui.interactive
      ? { say: (message) => ui.info(message), ask: (question) => ui.ask(question, '') }
      : undefined,
    signal: ctx.signal,
  });
  return createBodhi({ http, url, login });
}

async function ticket({ ctx, userConfig }: { ctx: Context; userConfig: Account }): Promise<void> {
  const { fas_user: user, keytab_path: keytab, kerberos_realm: realm } = userConfig;
  await ensureTicket({ run: ctx.run, cwd: ctx.cwd, now: ctx.now, realm, user, keytab });
}

/** Where the Python Packit has its tokens, if it has; else where Bodhi's own client does. */
function tokenFile({ paths }: Context): string {
  const old = join(paths.home, 'bodhi-client.json');
  return existsSync(old) ? old : join(paths.config, 'bodhi', 'client.json');
}
