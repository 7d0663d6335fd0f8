/** Calls to a Koji hub: anonymous and side by side where that will do, else one after another in a session. */
import { PackitError, ServiceError, isPackitError } from '../../errors.ts';
import type { Redactor, Run } from '../../tools/process/index.ts';
import type { HttpClient } from '../http/index.ts';
import { FAULT, KojiError, SESSION_FAULTS, faultError } from './faults.ts';
import { openSession, sessionHeaders } from './session.ts';
import type { Session } from './session.ts';
import { decodeReply, encodeCall } from './xml-rpc.ts';
import type { Value } from './xml-rpc.ts';

export interface HubOptions {
  http: HttpClient;
  /** For `curl`, which speaks SPNEGO, and the directory it runs in. */
  run: Run;
  cwd: string;
  /** Default: Fedora's. */
  url?: string | undefined;
  /** Sees to it that there is a Kerberos ticket; called before the login. */
  ensureTicket?: (() => Promise<unknown>) | undefined;
  /** The command that gets a ticket, for hints: `fkinit -u jane`. */
  login?: string | undefined;
  redactor?: Redactor | undefined;
  sleep?: ((milliseconds: number, signal?: AbortSignal) => Promise<void>) | undefined;
  signal?: AbortSignal | undefined;
  /** Milliseconds before a call that the hub put off is made again; doubles each time. Default 5000. */
  retryDelay?: number | undefined;
}

export interface Call {
  method: string;
  args?: readonly Value[];
  keywords?: Readonly<Record<string, Value | undefined>>;
}

export interface Hub {
  readonly url: string;
  readonly dryRun: boolean;
  /** Asks, without a login; several may be under way. @throws KojiError, ServiceError */
  ask(call: Call): Promise<Value>;
  /**
   * Changes something, in the session; one call at a time. A call whose answer was lost is sent again with its number,
   * so that it is done once: that it was done already is the fault `KOJI_ANSWER_LOST`.
   * @throws KojiError, ServiceError
   * @throws PackitError `DRY_RUN_WRITE`
   */
  act(call: Call): Promise<Value>;
  /** Sends a part of a file, in the session. */
  sendPart(query: Readonly<Record<string, string>>, content: Uint8Array): Promise<Value>;
}

export const KOJI_URL = 'https://koji.fedoraproject.org/kojihub';
/** How often a call is made anew after a fault that may pass. */
const REPEATS = 3;

interface Wire {
  method: string;
  type: string;
  body: string | Uint8Array;
  query?: Readonly<Record<string, string>>;
  access: 'read' | 'write';
}

export function createHub(options: HubOptions): Hub {
  const { http } = options;
  const url = (options.url ?? KOJI_URL).replace(/\/+$/, '');
  const login = options.login ?? 'kinit USER@REALM';
  let session: Promise<Session> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const send = async (wire: Wire, headers: Readonly<Record<string, string>>): Promise<Value> => {
    const answer = await http.request({
      url,
      method: 'POST',
      access: wire.access,
      headers: { 'user-agent': 'koji/1', 'content-type': wire.type, ...headers },
      body: wire.body,
      // In a session the call's number keeps the hub from doing it twice.
      idempotent: true,
      service: 'Koji',
      ...(wire.query === undefined ? {} : { query: wire.query }),
    });
    const reply = decodeReply(answer.text());
    if ('fault' in reply) throw faultError(wire.method, reply.fault, login);
    return reply.value;
  };
  /** The hub being switched off, or busy with a lock, passes. */
  const patiently = async (attempt: () => Promise<Value>): Promise<Value> => {
    for (let count = 0; ; count += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (count >= REPEATS || !(error instanceof KojiError) || !passes(error.faultCode)) throw error;
        await options.sleep?.((options.retryDelay ?? 5000) * 2 ** count, options.signal);
      }
    }
  };
  const openOnce = (): Promise<Session> => {
    session ??= open(options, url, login);
    session.catch(() => (session = undefined));
    return session;
  };
  const inSession = async (wire: Wire): Promise<Value> => {
    let own = await openOnce();
    try {
      return await patiently(() => send(wire, sessionHeaders(own)));
    } catch (error) {
      // A session that ended: the hub has done nothing.
      if (!(error instanceof KojiError) || !SESSION_FAULTS.has(error.faultCode)) throw error;
      session = undefined;
      own = await openOnce();
      return await patiently(() => send(wire, sessionHeaders(own)));
    }
  };
  const inTurn = (wire: Wire): Promise<Value> => {
    if (http.dryRun) {
      const problem = new PackitError('DRY_RUN_WRITE', `Not done in a dry run: ${wire.method} at ${url}`, {
        hint: 'Run without --dry-run to have it done.',
      });
      return Promise.reject(problem);
    }
    const result = last.then(() => inSession(wire));
    last = result.catch(() => undefined);
    return result;
  };
  const wireOf = (call: Call, access: Wire['access']): Wire => ({
    method: call.method,
    type: 'text/xml',
    body: encodeCall(call.method, call.args ?? [], call.keywords),
    access,
  });

  return {
    url,
    dryRun: http.dryRun,
    async ask(call) {
      const wire = wireOf(call, 'read');
      try {
        return await patiently(() => send(wire, {}));
      } catch (error) {
        if (!(error instanceof KojiError) || error.faultCode !== FAULT.notAllowed) throw error;
        // A hub that tells members only.
        return inTurn(wire);
      }
    },
    act: async (call) => inTurn(wireOf(call, 'write')),
    sendPart: async (query, content) =>
      inTurn({
        method: 'rawUpload',
        type: 'application/octet-stream',
        body: content,
        query,
        access: 'write',
      }),
  };
}

function passes(faultCode: number): boolean {
  return faultCode === FAULT.offline || faultCode === FAULT.lock;
}

async function open(options: HubOptions, url: string, login: string): Promise<Session> {
  const { protocol, hostname } = new URL(url);
  const isLocal = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
  if (protocol !== 'https:' && !isLocal) {
    throw new PackitError(
      'KOJI_NOT_ENCRYPTED',
      `packit does not log in to ${url}: the connection would not be encrypted`,
      {
        hint: 'Give the address of the hub with https:// (PACKIT_KOJI_URL).',
      },
    );
  }
  await options.ensureTicket?.();
  const { run, cwd, redactor } = options;
  for (let count = 0; ; count += 1) {
    try {
      return await openSession({ run, cwd, url, redactor, login });
    } catch (error) {
      // Opening a session changes nothing that matters: a second one does no harm.
      const passing =
        error instanceof ServiceError && (error.code === 'SPNEGO_UNREACHABLE' || (error.status ?? 0) >= 500);
      if (!isPackitError(error) || !passing || count >= REPEATS || options.signal?.aborted === true)
        throw error;
      await options.sleep?.(((options.retryDelay ?? 5000) / 5) * 2 ** count, options.signal);
    }
  }
}
