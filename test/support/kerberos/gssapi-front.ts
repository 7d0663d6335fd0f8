/** lighttpd with its GSS-API module in front of another web server: SPNEGO as dist-gits have it. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, freePort, waitForPort } from './kdc.ts';
import type { Kdc } from './kdc.ts';

const MODULES = ['/usr/lib/lighttpd', '/usr/lib64/lighttpd', '/usr/lib/x86_64-linux-gnu/lighttpd'];

export function frontMissing(): string | undefined {
  if (findProgram('lighttpd') === undefined) return 'not installed: lighttpd';
  if (findProgram('curl') === undefined) return 'not installed: curl';
  const module = MODULES.some((directory) => existsSync(join(directory, 'mod_authn_gssapi.so')));
  return module ? undefined : 'not installed: lighttpd-mod-authn-gssapi';
}

export interface GssapiFront {
  /** `http://localhost:PORT`: the ticket is for HTTP/localhost. */
  url: string;
  close(): Promise<void>;
}

/** Everything under `path` needs a ticket; the rest is passed on as it is. */
export async function startGssapiFront(kdc: Kdc, backendPort: number, path: string): Promise<GssapiFront> {
  const directory = await mkdtemp(join(tmpdir(), 'packit-front-'));
  const keytab = await kdc.addPrincipal('HTTP/localhost');
  const port = await freePort();
  const config = join(directory, 'lighttpd.conf');
  await writeFile(
    config,
    `server.modules = ("mod_auth", "mod_authn_gssapi", "mod_proxy")
server.document-root = "${directory}"
server.bind = "127.0.0.1"
server.port = ${port}
server.upload-dirs = ("${directory}")
server.errorlog = "${join(directory, 'error.log')}"
auth.backend = "gssapi"
auth.backend.gssapi.keytab = "${keytab}"
auth.backend.gssapi.principal = "HTTP/localhost@${kdc.realm}"
auth.backend.gssapi.store-creds = "disable"
auth.require = ("${path}" => ("method" => "gssapi", "realm" => "${kdc.realm}", "require" => "valid-user"))
proxy.server = ("" => (("host" => "127.0.0.1", "port" => ${backendPort})))
`,
  );
  const lighttpd = spawn(findProgram('lighttpd') ?? 'lighttpd', ['-D', '-f', config], {
    env: { ...kdc.env, KRB5RCACHETYPE: 'none' },
    stdio: 'ignore',
  });
  const ended = new Promise((done) => lighttpd.once('exit', done));
  await waitForPort(port);
  return {
    url: `http://localhost:${port}`,
    async close() {
      lighttpd.kill('SIGTERM');
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
