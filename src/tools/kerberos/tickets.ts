import { CommandError, PackitError } from '../../errors.ts';
import type { Run } from '../process/index.ts';
import { parseKlist } from './klist.ts';
import type { KerberosTicket } from './klist.ts';

export interface KerberosOptions {
  run: Run;
  cwd: string;
  now: () => Date;
}

export interface TicketRequest extends KerberosOptions {
  /** `FEDORAPROJECT.ORG` */
  realm: string;
  /** Account name, for messages and for `kinit` with a keytab. */
  user?: string | undefined;
  /** Absolute path: a ticket is fetched with it where there is none. */
  keytab?: string | undefined;
  /** Milliseconds a ticket must still be good for. Default: five minutes. */
  atLeast?: number;
}

/** Times and messages as they are parsed here, whatever the user's language. */
const PLAIN = { LC_ALL: 'C', LANGUAGE: 'C', TZ: 'UTC' };
const AT_LEAST = 5 * 60 * 1000;
const KINIT_TIMEOUT = 60_000;

/**
 * The ticket-granting tickets in all of the user's credential caches, ended ones included.
 * @throws PackitError `KERBEROS_TOOLS_MISSING`
 */
export async function listTickets({ run, cwd }: Omit<KerberosOptions, 'now'>): Promise<KerberosTicket[]> {
  try {
    const { stdout } = await run(['klist', '-A'], { cwd, env: PLAIN, okExitCodes: [0, 1] });
    return parseKlist(stdout.toString('utf8'));
  } catch (error) {
    throw toolsMissing(error) ?? error;
  }
}

/** A ticket for the realm that is still good, the one that lasts longest. */
export async function findTicket(request: TicketRequest): Promise<KerberosTicket | undefined> {
  return bestTicket(await listTickets(request), request);
}

/**
 * Sees to it that there is a ticket: the one that is there, else one fetched with the configured keytab.
 * Meant to be called before any work is done.
 * @throws PackitError `KERBEROS_NO_TICKET`, `KERBEROS_TICKET_EXPIRED`, `KERBEROS_OTHER_REALM`, `KERBEROS_TOOLS_MISSING`,
 *   `KINIT_FAILED`
 */
export async function ensureTicket(request: TicketRequest): Promise<KerberosTicket> {
  const tickets = await listTickets(request);
  const found = bestTicket(tickets, request);
  if (found !== undefined) return found;
  if (request.keytab === undefined || request.user === undefined) throw noTicket(tickets, request);
  await kinitWithKeytab({ ...request, user: request.user, keytab: request.keytab });
  const fetched = await findTicket(request);
  if (fetched === undefined) throw noTicket([], request);
  return fetched;
}

/** The command that gets a ticket, as a person would type it. Fedora's own asks for the one-time password as well. */
export function loginCommand(realm: string, user?: string): string {
  return realm === 'FEDORAPROJECT.ORG' ? `fkinit -u ${user ?? 'USER'}` : `kinit ${user ?? 'USER'}@${realm}`;
}

function bestTicket(tickets: readonly KerberosTicket[], request: TicketRequest): KerberosTicket | undefined {
  const limit = request.now().getTime() + (request.atLeast ?? AT_LEAST);
  return tickets
    .filter(({ realm, expires }) => realm === request.realm && expires.getTime() >= limit)
    .sort((one, other) => other.expires.getTime() - one.expires.getTime())[0];
}

function noTicket(tickets: readonly KerberosTicket[], request: TicketRequest): PackitError {
  const { realm, user, now } = request;
  const login = loginCommand(realm, user);
  const hint = `Log in with: ${login}`;
  const ended = tickets.find((ticket) => ticket.realm === realm);
  if (ended !== undefined) {
    const minutes = Math.round((ended.expires.getTime() - now().getTime()) / 60_000);
    const when = minutes > 0 ? `ends in ${minutes} min` : `ended at ${ended.expires.toISOString()}`;
    return new PackitError('KERBEROS_TICKET_EXPIRED', `The Kerberos ticket of ${ended.principal} ${when}`, {
      hint,
    });
  }
  const [other] = tickets;
  if (other !== undefined) {
    return new PackitError(
      'KERBEROS_OTHER_REALM',
      `There is a Kerberos ticket for ${other.principal}, but none for the realm ${realm}`,
      { hint: `${hint} (other tickets stay where the cache is a collection, such as KCM)` },
    );
  }
  return new PackitError('KERBEROS_NO_TICKET', `There is no Kerberos ticket for the realm ${realm}`, {
    hint: `${hint}, or set fas_user and keytab_path in the user configuration`,
  });
}

/** @throws PackitError `KINIT_FAILED`, `KERBEROS_TOOLS_MISSING` */
export async function kinitWithKeytab(
  request: TicketRequest & { user: string; keytab: string },
): Promise<void> {
  const { run, cwd, user, realm, keytab } = request;
  const principal = user.includes('@') ? user : `${user}@${realm}`;
  try {
    await run(['kinit', '-k', '-t', keytab, principal], { cwd, env: PLAIN, timeout: KINIT_TIMEOUT });
  } catch (error) {
    throw toolsMissing(error) ?? kinitError(error, principal, keytab);
  }
}

function kinitError(error: unknown, principal: string, keytab: string): unknown {
  if (!(error instanceof CommandError)) return error;
  const text =
    error.failure.stderr.length > 0 ? Buffer.from(error.failure.stderr).toString('utf8') : error.message;
  const [, hint] = KINIT_HINTS.find(([pattern]) => pattern.test(text)) ?? [];
  return new PackitError('KINIT_FAILED', `No Kerberos ticket for ${principal} with the keytab ${keytab}`, {
    details: error.details,
    hint: hint ?? `Try it by hand: KRB5_TRACE=/dev/stderr kinit -k -t ${keytab} ${principal}`,
    cause: error,
  });
}

const KINIT_HINTS: readonly (readonly [RegExp, string])[] = [
  [/Key table file .* not found|No such file/, 'Check keytab_path in the user configuration.'],
  [
    /no suitable keys|Key table entry not found/,
    'The keytab is for somebody else: see `klist -k KEYTAB`, and check fas_user.',
  ],
  [/not found in Kerberos database/, 'Check fas_user and kerberos_realm in the user configuration.'],
  [
    /Preauthentication failed|Password incorrect/,
    'The password has changed since the keytab was made: make a new one.',
  ],
  [/Clock skew too great/, 'Set the clock of this machine.'],
  [
    /Cannot contact any KDC|Cannot find KDC|Cannot resolve/,
    'Check the network, kerberos_realm, and the realm in /etc/krb5.conf.',
  ],
  [/expired/, 'The account or its password has expired: renew it on the account page.'],
];

function toolsMissing(error: unknown): PackitError | undefined {
  if (!(error instanceof CommandError) || error.code !== 'COMMAND_NOT_FOUND') return undefined;
  return new PackitError('KERBEROS_TOOLS_MISSING', 'The Kerberos tools klist and kinit are not installed', {
    hint: 'Install them: krb5-workstation (Fedora, CentOS Stream), krb5-user (Debian, Ubuntu), krb5-client (openSUSE).',
    cause: error,
  });
}
