/**
 * Everything packit asks of a forge, once, in a fixed order: the same against a real server, whose session is recorded, and
 * against the stand-in of the tests, so that the two can be compared answer by answer.
 *
 * The server has the users jane (who asks) and admin, and the project rpms/hello of the latter with the branches rawhide (its default)
 * and f42, hello.spec and `dir/with space.txt` in both, and the tag v1.0.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createForge, ensureFork, ensurePullRequest } from '../../../src/remote/forge/index.ts';
import type { Forge, ForgeKind, NewStatus, ProjectRef } from '../../../src/remote/forge/index.ts';
import type { HttpClient } from '../../../src/remote/http/index.ts';
import { gitEnvironment } from '../bare.ts';

export interface DriveOptions {
  kind: ForgeKind;
  url: string;
  token: string;
  /** An empty directory. */
  dir: string;
}

const PROJECT = { namespace: 'rpms', name: 'hello' };
const NOTHING = { namespace: 'rpms', name: 'nothing' };

type Step = (name: string, work: () => Promise<unknown>) => Promise<void>;

/** @returns what each step gave, for people to read */
export async function driveForge(http: HttpClient, options: DriveOptions): Promise<Record<string, unknown>> {
  const { kind, url, token, dir } = options;
  const detected = await createForge({ url: `${url}/rpms/hello`, fetch: http.fetch, token });
  const forge = await createForge({ url, kind, fetch: http.fetch, token });
  const stranger = await createForge({ url, kind, fetch: http.fetch, token: 'x'.repeat(40) });
  const seen: Record<string, unknown> = { detected: detected.kind };
  const step: Step = async (name, work) => {
    seen[name] = await work().catch((error: unknown) => (error as { code?: string }).code ?? String(error));
  };
  await step('whoami', () => forge.whoami());
  await step('whoami of a stranger', () => stranger.whoami());
  await step('checkToken', async () => (await forge.checkToken(['fork', 'push', 'pull-request'])).user);
  await step('project', async () => (await forge.getProject(PROJECT))?.defaultBranch);
  await step('project that is not there', () => forge.getProject(NOTHING));
  await step('branches', async () => (await forge.listBranches(PROJECT)).toSorted());
  await step('branches of nothing', () => forge.listBranches(NOTHING));
  await step('tags', async () => (await forge.listTags(PROJECT)).map(({ name }) => name));
  await step('file', () => text(forge, 'hello.spec', 'rawhide'));
  await step('file with a blank', () => text(forge, 'dir/with space.txt', 'f42'));
  await step('file that is not there', () => text(forge, 'nothing', 'rawhide'));
  await step('file of a branch that is not there', () => text(forge, 'hello.spec', 'nothing'));
  await step('releases', () => forge.listReleases(PROJECT));
  await step('release that is not there', () => forge.getRelease(PROJECT, 'v9'));
  await step('fork', async () => (await ensureFork(forge, PROJECT)).created);
  await step('fork again', async () => (await ensureFork(forge, PROJECT)).created);
  const fork = (await forge.findFork(PROJECT)) ?? PROJECT;
  await step('push', () => pushBranch(forge, { url, token, dir }));
  const branches = { target: PROJECT, targetBranch: 'rawhide', source: fork, sourceBranch: 'rawhide-update' };
  await step('request', async () => {
    const { outcome } = await ensurePullRequest(forge, {
      ...branches,
      title: 'Update',
      description: 'First',
    });
    return outcome;
  });
  await step('request with another text', async () => {
    const { outcome } = await ensurePullRequest(forge, {
      ...branches,
      title: 'Update',
      description: 'Second',
    });
    return outcome;
  });
  await step('the same request', async () => {
    const { outcome } = await ensurePullRequest(forge, {
      ...branches,
      title: 'Update',
      description: 'Second',
    });
    return outcome;
  });
  await step('request from a branch that is not there', () =>
    forge.createPullRequest({ ...branches, sourceBranch: 'nothing', title: 'None', description: '' }),
  );
  await step('request to a branch that is not there', () =>
    forge.createPullRequest({ ...branches, targetBranch: 'nothing', title: 'None', description: '' }),
  );
  await driveConversation(forge, fork, step);
  return seen;
}

const STATUS: NewStatus = {
  name: 'rpm-build:fedora-42-x86_64',
  state: 'pending',
  description: 'The task was accepted.',
  url: 'https://copr.example.org/coprs/build/17',
};

/** Statuses are set where jane may: in her fork; on Pagure anywhere. The rest is between everybody. */
async function driveConversation(forge: Forge, fork: ProjectRef, step: Step): Promise<void> {
  const found = await forge.getPullRequest(PROJECT, 1);
  const sha = found?.headCommit ?? '';
  await step('request by its number', () => Promise.resolve([found?.title, found?.labels]));
  await step('request that is not there', () => forge.getPullRequest(PROJECT, 99));
  await step('statuses before', () => forge.listStatuses(fork, sha));
  await step('status', () => forge.setStatus(fork, sha, STATUS));
  await step('status that goes on', () => forge.setStatus(fork, sha, { ...STATUS, state: 'running' }));
  await step('status that ends', () => forge.setStatus(fork, sha, { ...STATUS, state: 'cancelled' }));
  await step('another status', () => forge.setStatus(fork, sha, { ...STATUS, name: 'x', state: 'success' }));
  await step('statuses', async () =>
    (await forge.listStatuses(fork, sha)).map(({ name, state, creator }) => [name, state, creator]),
  );
  await step("status in somebody's project", () => forge.setStatus(PROJECT, sha, STATUS));
  await step('issue', async () => {
    const { title, author } = await forge.createIssue(PROJECT, { title: 'Problem', body: 'It is broken' });
    return [title, author];
  });
  await step('issues', async () => (await forge.listIssues(PROJECT))?.map(({ title }) => title));
  const [issue] = (await forge.listIssues(PROJECT).catch(() => undefined)) ?? [];
  for (const on of ['pull-request', 'issue'] as const) {
    const thread = { on, number: on === 'issue' ? (issue?.number ?? 0) : 1 };
    const say = (name: string, work: () => Promise<unknown>) => step(`${name}, ${on}`, work);
    await say('comments before', () => forge.listComments(PROJECT, thread));
    await say('comment', async () => (await forge.addComment(PROJECT, thread, 'One\n\n<!-- two -->')).body);
    const [comment] = await forge.listComments(PROJECT, thread).catch(() => []);
    const id = comment?.id ?? '0';
    await say('edit', () => forge.editComment(PROJECT, thread, id, 'Edited'));
    await say('reaction', () => forge.acknowledge(PROJECT, thread, id));
    await say('the same reaction', () => forge.acknowledge(PROJECT, thread, id));
    await say('comments', async () =>
      (await forge.listComments(PROJECT, thread)).map(({ author, body }) => [author, body]),
    );
  }
  await step('what oneself may', () => forge.permissionOf(PROJECT, 'jane'));
  await step('what another may', () => forge.permissionOf(PROJECT, 'admin'));
  await step('what one may in a project of her own', () => forge.permissionOf(fork, 'jane'));
  await step('what nobody may', () => forge.permissionOf(fork, 'nobody'));
}

async function text(forge: Forge, path: string, ref: string): Promise<string | undefined> {
  const bytes = await forge.readFile(PROJECT, path, ref);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString();
}

/** Not part of the comparison: git is the same on both. */
async function pushBranch(forge: Forge, { url, token, dir }: Omit<DriveOptions, 'kind'>): Promise<string> {
  const fork = await forge.findFork(PROJECT);
  if (fork === undefined) throw new Error('no fork');
  const address = fork.gitUrls.https.replace(/^https?:\/\/[^/]+/, url).replace('://', `://jane:${token}@`);
  const clone = join(dir, 'clone');
  await git(dir, ['clone', '--quiet', address, clone]);
  await git(clone, ['commit', '--quiet', '--allow-empty', '-m', 'Update']);
  await git(clone, ['push', '--quiet', address, 'HEAD:refs/heads/rawhide-update']);
  return 'pushed';
}

function git(cwd: string, args: readonly string[]): Promise<void> {
  const date = '1700000000 +0000';
  const env = { ...gitEnvironment(), GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  const child = spawn('git', [...args], { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) =>
      code === 0 ? done() : fail(new Error(`git ${args[0]}: ${Buffer.concat(said).toString()}`)),
    );
  });
}
