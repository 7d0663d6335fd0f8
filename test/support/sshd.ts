/** A real sshd on a loopback port that serves the bare repositories below a directory, with keys of its own. */
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Sshd {
  port: number;
  /** `ssh://USER@127.0.0.1:PORT`; the path of a repository below the root follows. */
  url: string;
  /** GIT_SSH_COMMAND with the key, the port's host key not asked about. */
  env: Record<string, string>;
  close(): Promise<void>;
}

const SSHD = ['/usr/sbin/sshd', '/usr/bin/sshd'].find((path) => existsSync(path));

/** False where there is no sshd or it cannot be started (no privilege separation directory and no right to make it). */
export function hasSshd(): boolean {
  if (SSHD === undefined || !existsSync('/usr/bin/ssh-keygen')) return false;
  if (process.getuid?.() !== 0) return true;
  try {
    // Its own start-up scripts make this; in a container nothing does.
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    return true;
  } catch {
    return false;
  }
}

export async function startSshd({ root }: { root: string }): Promise<Sshd> {
  if (SSHD === undefined) throw new Error('there is no sshd');
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'packit-sshd-')));
  const key = (name: string): string => {
    const file = join(dir, name);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file]);
    return file;
  };
  const [hostKey, userKey] = [key('host'), key('user')];
  const door = join(dir, 'door');
  writeFileSync(door, doorScript(root));
  chmodSync(door, 0o755);
  const keys = join(dir, 'authorized_keys');
  writeFileSync(keys, `command="${door}",restrict ${readFileSync(`${userKey}.pub`, 'utf8')}`, {
    mode: 0o600,
  });
  const port = await freePort();
  const config = join(dir, 'sshd_config');
  writeFileSync(
    config,
    [
      `ListenAddress 127.0.0.1:${port}`,
      `HostKey ${hostKey}`,
      `AuthorizedKeysFile ${keys}`,
      `PidFile ${join(dir, 'pid')}`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin yes',
      'LogLevel ERROR',
      '',
    ].join('\n'),
  );
  const child = spawn(SSHD, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const ended = new Promise<void>((done) => child.on('close', () => done()));
  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    rmSync(dir, { recursive: true, force: true });
  };
  if (!(await isListening(port, child))) {
    await close();
    throw new Error(`sshd did not start: ${Buffer.concat(said).toString()}`);
  }
  const user = userInfo().username;
  return {
    port,
    url: `ssh://${user}@127.0.0.1:${port}`,
    env: {
      GIT_SSH_COMMAND: `ssh -F none -i ${userKey} -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o BatchMode=yes`,
    },
    close,
  };
}

/** Lets git in and nothing else, and takes the paths of URLs as below the root. */
function doorScript(root: string): string {
  return `#!/bin/sh
set -f
case "$SSH_ORIGINAL_COMMAND" in
  "git-upload-pack '/"*"'" | "git-receive-pack '/"*"'" | "git-upload-archive '/"*"'") ;;
  *) echo "only git is served here" >&2; exit 128 ;;
esac
case "$SSH_ORIGINAL_COMMAND" in
  *..*) echo "no such repository" >&2; exit 128 ;;
esac
program=\${SSH_ORIGINAL_COMMAND%% *}
path=\${SSH_ORIGINAL_COMMAND#*\\'}
path=\${path%\\'}
path=\${path#/}
path=\${path%.git}
unset GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
exec git -c safe.directory='*' "\${program#git-}" '${root}/'"$path.git"
`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((done) => server.close(() => done()));
  return port;
}

async function isListening(port: number, child: { exitCode: number | null }): Promise<boolean> {
  for (let attempt = 0; attempt < 200 && child.exitCode === null; attempt += 1) {
    const open = await new Promise<boolean>((done) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        done(true);
      });
      socket.on('error', () => done(false));
    });
    if (open) return true;
    await sleep(25);
  }
  return false;
}
