/**
 * What stand-ins for services have in common: every request is counted and recorded, any of them can be made to fail, and what the
 * real service would not understand is a problem that `close` throws.
 */
import type { ServerResponse } from 'node:http';
import { breakConnection, startServer } from './server.ts';
import type { Recorded } from './server.ts';

/** `cut`: nothing is done. `cut-after`: it is done, the answer is lost. Else that status, and nothing is done. */
export type ServiceFault = 'cut' | 'cut-after' | number;

export interface ServiceReply {
  status: number;
  type?: string;
  body: string | Uint8Array;
  headers?: Record<string, string>;
}

export interface ServiceRequest extends Recorded {
  /** Counts from 1. */
  number: number;
  path: string;
  query: URLSearchParams;
  text: string;
}

export interface TestService {
  readonly url: string;
  /** `METHOD path?query` of every request, in order. */
  readonly log: string[];
  readonly problems: string[];
  failAt(number: number, fault: ServiceFault): void;
  /** Requests whose `METHOD path` matches fail `times` times. */
  failOn(pattern: RegExp, fault: ServiceFault, times?: number): void;
  /** @throws Error listing `problems` */
  close(): Promise<void>;
}

/** @param handle answers a request; what it throws is a problem, and 400 */
export async function startService(
  handle: (request: ServiceRequest) => ServiceReply | Promise<ServiceReply>,
): Promise<TestService> {
  const log: string[] = [];
  const problems: string[] = [];
  const numbered = new Map<number, ServiceFault>();
  const matching: { pattern: RegExp; fault: ServiceFault; times: number }[] = [];

  const faultOf = (number: number, line: string): ServiceFault | undefined => {
    const at = numbered.get(number);
    if (at !== undefined) return at;
    const found = matching.find(({ pattern, times }) => times > 0 && pattern.test(line));
    if (found !== undefined) found.times -= 1;
    return found?.fault;
  };
  const answer = async (request: ServiceRequest): Promise<ServiceReply> => {
    try {
      return await handle(request);
    } catch (error) {
      problems.push(`${request.method} ${request.url}: ${String(error)}`);
      return { status: 400, body: String(error) };
    }
  };

  const server = await startServer(async (recorded, response) => {
    const { pathname, searchParams } = new URL(recorded.url, 'http://x');
    const line = `${recorded.method} ${recorded.url}`;
    log.push(line);
    const number = log.length;
    const fault = faultOf(number, line);
    if (fault === 'cut') return breakConnection(response);
    if (typeof fault === 'number') return send(response, { status: fault, body: 'out of order' });
    const path = decodeURIComponent(pathname);
    const reply = await answer({
      ...recorded,
      number,
      path,
      query: searchParams,
      text: recorded.body.toString('utf8'),
    });
    if (fault === 'cut-after') return breakConnection(response);
    send(response, reply);
  });
  return {
    url: server.url,
    log,
    problems,
    failAt: (number, fault) => void numbered.set(number, fault),
    failOn: (pattern, fault, times = 1) => void matching.push({ pattern, fault, times }),
    async close() {
      await server.close();
      if (problems.length > 0) throw new Error(problems.join('\n'));
    },
  };
}

function send(response: ServerResponse, { status, type = 'text/plain', body, headers }: ServiceReply): void {
  response.writeHead(status, { 'content-type': type, ...headers }).end(body);
}

export function jsonReply(body: unknown, status = 200): ServiceReply {
  return { status, type: 'application/json', body: JSON.stringify(body) };
}
