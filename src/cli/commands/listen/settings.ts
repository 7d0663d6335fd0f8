/** Options and variables of `packit listen`, read and checked. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Context } from '../../../context.ts';
import { PackitError, messageOf } from '../../../errors.ts';
import { parseBrokerAddress } from '../../../remote/amqp/index.ts';
import { trustedAuthorities } from '../../../remote/http/index.ts';
import { ROLES } from '../../../workflows/listen/index.ts';
import type { Address, DeadInput, Role, WebhookSecrets } from '../../../workflows/listen/index.ts';

export interface BrokerFlags {
  broker?: string;
  brokerCa?: string;
  brokerCert?: string;
  brokerKey?: string;
  name?: string;
}

/** @throws PackitError `BROKER_ADDRESS`, `SECRET_UNREADABLE`, `USAGE` */
export function brokerInput(ctx: Context, flags: BrokerFlags): DeadInput {
  const { env } = ctx;
  const address = parseBrokerAddress(flags.broker ?? 'amqp://localhost');
  const password = secretOf(ctx, 'PACKIT_BROKER_PASSWORD') ?? address.password;
  ctx.redactor.add(password);
  const name = flags.name ?? 'packit';
  if (!/^[\w.-]{1,64}$/.test(name)) {
    throw usage(`"${name}" is no name for queues`, 'Use letters, digits, ".", "-" and "_".');
  }
  const pem = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : readText(resolve(ctx.cwd, path));
  const tls = {
    ca:
      pem(flags.brokerCa) ?? (address.protocol === 'amqps' ? trustedAuthorities(env).join('\n') : undefined),
    cert: pem(flags.brokerCert),
    key: pem(flags.brokerKey),
  };
  return { broker: { address: { ...address, password }, tls }, name };
}

/** A source without its secret is not listened to. */
export function webhookSecrets(ctx: Context): WebhookSecrets {
  const named = {
    github: secretOf(ctx, 'PACKIT_GITHUB_WEBHOOK_SECRET'),
    gitlab: secretOf(ctx, 'PACKIT_GITLAB_WEBHOOK_TOKEN'),
    forgejo: secretOf(ctx, 'PACKIT_FORGEJO_WEBHOOK_SECRET'),
    testingFarm: secretOf(ctx, 'PACKIT_TESTING_FARM_WEBHOOK_TOKEN'),
  };
  return Object.fromEntries(Object.entries(named).filter(([, secret]) => secret !== undefined));
}

/**
 * The variable's value, or that of the file which `NAME_FILE` names, or of systemd's credential: `PACKIT_BROKER_PASSWORD` is
 * `packit_broker-password` there, as a directory of credentials called `packit` makes it.
 */
export function secretOf({ env, redactor }: Context, name: string): string | undefined {
  const file = env[`${name}_FILE`] || credentialOf(env.CREDENTIALS_DIRECTORY, name);
  const value = env[name] || (file ? readText(file).replace(/\r?\n$/, '') : undefined);
  redactor.add(value);
  return value === '' ? undefined : value;
}

function credentialOf(directory: string | undefined, name: string): string | undefined {
  if (!directory) return undefined;
  const file = join(
    directory,
    name
      .replace(/^PACKIT_/, 'packit:')
      .toLowerCase()
      .replaceAll('_', '-')
      .replace(':', '_'),
  );
  return existsSync(file) ? file : undefined;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new PackitError('SECRET_UNREADABLE', `Cannot read ${path}: ${messageOf(cause)}`, {
      hint: 'Correct the option or the variable that names it, or make the file readable for this user.',
      cause,
    });
  }
}

/** `web,worker`; undefined: all. @throws PackitError `USAGE` */
export function rolesOf(text: string | undefined): Role[] {
  if (text === undefined) return [...ROLES];
  return text.split(',').map((word) => {
    const role = ROLES.find((one) => one === word.trim());
    if (role === undefined)
      throw usage(`There is no role "${word.trim()}"`, `The roles are ${ROLES.join(', ')}.`);
    return role;
  });
}

/** `8080`, `:8080` (every address), `127.0.0.1:8080`, `[::1]:8080`. @throws PackitError `USAGE` */
export function addressOf(text: string): Address {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-f:]+)\]:|([^:[\]]*):)?(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits ?? Number.NaN);
  if (!(port <= 65_535))
    throw usage(`"${text}" is no address`, 'Write HOST:PORT, such as 127.0.0.1:8080, or :8080.');
  const host = bracketed ?? plain;
  return { host: host === '' ? '::' : (host ?? '127.0.0.1'), port };
}

/** @throws PackitError `USAGE` */
export function countOf(text: string | undefined, option: string, byDefault: number): number {
  if (text === undefined) return byDefault;
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw usage(`${option} wants a number from 1 to 999, not "${text}"`, `Write ${option} ${byDefault}.`);
}

function usage(message: string, hint: string): PackitError {
  return new PackitError('USAGE', message, { hint });
}
