/** A real MIT KDC on loopback, in a directory of its own, with a realm of its own. */
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const exec = promisify(execFile);
const SBIN = ['/usr/sbin', '/usr/bin', '/usr/lib/mit/sbin', '/usr/local/sbin'];

/** Where programs of the set-up are, which are often not on a user's PATH. */
export function findProgram(name: string): string | undefined {
  return SBIN.map((directory) => join(directory, name)).find((path) => existsSync(path));
}

/** What is missing to run a KDC; undefined if all is there. Tests skip with these words. */
export function kdcMissing(): string | undefined {
  const missing = ['krb5kdc', 'kdb5_util', 'kadmin.local', 'kinit', 'klist'].filter(
    (name) => findProgram(name) === undefined,
  );
  return missing.length === 0
    ? undefined
    : `not installed: ${missing.join(', ')} (apt: krb5-kdc krb5-admin-server krb5-user)`;
}

export interface Kdc {
  realm: string;
  directory: string;
  /** For the programs that are clients of the realm: KRB5_CONFIG and a credential cache of their own. */
  env: Record<string, string>;
  /** Adds a user or service (`HTTP/localhost`) and returns the path of its keytab. `maxLife`: `10 seconds`. */
  addPrincipal(name: string, maxLife?: string): Promise<string>;
  close(): Promise<void>;
}

export async function startKdc(realm = 'PACKIT.TEST'): Promise<Kdc> {
  const directory = await mkdtemp(join(tmpdir(), 'packit-kdc-'));
  const port = await freePort();
  const env = {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    LC_ALL: 'C',
    KRB5_CONFIG: join(directory, 'krb5.conf'),
    KRB5_KDC_PROFILE: join(directory, 'kdc.conf'),
    KRB5CCNAME: `FILE:${join(directory, 'ccache')}`,
  };
  await writeFile(env.KRB5_CONFIG, clientConfig(realm, port));
  await writeFile(env.KRB5_KDC_PROFILE, kdcConfig(realm, port, directory));
  await mkdir(join(directory, 'keytabs'));
  await exec(program('kdb5_util'), ['create', '-s', '-r', realm, '-P', 'master-of-tests'], { env });
  const kdc = spawn(program('krb5kdc'), ['-n', '-r', realm, '-P', join(directory, 'pid')], {
    env,
    stdio: 'ignore',
  });
  const ended = new Promise((done) => kdc.once('exit', done));
  await waitForPort(port);

  return {
    realm,
    directory,
    env,
    async addPrincipal(name, maxLife) {
      const keytab = join(directory, 'keytabs', name.replace('/', '_'));
      const life = maxLife === undefined ? [] : ['-maxlife', `"${maxLife}"`];
      const ask = (query: string) => exec(program('kadmin.local'), ['-r', realm, '-q', query], { env });
      await ask(['addprinc', '-randkey', ...life, name].join(' '));
      await ask(`ktadd -k ${keytab} ${name}`);
      return keytab;
    },
    async close() {
      kdc.kill('SIGTERM');
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function program(name: string): string {
  return findProgram(name) ?? name;
}

function clientConfig(realm: string, port: number): string {
  return `[libdefaults]
  default_realm = ${realm}
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
  udp_preference_limit = 1
  ticket_lifetime = 1h
  renew_lifetime = 1d
[realms]
  ${realm} = {
    kdc = 127.0.0.1:${port}
  }
[domain_realm]
  localhost = ${realm}
`;
}

function kdcConfig(realm: string, port: number, directory: string): string {
  return `[kdcdefaults]
  kdc_listen = ""
  kdc_tcp_listen = 127.0.0.1:${port}
[realms]
  ${realm} = {
    database_name = ${join(directory, 'principal')}
    key_stash_file = ${join(directory, 'stash')}
    acl_file = ${join(directory, 'acl')}
    max_life = 1h
    max_renewable_life = 7d
  }
[logging]
  kdc = FILE:${join(directory, 'kdc.log')}
  admin_server = FILE:${join(directory, 'admin.log')}
`;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** Waits until somebody listens on a port of the loopback address. */
export async function waitForPort(port: number, milliseconds = 10_000): Promise<void> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const open = await new Promise<boolean>((done) => {
      const socket = createConnection({ port, host: '127.0.0.1' })
        .once('connect', () => {
          socket.destroy();
          done(true);
        })
        .once('error', () => done(false));
    });
    if (open) return;
    if (Date.now() > end) throw new Error(`nobody listens on port ${port}`);
    await delay(20);
  }
}
