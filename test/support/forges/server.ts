/** The part that the four forges have in common: routing, checks, faults, git, and the record of it all. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basicAuth, isPush, serveGit, splitGitPath } from '../git-http.ts';
import { gitPath, mayPush } from './state.ts';
import type { ForgeState, TestUser } from './state.ts';

export interface RecordedRequest {
  /** Counts from 1 over the server's life. */
  number: number;
  method: string;
  /** Path and query. */
  url: string;
  user: string | undefined;
  body: string;
  /** Undefined if the connection was cut. */
  status: number | undefined;
}

/**
 * `cut`: the connection ends before anything is done. `cut-after`: it is done, the answer is lost.
 * `cut-body`: the answer stops half-way. Else an answer of the given status instead of the real one.
 */
export type Fault =
  | 'cut'
  | 'cut-after'
  | 'cut-body'
  | { status: number; body?: unknown; headers?: Record<string, string> };

export interface Call {
  method: string;
  /** The path's parts that the route names, decoded. */
  parts: Record<string, string>;
  /** As it came, encoded. */
  path: string;
  query: URLSearchParams;
  user: TestUser | undefined;
  headers: IncomingMessage['headers'];
  /** Checks a form body: each field's name, `?` behind optional ones. */
  form(...fields: string[]): Record<string, string>;
  /** Checks a JSON body: each field's name and type, `?` behind optional ones. */
  json(fields: Record<string, string>): Record<string, unknown>;
  /** Query parameters that are allowed here; `name=a|b` also says which values. */
  allow(...parameters: string[]): void;
}

export interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Sent as it is, with this type; `body` is JSON otherwise. */
  type?: string;
}

/** Thrown by routes: the answer at once. */
export class Answered extends Error {
  readonly reply: Reply;
  constructor(reply: Reply) {
    super(`answered ${reply.status}`);
    this.reply = reply;
  }
}

export interface Route {
  method: string;
  /** `/api/v1/repos/:owner/:name`; `:path*` takes the rest. Slashes in a part come encoded. */
  path: string;
  /** A token is needed, and has to have this right. */
  right?: string;
  /** A token is needed, whatever its rights. */
  login?: boolean;
  run: (call: Call) => Reply | Promise<Reply>;
}

/** How one kind of forge differs. */
export interface Dialect {
  routes: Route[];
  /** The user a request's headers stand for: none, a known one, or `bad` for a token nobody has. */
  userOf(headers: IncomingMessage['headers']): TestUser | undefined | 'bad';
  badToken: Reply;
  tokenNeeded: Reply;
  rightMissing: (right: string, user: TestUser) => Reply;
  /** The answer to paths it does not know. */
  notFound: Reply;
}

export interface ForgeServer {
  readonly url: string;
  /** What git URLs begin with; a slash and the project's path follow. */
  readonly gitUrl: string;
  readonly state: ForgeState;
  readonly requests: RecordedRequest[];
  /** What was asked that the real forge does not know, or in a way it does not take. `close` throws it. */
  readonly problems: string[];
  /** The next request that has this number fails; numbers go on from `requests.length`. */
  failAt(number: number, fault?: Fault): void;
  /** Requests whose `METHOD path` matches fail, `times` times (default 1). */
  failOn(pattern: RegExp, fault: Fault, times?: number): void;
  /** Takes all faults back. */
  heal(): void;
  /** @throws Error listing `problems` */
  close(): Promise<void>;
}

/** The other forges' addresses that are asked to find out what a host is: their 404 is no problem. */
const PROBES = /^\/api\/(v1\/version|0\/version|v4\/version|v3\/meta)$/;

export async function startServer(
  state: ForgeState,
  makeDialect: (url: string) => Dialect,
): Promise<ForgeServer> {
  const requests: RecordedRequest[] = [];
  const problems: string[] = [];
  const atNumber = new Map<number, Fault>();
  let onPattern: { pattern: RegExp; fault: Fault; times: number }[] = [];
  let dialect: Dialect | undefined;

  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('error', () => {});
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      handle(incoming, Buffer.concat(chunks), response).catch((error: unknown) => {
        problems.push(
          `${incoming.method} ${incoming.url}: ${error instanceof Error ? error.stack : String(error)}`,
        );
        response.destroy();
      });
    });
  });

  async function handle(incoming: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://forge');
    const method = incoming.method ?? 'GET';
    const record: RecordedRequest = {
      number: requests.length + 1,
      method,
      url: incoming.url ?? '/',
      user: undefined,
      body: body.length < 100_000 ? body.toString() : `${body.length} bytes`,
      status: undefined,
    };
    requests.push(record);
    response.on('finish', () => (record.status = response.statusCode));
    const fault = faultFor(record, url.pathname);
    if (fault === 'cut') {
      incoming.socket.resetAndDestroy();
      return;
    }
    if (typeof fault === 'object') {
      send(response, {
        status: fault.status,
        body: fault.body ?? '',
        ...(fault.headers ? { headers: fault.headers } : {}),
      });
      return;
    }
    if (fault !== undefined) loseAnswer(response, fault);
    const git = splitGitPath(decodeURIComponent(url.pathname));
    if (git !== undefined)
      await answerGit(incoming, body, response, { ...git, query: url.search.slice(1), record });
    else send(response, await answerApi(incoming, body, url, record));
  }

  function faultFor(record: RecordedRequest, path: string): Fault | undefined {
    const numbered = atNumber.get(record.number);
    if (numbered !== undefined) return numbered;
    const matching = onPattern.find(
      ({ pattern, times }) => times > 0 && pattern.test(`${record.method} ${path}`),
    );
    if (matching !== undefined) matching.times -= 1;
    return matching?.fault;
  }

  async function answerGit(
    incoming: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
    git: { repository: string; service: string; query: string; record: RecordedRequest },
  ): Promise<void> {
    const login = basicAuth(incoming.headers.authorization);
    // curl repeats what fails on a connection used before: then no fault would show.
    response.setHeader('connection', 'close');
    const user = login && state.users.find(({ token }) => token === login.password || token === login.user);
    git.record.user = user?.name;
    const project = state.projects.find((candidate) => `/${gitPath(candidate)}` === git.repository);
    if (project === undefined || project.hiddenFor > 0) {
      send(response, { status: 404, type: 'text/plain', body: 'Not Found' });
    } else if ((isPush(git) || project.private || login !== undefined) && user === undefined) {
      const headers = { 'www-authenticate': 'Basic realm="git"' };
      send(response, { status: 401, type: 'text/plain', body: 'Authentication needed', headers });
    } else if (isPush(git) && user !== undefined && !mayPush(project, user.name)) {
      send(response, { status: 403, type: 'text/plain', body: 'You may not push here' });
    } else {
      const { directory } = project;
      await serveGit(incoming, body, response, { ...git, directory, ...(user ? { user: user.name } : {}) });
    }
  }

  async function answerApi(
    incoming: IncomingMessage,
    body: Buffer,
    url: URL,
    record: RecordedRequest,
  ): Promise<Reply> {
    dialect ??= sorted(makeDialect(baseUrl()));
    const complain = (message: string): void =>
      void problems.push(`${record.method} ${record.url}: ${message}`);
    const user = dialect.userOf(incoming.headers);
    record.user = user === 'bad' ? undefined : user?.name;
    for (const route of dialect.routes) {
      const parts = route.method === record.method ? matchPath(route.path, url.pathname) : undefined;
      if (parts === undefined) continue;
      if (user === 'bad') return dialect.badToken;
      if ((route.right !== undefined || route.login === true) && user === undefined)
        return dialect.tokenNeeded;
      if (route.right !== undefined && user?.rights !== undefined && !user.rights.includes(route.right)) {
        return dialect.rightMissing(route.right, user);
      }
      const call = createCall({ incoming, body, url, parts, user, complain });
      try {
        return await route.run(call);
      } catch (error) {
        if (error instanceof Answered) return error.reply;
        throw error;
      }
    }
    // The start page, which every forge has.
    if (url.pathname === '/' && incoming.method === 'GET')
      return { status: 200, type: 'text/html', body: '<html></html>' };
    if (!PROBES.test(url.pathname)) complain('the forge does not know this');
    return dialect.notFound;
  }

  function baseUrl(): string {
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: baseUrl(),
    gitUrl: baseUrl(),
    state,
    requests,
    problems,
    failAt: (number, fault = 'cut') => void atNumber.set(number, fault),
    failOn: (pattern, fault, times = 1) => void onPattern.push({ pattern, fault, times }),
    heal() {
      atNumber.clear();
      onPattern = [];
    },
    async close() {
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      });
      if (problems.length > 0)
        throw new Error(`The forge was asked what it does not take:\n${problems.join('\n')}`);
    },
  };
}

function send(response: ServerResponse, { status, body, headers = {}, type }: Reply): void {
  const text = typeof body === 'string' || body instanceof Uint8Array;
  const contentType = type ?? (text ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8');
  response.writeHead(status, { ...(status === 204 ? {} : { 'content-type': contentType }), ...headers });
  if (status === 204) response.end();
  else response.end(text ? body : JSON.stringify(body ?? null));
}

/** Lets the work be done and then ends the connection, before or in the middle of the answer. */
function loseAnswer(response: ServerResponse, fault: 'cut-after' | 'cut-body'): void {
  const end = response.end.bind(response);
  response.end = ((chunk?: string | Uint8Array) => {
    response.end = end;
    const { socket } = response;
    if (fault === 'cut-after' || chunk === undefined || chunk.length < 2) {
      socket?.resetAndDestroy();
      return response;
    }
    const bytes = Buffer.from(chunk);
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => socket?.resetAndDestroy());
    return response;
  }) as ServerResponse['end'];
}

/** The most literal path first: `/user` is no project called user. */
function sorted(dialect: Dialect): Dialect {
  const literals = ({ path }: Route): number =>
    path.split('/').filter((part) => !part.startsWith(':')).length;
  return { ...dialect, routes: dialect.routes.toSorted((a, b) => literals(b) - literals(a)) };
}

/** The named parts, decoded; undefined if the path is another. */
function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  const parts: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    if (part.endsWith('*')) {
      const rest = given.slice(index);
      if (rest.length === 0) return undefined;
      parts[part.slice(1, -1)] = rest.map(decodeURIComponent).join('/');
      return parts;
    }
    const value = given[index];
    if (value === undefined) return undefined;
    if (part.startsWith(':') && value !== '') parts[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return undefined;
  }
  return given.length === wanted.length ? parts : undefined;
}

interface CallSource {
  incoming: IncomingMessage;
  body: Buffer;
  url: URL;
  parts: Record<string, string>;
  user: TestUser | undefined;
  complain: (message: string) => void;
}

function createCall({ incoming, body, url, parts, user, complain }: CallSource): Call {
  const type = (incoming.headers['content-type'] ?? '').split(';')[0];
  return {
    method: incoming.method ?? 'GET',
    parts,
    path: url.pathname,
    query: url.searchParams,
    user,
    headers: incoming.headers,
    form(...fields) {
      if (type !== 'application/x-www-form-urlencoded') complain(`a form is expected, not ${type}`);
      const given = new URLSearchParams(body.toString());
      const allowed = new Set(fields.map((field) => field.replace('?', '')));
      for (const name of given.keys()) if (!allowed.has(name)) complain(`unexpected field ${name}`);
      for (const field of fields)
        if (!field.endsWith('?') && !given.has(field)) complain(`no field ${field}`);
      return Object.fromEntries(given);
    },
    json(fields) {
      if (type !== 'application/json') complain(`JSON is expected, not ${type}`);
      const given = JSON.parse(body.toString()) as Record<string, unknown>;
      const allowed = new Map(Object.entries(fields).map(([name, kind]) => [name.replace('?', ''), kind]));
      for (const [name, value] of Object.entries(given)) {
        const kind = allowed.get(name);
        if (kind === undefined) complain(`unexpected field ${name}`);
        else if (typeof value !== kind) complain(`field ${name} is no ${kind}`);
      }
      for (const name of Object.keys(fields))
        if (!name.endsWith('?') && !(name in given)) complain(`no field ${name}`);
      return given;
    },
    allow(...parameters) {
      const allowed = new Map(
        parameters.map((parameter): [string, string[] | undefined] => {
          const [name = '', values] = parameter.split('=');
          return [name, values?.split('|')];
        }),
      );
      for (const [name, value] of url.searchParams) {
        if (!allowed.has(name)) complain(`unexpected parameter ${name}`);
        else if (allowed.get(name)?.includes(value) === false)
          complain(`unexpected value of ${name}: ${value}`);
      }
    },
  };
}
