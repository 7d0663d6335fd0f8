/** What proposing a change asks of a forge, from the fork to the pull request: for tests of bad days. */
import { createForge, ensureFork, ensurePullRequest, syncAccess } from '../../../src/remote/forge/index.ts';
import { createHttpClient } from '../../../src/remote/http/index.ts';
import type { ForgeKind } from '../../../src/remote/forge/index.ts';
import { gitEnvironment } from '../bare.ts';
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startForge } from './index.ts';
import type { Fault, TestForge } from './index.ts';

export const PROJECT = { namespace: 'rpms', name: 'hello' };
const TOKEN = 'jane-token';

export function startForFlow(kind: ForgeKind): Promise<TestForge> {
  return startForge(kind, {
    users: [
      { name: 'jane', token: TOKEN },
      { name: 'joe', token: 'joe-token' },
      { name: 'admin', token: 'admin-token' },
    ],
    projects: [{ ...PROJECT, branches: { rawhide: { 'hello.spec': 'Version: 1\n' } }, committers: ['joe'] }],
    forkDelay: 1,
  });
}

/** Makes a commit whose hash is the same each time, pushes it to the fork and proposes it. */
export async function proposeChange(server: TestForge, dir: string): Promise<void> {
  const http = createHttpClient({ env: {}, retries: 0 });
  try {
    const forge = await createForge({ url: `${server.url}/rpms/hello`, fetch: http.fetch, token: TOKEN });
    const { fork } = await ensureFork(forge, PROJECT, { interval: 1 });
    if (forge.access !== undefined) await syncAccess(forge.access, PROJECT, fork);
    const clone = join(dir, 'clone');
    rmSync(clone, { recursive: true, force: true });
    await git(dir, ['clone', '--quiet', fork.gitUrls.https, clone]);
    await git(clone, ['commit', '--quiet', '--allow-empty', '-m', 'Update to 2.0']);
    const url = fork.gitUrls.https.replace('://', `://jane:${TOKEN}@`);
    await git(clone, ['push', '--quiet', '--force', url, 'HEAD:refs/heads/rawhide-update']);
    await ensurePullRequest(forge, {
      target: PROJECT,
      targetBranch: 'rawhide',
      source: fork,
      sourceBranch: 'rawhide-update',
      title: 'Update to 2.0',
      description: 'Upstream tag: 2.0',
    });
  } finally {
    await http.close();
  }
}

/** Not synchronous: the server is in this very process. */
function git(cwd: string, args: readonly string[]): Promise<void> {
  const date = '1700000000 +0000';
  const child = spawn('git', [...args], {
    cwd,
    env: { ...gitEnvironment(), GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
    stdio: 'ignore',
  });
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => (code === 0 ? done() : fail(new Error(`git ${args[0]} failed (${code})`))));
  });
}

/**
 * Runs the flow with a fault at one request, then again without: how it ended, to compare with an undisturbed
 * run.
 */
export async function disturbed(
  kind: ForgeKind,
  { number, fault, dir }: { number: number; fault: Fault; dir: string },
): Promise<{ snapshot: unknown; failure: unknown }> {
  const server = await startForFlow(kind);
  let failure: unknown;
  try {
    server.failAt(number, fault);
    await proposeChange(server, dir).catch((error: unknown) => (failure = error));
    server.heal();
    if (failure !== undefined) await proposeChange(server, dir);
    return { snapshot: server.snapshot(), failure };
  } finally {
    await server.close();
  }
}

export async function undisturbed(
  kind: ForgeKind,
  dir: string,
): Promise<{ snapshot: unknown; requests: TestForge['requests'] }> {
  const server = await startForFlow(kind);
  try {
    await proposeChange(server, dir);
    return { snapshot: server.snapshot(), requests: server.requests };
  } finally {
    await server.close();
  }
}
