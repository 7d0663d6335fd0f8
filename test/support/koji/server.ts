/** A stand-in for a Koji hub: sessions with call numbers, questions and actions on a state of its own. */
import { startService } from '../http/service.ts';
import type { ServiceReply, ServiceRequest, TestService } from '../http/service.ts';
import { ACTIONS, HubFault, QUESTIONS, adler32 } from './methods.ts';
import { emptyState } from './state.ts';
import type { HubState } from './state.ts';
import { answer, faultAnswer, readCall } from './values.ts';
import type { Call } from './values.ts';

export interface TestKoji {
  readonly service: TestService;
  /** Of the hub. */
  readonly url: string;
  readonly state: HubState;
  /** Every call, in order; `!` before those in a session. */
  readonly calls: string[];
  readonly logins: number;
  /** The calls themselves. */
  readonly seen: Call[];
  /** The next calls of a method fail so, and nothing is done. */
  fault(method: string, code: number, kind: string, text: string, times?: number): void;
  /** Forgets every session, as a hub does after a day. */
  expireSessions(): void;
  /** Milliseconds before each answer. */
  delay: number;
  /** Tasks go on by one state at every look. */
  onLook: ((state: HubState) => void) | undefined;
  close(): Promise<void>;
}

interface Session {
  key: string;
  callNumber: number;
  expired: boolean;
}

const USER = { id: 42, name: 'jane' };

export async function startKoji(
  state: HubState = emptyState(),
  now = () => Date.now() / 1000,
): Promise<TestKoji> {
  const sessions = new Map<string, Session>();
  const calls: string[] = [];
  const seen: Call[] = [];
  const faults: { method: string; fault: HubFault; times: number }[] = [];

  /** Undefined for anonymous calls; what the hub says where the session is none. `changes`: it may be done once only. */
  const sessionOf = ({ headers }: ServiceRequest, changes: boolean): Session | undefined => {
    const id = headers['koji-session-id'];
    if (id === undefined) return undefined;
    const session = sessions.get(String(id));
    if (session === undefined || session.key !== headers['koji-session-key'])
      throw new HubFault(1002, 'AuthError', 'Invalid session or bad credentials');
    if (session.expired) throw new HubFault(1007, 'AuthExpired', `session "${String(id)}" has expired`);
    const number = Number(headers['koji-session-callnum']);
    if (number < session.callNumber)
      throw new HubFault(1008, 'SequenceError', `${session.callNumber} > ${number}`);
    if (number === session.callNumber && changes)
      throw new HubFault(1009, 'RetryError', `unable to retry call ${number}`);
    if (changes) session.callNumber = number;
    return session;
  };

  const login = (request: ServiceRequest): ServiceReply => {
    if (!String(request.headers.authorization).startsWith('Negotiate '))
      return { status: 401, headers: { 'www-authenticate': 'Negotiate' }, body: 'who are you?' };
    const call = readCall(request.text);
    if (call.method !== 'sslLogin') throw new Error(`login by ${call.method}`);
    const id = String(100 + sessions.size);
    const key = `key-of-session-${id}-0123456789`;
    sessions.set(id, { key, callNumber: -1, expired: false });
    calls.push('sslLogin');
    return xml(answer({ 'session-id': Number(id), 'session-key': key, 'header-auth': true }));
  };

  const upload = (request: ServiceRequest): ServiceReply => {
    if (sessionOf(request, false) === undefined)
      throw new HubFault(1004, 'ActionNotAllowed', 'you must be logged in for this operation');
    const { query, body } = request;
    const path = `${query.get('filepath')}/${query.get('filename')}`;
    if (!/^cli-build\/[^/]+\/[^/]+$/.test(path)) throw new Error(`upload to ${path}`);
    if (query.get('fileverify') !== 'adler32') throw new Error('no checksum asked for');
    const before = state.files.get(path) ?? Buffer.alloc(0);
    const offset = Number(query.get('offset'));
    if (offset > before.length) throw new Error('a hole in the file');
    state.files.set(path, Buffer.concat([before.subarray(0, offset), body]));
    calls.push('!rawUpload');
    return xml(answer({ size: body.length, hexdigest: adler32(body), fileverify: 'adler32', offset }));
  };

  const handle = (request: ServiceRequest): ServiceReply => {
    if (request.method !== 'POST') throw new Error('only POST');
    if (request.path === '/kojihub/ssllogin') return login(request);
    if (request.path !== '/kojihub') throw new Error('unknown path');
    if (request.query.has('filename')) return upload(request);
    if (request.headers['content-type'] !== 'text/xml') throw new Error('wrong content type');
    const call = readCall(request.text);
    seen.push(call);
    const action = ACTIONS[call.method];
    const question = QUESTIONS[call.method];
    const dueIndex = faults.findIndex(({ method, times }) => times > 0 && method === call.method);
    const due = faults[dueIndex];
    if (due !== undefined) {
      due.times -= 1;
      throw due.fault;
    }
    const changes =
      action !== undefined && call.method !== 'getLoggedInUser' && call.method !== 'checkUpload';
    const session = sessionOf(request, changes);
    calls.push(`${session === undefined ? '' : '!'}${call.method}`);
    if (question !== undefined) {
      if (call.method.startsWith('getTask')) koji.onLook?.(state);
      return xml(answer(question(state, call, now())));
    }
    if (action === undefined) throw new Error(`unknown method ${call.method}`);
    if (session === undefined)
      throw new HubFault(1004, 'ActionNotAllowed', 'you must be logged in for this operation');
    return xml(answer(action(state, call, USER, now())));
  };

  const service = await startService(async (request) => {
    if (koji.delay > 0) await new Promise((done) => setTimeout(done, koji.delay));
    try {
      return handle(request);
    } catch (error) {
      if (!(error instanceof HubFault)) throw error;
      return xml(faultAnswer(error.code, error.kind, error.message));
    }
  });
  const koji: TestKoji = {
    service,
    url: `${service.url}/kojihub`,
    state,
    calls,
    seen,
    get logins() {
      return calls.filter((call) => call === 'sslLogin').length;
    },
    fault: (method, code, kind, text, times = 1) =>
      void faults.push({ method, fault: new HubFault(code, kind, text), times }),
    expireSessions() {
      for (const session of sessions.values()) session.expired = true;
    },
    delay: 0,
    onLook: undefined,
    close: () => service.close(),
  };
  return koji;
}

function xml(body: string): ServiceReply {
  return { status: 200, type: 'text/xml', headers: { 'koji-version': '1.36.0' }, body };
}
