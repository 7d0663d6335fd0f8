/** The servers of the tests themselves: real git over HTTP and ssh, faults, and the check of what was asked. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { branchesOf, gitEnvironment, logOf, refusePushes } from '../../../support/bare.ts';
import { startForge } from '../../../support/forges/index.ts';
import type { ForgeOptions, TestForge } from '../../../support/forges/index.ts';
import { hasSshd, startSshd } from '../../../support/sshd.ts';
import { tempDir } from '../../../support/temp.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const OPTIONS: ForgeOptions = {
  users: [
    { name: 'jane', token: 'jane-token' },
    { name: 'joe', token: 'joe-token' },
  ],
  projects: [
    {
      namespace: 'rpms',
      name: 'hello',
      branches: { rawhide: { 'hello.spec': 'Name: hello\n' } },
      committers: ['jane'],
    },
  ],
};

async function start(options: ForgeOptions = {}): Promise<TestForge> {
  const server = await startForge('pagure', { ...OPTIONS, ...options });
  cleanups.push(() => server.close());
  return server;
}

async function git(cwd: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)('git', [...args], {
    cwd,
    env: { ...gitEnvironment(), ...env },
  });
  return stdout + stderr;
}

function withLogin(url: string, user: string): string {
  return url.replace('://', `://${user}:${user}-token@`);
}

async function commit(clone: string): Promise<void> {
  await git(clone, ['commit', '--quiet', '--allow-empty', '-m', 'A change']);
}

describe('git over HTTP', () => {
  test('clones without a login, shallow and partial too', async () => {
    const server = await start();
    const dir = tempDir();
    await git(dir, ['clone', '--quiet', `${server.gitUrl}/rpms/hello.git`, 'full']);
    await git(dir, [
      'clone',
      '--quiet',
      '--depth=1',
      '--filter=blob:none',
      `${server.gitUrl}/rpms/hello`,
      'part',
    ]);
    expect(existsSync(join(dir, 'full', 'hello.spec'))).toBe(true);
    expect(existsSync(join(dir, 'part', 'hello.spec'))).toBe(true);
  });

  test('takes pushes from those who may, and from nobody else', async () => {
    const server = await start();
    const dir = tempDir();
    const url = `${server.gitUrl}/rpms/hello.git`;
    await git(dir, ['clone', '--quiet', url, 'clone']);
    const clone = join(dir, 'clone');
    await commit(clone);
    await expect(git(clone, ['push', '--quiet', url, 'rawhide'])).rejects.toThrow(
      /could not read Username|Authentication/,
    );
    await expect(git(clone, ['push', '--quiet', withLogin(url, 'joe'), 'rawhide'])).rejects.toThrow('403');
    await expect(
      git(clone, ['push', '--quiet', url.replace('://', '://jane:wrong@'), 'rawhide']),
    ).rejects.toThrow('Authentication failed');
    await git(clone, ['push', '--quiet', withLogin(url, 'jane'), 'rawhide:f42-update']);
    const { directory } = server.project('rpms', 'hello');
    expect(branchesOf(directory).has('f42-update')).toBe(true);
    expect(logOf(directory, 'f42-update')).toEqual(['A change', 'Set up rawhide']);
    expect(
      server.requests.some(({ user, url: path }) => user === 'jane' && path.endsWith('git-receive-pack')),
    ).toBe(true);
  });

  test('passes on what a hook says', async () => {
    const server = await start();
    const dir = tempDir();
    const url = withLogin(`${server.gitUrl}/rpms/hello.git`, 'jane');
    await git(dir, ['clone', '--quiet', url, 'clone']);
    refusePushes(server.project('rpms', 'hello').directory, 'Branch is closed for updates');
    await commit(join(dir, 'clone'));
    await expect(git(join(dir, 'clone'), ['push', url, 'rawhide'])).rejects.toThrow(
      'Branch is closed for updates',
    );
  });

  test('a lost answer after the push was taken, and one cut before', async () => {
    const server = await start();
    const dir = tempDir();
    const url = withLogin(`${server.gitUrl}/rpms/hello.git`, 'jane');
    await git(dir, ['clone', '--quiet', url, 'clone']);
    const clone = join(dir, 'clone');
    await commit(clone);
    const { directory } = server.project('rpms', 'hello');
    server.failOn(/^POST .*git-receive-pack$/, 'cut');
    await expect(git(clone, ['push', url, 'rawhide:one'])).rejects.toThrow();
    expect(branchesOf(directory).has('one')).toBe(false);
    server.failOn(/^POST .*git-receive-pack$/, 'cut-after');
    await expect(git(clone, ['push', url, 'rawhide:two'])).rejects.toThrow();
    expect(branchesOf(directory).has('two')).toBe(true);
    await git(clone, ['push', url, 'rawhide:one']);
    expect(branchesOf(directory).has('one')).toBe(true);
  });
});

const overSsh = hasSshd() ? describe : describe.skip;
overSsh(hasSshd() ? 'git over ssh' : 'git over ssh (skipped: no sshd here)', () => {
  test('clones and pushes the same repositories', async () => {
    const root = tempDir();
    const sshd = await startSshd({ root });
    cleanups.push(() => sshd.close());
    const server = await start({ root, sshUrl: sshd.url });
    const dir = tempDir();
    await git(dir, ['clone', '--quiet', `${sshd.url}/rpms/hello.git`, 'clone'], sshd.env);
    await commit(join(dir, 'clone'));
    await git(join(dir, 'clone'), ['push', '--quiet', 'origin', 'rawhide:f42-update'], sshd.env);
    expect(branchesOf(server.project('rpms', 'hello').directory).has('f42-update')).toBe(true);
    await expect(git(dir, ['clone', `${sshd.url}/rpms/none.git`], sshd.env)).rejects.toThrow('none');
    await expect(git(dir, ['clone', `${sshd.url}/../etc`], sshd.env)).rejects.toThrow();
  });
});

test('a question that the real forge does not know fails the test', async () => {
  const server = await startForge('forgejo', OPTIONS);
  expect((await fetch(`${server.url}/api/v1/repos/rpms/hello/nonsense`)).status).toBe(404);
  expect((await fetch(`${server.url}/api/v1/repos/rpms/hello/branches?colour=red`)).status).toBe(200);
  await expect(server.close()).rejects.toThrow(/nonsense.*\n.*unexpected parameter colour/);
});
