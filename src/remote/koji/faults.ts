/** What a Koji hub refuses, in words and with what can be done about it. */
import { ServiceError } from '../../errors.ts';
import type { PackitErrorOptions } from '../../errors.ts';
import type { Fault } from './xml-rpc.ts';

/** Numbers of the faults, as `koji/__init__.py` has them. */
export const FAULT = {
  generic: 1000,
  lock: 1001,
  auth: 1002,
  tag: 1003,
  notAllowed: 1004,
  build: 1005,
  authLock: 1006,
  authExpired: 1007,
  sequence: 1008,
  retry: 1009,
  offline: 1014,
  parameter: 1019,
  gssapi: 1023,
} as const;

/** A session that is no longer good: a new one helps. */
export const SESSION_FAULTS: ReadonlySet<number> = new Set([
  FAULT.auth,
  FAULT.authLock,
  FAULT.authExpired,
  FAULT.sequence,
  FAULT.gssapi,
]);

/** The hub refused a call. `faultCode` is Koji's number. Exit code 3. */
export class KojiError extends ServiceError {
  readonly faultCode: number;

  constructor(code: string, message: string, faultCode: number, options: PackitErrorOptions = {}) {
    super(code, message, options);
    this.faultCode = faultCode;
  }
}

export function isFault(error: unknown, ...codes: readonly number[]): error is KojiError {
  return error instanceof KojiError && (codes.length === 0 || codes.includes(error.faultCode));
}

/** The sentence of a fault: hubs may be set up to send the whole traceback, whose end is what counts. */
export function faultText(text: string): string {
  const lines = text.trimEnd().split('\n');
  const start = lines.findLastIndex((line) => /^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:: |$)/.test(line));
  if (!text.startsWith('Traceback') || start < 0) return text.trim();
  return lines
    .slice(start)
    .join('\n')
    .replace(/^[\w.]+: ?/, '')
    .trim();
}

export function faultError(method: string, { code, text }: Fault, login: string): KojiError {
  const [sentence = '', ...more] = faultText(text).split('\n');
  const said = sentence === '' ? `fault ${code}` : sentence;
  const fail = (name: string, message: string, hint?: string): KojiError =>
    new KojiError(name, message, code, {
      details: more.slice(0, 10),
      ...(hint === undefined ? {} : { hint }),
    });

  if (code === FAULT.offline)
    return fail('KOJI_OFFLINE', `Koji is switched off for the moment: ${said}`, 'Try again later.');
  if (code === FAULT.notAllowed)
    return fail(
      'KOJI_NOT_ALLOWED',
      `Koji does not allow ${method}: ${said}`,
      `Check who you are: klist. Log in: ${login}.`,
    );
  if (code === FAULT.retry)
    return fail(
      'KOJI_ANSWER_LOST',
      `Koji has done ${method}, but its answer was lost on the way`,
      'See on its web pages what has come of it before you run the command again.',
    );
  if (SESSION_FAULTS.has(code))
    return fail(
      'KOJI_LOGIN',
      `Koji does not accept the login: ${said}`,
      `Log in: ${login}. See who you are with: klist.`,
    );
  return fail('KOJI_FAULT', `Koji refused ${method}: ${said}`);
}
