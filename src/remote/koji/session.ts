/** The login at a Koji hub: a session that Kerberos opens, and the numbers its calls carry. */
import { ServiceError } from '../../errors.ts';
import { requestWithKerberos } from '../spnego/index.ts';
import type { Redactor, Run } from '../../tools/process/index.ts';
import { faultError } from './faults.ts';
import { decodeReply, encodeCall } from './xml-rpc.ts';
import type { Value } from './xml-rpc.ts';

export interface Session {
  id: string;
  key: string;
  /** Of the next call. The hub takes each number once, in order: that is how it tells a repeated call from a new one. */
  callNumber: number;
}

export interface LoginOptions {
  run: Run;
  cwd: string;
  /** The hub's address. */
  url: string;
  redactor: Redactor | undefined;
  /** The command that gets a ticket, for hints. */
  login: string;
}

/**
 * Opens a session with the user's Kerberos ticket.
 * @throws ServiceError `KOJI_LOGIN`, `SPNEGO_UNREACHABLE`
 * @throws PackitError `CURL_MISSING`, `CURL_WITHOUT_KERBEROS`
 */
export async function openSession({ run, cwd, url, redactor, login }: LoginOptions): Promise<Session> {
  const { status, text } = await requestWithKerberos({
    run,
    cwd,
    url: `${url}/ssllogin`,
    body: encodeCall('sslLogin', [], { proxyuser: null }),
    contentType: 'text/xml',
    service: 'Koji',
  });
  if (status === 401 || status === 403) {
    throw new ServiceError('KOJI_LOGIN', `Koji does not accept your Kerberos ticket: status ${status}`, {
      status,
      hint: `Log in: ${login}. See who you are with: klist.`,
    });
  }
  if (status !== 200) {
    throw new ServiceError('KOJI_LOGIN', `Koji failed to log you in: status ${status}`, {
      status,
      hint: 'Try again later.',
    });
  }
  const reply = decodeReply(text);
  if ('fault' in reply) throw faultError('sslLogin', reply.fault, login);
  const session = sessionIn(reply.value);
  redactor?.add(session.key);
  return session;
}

function sessionIn(value: Value): Session {
  const { 'session-id': id, 'session-key': key } = (value ?? {}) as Record<string, unknown>;
  if ((typeof id === 'number' || typeof id === 'string') && typeof key === 'string') {
    return { id: String(id), key, callNumber: 0 };
  }
  throw new ServiceError('KOJI_ANSWER', 'Koji has accepted the login but opened no session', {
    hint: 'Try again later.',
  });
}

/** The headers of the session's next call. */
export function sessionHeaders(session: Session): Record<string, string> {
  const number = session.callNumber;
  session.callNumber += 1;
  return {
    'koji-session-id': session.id,
    'koji-session-key': session.key,
    'koji-session-callnum': String(number),
  };
}
