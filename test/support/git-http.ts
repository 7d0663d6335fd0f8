/** Git over HTTP: git's own `http-backend` as a CGI program behind a web server of Node's. */
import { execFileSync, spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { gitEnvironment } from './bare.ts';

export interface GitRequest {
  /** The bare repository. */
  directory: string;
  /** What follows the repository in the URL: `/info/refs`, `/git-receive-pack`. */
  service: string;
  query: string;
  /** Whoever is logged in; pushes need one. */
  user?: string;
}

/** `/NS/NAME.git` and the service behind it; undefined for what is no git request. */
export function splitGitPath(path: string): { repository: string; service: string } | undefined {
  const match = /^(\/.+?)(?:\.git)?(\/(?:info\/refs|git-upload-pack|git-receive-pack))$/.exec(path);
  const [, repository, service] = match ?? [];
  return repository === undefined || service === undefined ? undefined : { repository, service };
}

export function isPush({ service, query }: Pick<GitRequest, 'service' | 'query'>): boolean {
  return service === '/git-receive-pack' || query.includes('service=git-receive-pack');
}

let program: string | undefined;

/** git's program itself: hundreds of requests do without the one that starts it. */
function backend(): string {
  program ??= join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');
  return program;
}

/** Runs the backend with the request's body and passes its answer on. */
export function serveGit(
  request: IncomingMessage,
  body: Uint8Array,
  response: ServerResponse,
  git: GitRequest,
): Promise<void> {
  const header = (name: string): string => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : '';
  };
  const child = spawn(backend(), [], {
    env: {
      ...gitEnvironment(),
      GIT_PROJECT_ROOT: git.directory,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: git.service,
      QUERY_STRING: git.query,
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: header('content-type'),
      CONTENT_LENGTH: String(body.length),
      HTTP_CONTENT_ENCODING: header('content-encoding'),
      GIT_PROTOCOL: header('git-protocol'),
      REMOTE_ADDR: '127.0.0.1',
      ...(git.user === undefined ? {} : { REMOTE_USER: git.user }),
      // Partial clones, as the real forges allow them.
      GIT_CONFIG_COUNT: '4',
      GIT_CONFIG_KEY_0: 'uploadpack.allowFilter',
      GIT_CONFIG_VALUE_0: 'true',
      GIT_CONFIG_KEY_1: 'uploadpack.allowAnySHA1InWant',
      GIT_CONFIG_VALUE_1: 'true',
      GIT_CONFIG_KEY_2: 'safe.directory',
      GIT_CONFIG_VALUE_2: '*',
      GIT_CONFIG_KEY_3: 'receive.autogc',
      GIT_CONFIG_VALUE_3: 'false',
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  return new Promise((done, fail) => {
    const chunks: Buffer[] = [];
    child.stdin.on('error', () => {});
    child.stdin.end(body);
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.resume();
    child.on('error', fail);
    child.on('close', () => {
      answerCgi(Buffer.concat(chunks), response);
      done();
    });
  });
}

/** RFC 3875: headers with an optional `Status`, an empty line, the body. */
function answerCgi(output: Buffer, response: ServerResponse): void {
  const end = output.indexOf('\r\n\r\n');
  if (end < 0) {
    response.writeHead(500, { 'content-type': 'text/plain' }).end('git http-backend gave no answer\n');
    return;
  }
  let status = 200;
  for (const line of output.subarray(0, end).toString('latin1').split('\r\n')) {
    const [name = '', ...rest] = line.split(': ');
    const value = rest.join(': ');
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else if (name !== '') response.setHeader(name, value);
  }
  response.statusCode = status;
  response.end(output.subarray(end + 4));
}

/** User and password of an `Authorization: Basic` header. */
export function basicAuth(header: string | undefined): { user: string; password: string } | undefined {
  const encoded = /^Basic (.+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
