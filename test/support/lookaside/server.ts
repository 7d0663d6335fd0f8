/**
 * A lookaside cache that answers as Fedora's upload.cgi and its download server do, and can be told to fail. It keeps
 * what it is given, checks every field, and refuses what the real one refuses.
 */
import { createHash } from 'node:crypto';
import { startServer } from '../http/server.ts';
import type { Recorded, TestServerOptions } from '../http/server.ts';
import type { ServerResponse } from 'node:http';

export interface LookasideServerOptions {
  /** Names of packages that exist: `rpms/hello`. */
  modules: readonly string[];
  /** Answer 401 without an Authorization header; another web server in front usually sees to it. */
  requireLogin?: boolean;
  /** Not in the packager group. */
  forbidden?: boolean;
  /** Speak TLS, with a client certificate if wanted. */
  tls?: TestServerOptions['tls'];
  /** Put in front: return true if the request has been answered. */
  fault?: (request: Recorded, response: ServerResponse, count: number) => boolean;
}

export interface LookasideServer {
  /** For `url` of a lookaside service. */
  url: string;
  cgi: string;
  port: number;
  requests: Recorded[];
  /** By `name/filename/hashtype/hash`. */
  files: Map<string, { content: Buffer; mtime: number | undefined }>;
  close(): Promise<void>;
}

export async function startLookaside(options: LookasideServerOptions): Promise<LookasideServer> {
  const files: LookasideServer['files'] = new Map();
  const server = await startServer(
    async (request, response) => {
      if (options.fault?.(request, response, server.requests.length) === true) return;
      const path = decodeURIComponent(new URL(request.url, 'http://x').pathname);
      if (path === '/repo/pkgs/upload.cgi') await upload(request, response, options, files);
      else download(request, response, path, files);
    },
    options.tls === undefined ? {} : { tls: options.tls },
  );
  return {
    url: `${server.url}/repo/pkgs`,
    cgi: `${server.url}/repo/pkgs/upload.cgi`,
    port: server.port,
    requests: server.requests,
    files,
    close: () => server.close(),
  };
}

function download(
  request: Recorded,
  response: ServerResponse,
  path: string,
  files: LookasideServer['files'],
): void {
  // <root>/<name, may have a slash>/<file>/<type>/<hash>/<file>
  const match = /^\/repo\/pkgs\/(.+)\/([^/]+)\/(md5|sha512)\/([0-9a-f]+)\/\2$/.exec(path);
  const file = match === null ? undefined : files.get(match.slice(1).join('/'));
  if (file === undefined) {
    response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not Found</h1>');
    return;
  }
  response.writeHead(200, { 'content-length': file.content.length });
  response.end(request.method === 'HEAD' ? undefined : file.content);
}

async function upload(
  request: Recorded,
  response: ServerResponse,
  options: LookasideServerOptions,
  files: LookasideServer['files'],
): Promise<void> {
  const say = (status: number, text: string): void =>
    void response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n\n`);
  if (options.requireLogin === true && request.headers.authorization === undefined) {
    response
      .writeHead(401, { 'www-authenticate': 'Negotiate', 'content-type': 'text/html' })
      .end('<h1>401</h1>');
    return;
  }
  if (options.forbidden === true) {
    say(403, 'You must connect with a valid certificate and be in the packager group to upload.');
    return;
  }
  if (request.method !== 'POST') return say(400, 'Required field "name" is not present.');
  const form = await new Response(new Uint8Array(request.body), {
    headers: { 'content-type': String(request.headers['content-type']) },
  }).formData();
  const name = form.get('name');
  const file = form.get('file');
  const filename = file instanceof File ? file.name : form.get('filename');
  if (typeof name !== 'string') return say(400, 'Required field "name" is not present.');
  if (typeof filename !== 'string') return say(400, 'Required field "file" is not present.');
  const type = form.has('sha512sum') ? 'sha512' : form.has('md5sum') ? 'md5' : undefined;
  const sum = type === undefined ? undefined : form.get(`${type}sum`);
  if (type === undefined || typeof sum !== 'string') return say(400, 'Required checksum is not present');
  const module = name.includes('/') ? name : `rpms/${name}`;
  if (!options.modules.includes(module)) return say(404, `Module "${module}" does not exist!`);

  const key = `${module}/${filename}/${type}/${sum}`;
  const known = files.get(key);
  if (!(file instanceof File)) return say(200, known === undefined ? 'Missing' : 'Available');
  if (type === 'md5') return say(406, 'Uploads with md5 are no longer allowed.');
  if (known !== undefined) {
    return say(200, `File ${filename} already exists\nFile: /srv/cache/${key} Size: ${known.content.length}`);
  }
  const content = Buffer.from(await file.arrayBuffer());
  const actual = createHash(type).update(content).digest('hex');
  if (actual !== sum)
    return say(400, `${type.toUpperCase()} check failed. Received ${actual} instead of ${sum}.`);
  const mtime = form.get('mtime');
  files.set(key, { content, mtime: typeof mtime === 'string' ? Number(mtime) : undefined });
  if (mtime !== null && !(typeof mtime === 'string' && /^\d+$/.test(mtime)))
    return say(400, 'Invalid value sent for mtime. Aborting.');
  say(200, `File ${filename} size ${content.length} ${type.toUpperCase()} ${actual} stored OK`);
}
