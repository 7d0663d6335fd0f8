/** Branches are independent of each other, and nothing of the user's is touched. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { proposeUpdate } from '../../../../src/workflows/propose-update/index.ts';
import type { ProposeUpdateInput } from '../../../../src/workflows/propose-update/index.ts';
import type { BranchResult } from '../../../../src/workflows/release-update/index.ts';
import { gitEnvironment, gitIn } from '../../../support/bare.ts';
import { createWorld, spec } from '../../../support/release-world.ts';
import type { World, WorldOptions } from '../../../support/release-world.ts';
import { snapshot } from '../../../support/snapshot.ts';

jest.setTimeout(90_000);

let world: World | undefined;

async function make(options: WorldOptions = {}): Promise<World> {
  world = await createWorld(options);
  return world;
}

afterEach(async () => {
  const open = world;
  world = undefined;
  await open?.close();
});

async function branches(here: World, input: ProposeUpdateInput = {}): Promise<BranchResult[]> {
  const { packages } = await proposeUpdate(here.context(), input, '0.0.1');
  const [only] = packages;
  if (only?.failure !== undefined)
    throw new Error(`${only.failure.message}\n${only.failure.details.join('\n')}`);
  return only?.branches ?? [];
}

const statuses = (results: readonly BranchResult[]): string[] =>
  results.map(({ branch, status }) => `${branch} ${status}`);

describe('one branch of three fails', () => {
  test('the others are proposed, the next run does what is missing', async () => {
    const here = await make();
    here.forge.failOn(
      /POST .*\/pull-request\/new/,
      { status: 400, body: { error: 'no', error_code: 'ENOCODE' } },
      1,
    );
    const first = await proposeUpdate(here.context(), {}, '0.0.1');
    expect(first.exitCode).toBe(5);
    const results = first.packages[0]?.branches ?? [];
    expect(results.map(({ status }) => status).toSorted()).toEqual(['failed', 'proposed', 'proposed']);
    const failed = results.find(({ status }) => status === 'failed');

    const second = await branches(here);
    expect(second.find(({ branch }) => branch === failed?.branch)?.status).toBe('proposed');
    expect(second.map(({ status }) => status).toSorted()).toEqual(['proposed', 'unchanged', 'unchanged']);
    expect(here.forge.project('rpms', 'hello').pullRequests).toHaveLength(3);
  });

  test('a branch that is not there and one a hook refuses are errors of their own', async () => {
    const here = await make();
    const results = await branches(here, { distGitBranch: 'rawhide,f99' });
    expect(statuses(results)).toEqual(['rawhide proposed', 'f99 failed']);
    expect(results[1]?.failure).toMatchObject({ code: 'DIST_GIT_BRANCH_MISSING' });
    expect(results[1]?.failure?.details[0]).toContain('f41, f42, rawhide');

    const fork = here.forge.project('rpms', 'hello', 'jane').directory;
    mkdirSync(join(fork, 'hooks'), { recursive: true });
    writeFileSync(join(fork, 'hooks/pre-receive'), '#!/bin/sh\necho "the hook says no" >&2\nexit 1\n');
    chmodSync(join(fork, 'hooks/pre-receive'), 0o755);
    const [refused] = await branches(here, { distGitBranch: 'f42' });
    expect(refused?.failure).toMatchObject({ code: 'GIT_PUSH_REJECTED' });
    expect(refused?.failure?.details.join('\n')).toContain('the hook says no');
  });
});

describe('rules', () => {
  test('higher, equal, retired and masked branches are skipped, each with its reason', async () => {
    const here = await make({
      branches: { rawhide: '2.0.0', f42: '1.1.0', f41: '1.0.0' },
      config: 'version_update_specifiers: "<1.1"',
    });
    const result = await proposeUpdate(here.context(), {}, '0.0.1');
    expect(result.exitCode).toBe(0);
    expect(result.packages[0]?.branches.map(({ branch, status, code }) => [branch, status, code])).toEqual([
      ['rawhide', 'skipped', 'DOWNGRADE'],
      ['f42', 'skipped', 'UP_TO_DATE'],
      ['f41', 'skipped', 'SPECIFIERS'],
    ]);
  });

  test('a retired package', async () => {
    const here = await make({ branches: { rawhide: '1.0.0' }, distGitFiles: { 'dead.package': 'gone\n' } });
    expect((await branches(here))[0]).toMatchObject({ status: 'skipped', code: 'RETIRED' });
  });

  test('a package without a spec in dist-git yet', async () => {
    const here = await make({ branches: { rawhide: '1.0.0' } });
    const bare = here.forge.project('rpms', 'hello').directory;
    const tree = gitIn(bare, ['mktree'], new Uint8Array());
    const commit = gitIn(bare, ['commit-tree', '-m', 'Initial', tree]);
    gitIn(bare, ['update-ref', 'refs/heads/rawhide', commit]);
    const [only] = await branches(here);
    expect(only).toMatchObject({ status: 'proposed', fromVersion: undefined });
    expect(only?.notes.join()).toContain('no hello.spec yet');
  });

  test('what is in the fork and not packit’s is kept without --force', async () => {
    const here = await make({ branches: { rawhide: '1.0.0' } });
    await branches(here);
    const fork = here.forge.project('rpms', 'hello', 'jane').directory;
    const head = gitIn(fork, ['rev-parse', 'rawhide-update']);
    const more = gitIn(fork, ['commit-tree', '-p', head, '-m', 'A fix by hand', `${head}^{tree}`]);
    gitIn(fork, ['update-ref', 'refs/heads/rawhide-update', more]);
    const [refused] = await branches(here);
    expect(refused?.failure).toMatchObject({ code: 'FOREIGN_COMMITS' });
    expect(refused?.failure?.details.join()).toContain('A fix by hand');
    expect(gitIn(fork, ['rev-parse', 'rawhide-update'])).toBe(more);
    const [forced] = await branches(here, { force: true });
    expect(forced?.status).toBe('updated');
    expect(gitIn(fork, ['log', '-1', '--format=%s', 'rawhide-update'])).toBe(
      'Update to 1.1.0 upstream release',
    );
  });

  test('a newer release replaces packit’s own commit and updates the request', async () => {
    const here = await make({ branches: { rawhide: '1.0.0' } });
    await branches(here);
    here.upstream.write('hello.spec', spec('1.2.0'));
    here.upstream.commit('Release 1.2.0');
    here.upstream.tag('v1.2.0');
    expect(statuses(await branches(here))).toEqual(['rawhide updated']);
    const requests = here.forge.project('rpms', 'hello').pullRequests;
    expect(requests.map(({ title }) => title)).toEqual(['Update rawhide to upstream release 1.2.0']);
    const fork = here.forge.project('rpms', 'hello', 'jane').directory;
    expect(gitIn(fork, ['rev-list', '--count', 'rawhide-update', '^rawhide'])).toBe('1');
  });

  test('further requests from the same commit', async () => {
    const here = await make({ branches: { rawhide: '1.0.0', f42: '1.0.0', f41: '1.0.0' } });
    const text = here.upstream
      .git('show', 'HEAD:.packit.yaml')
      .replace(
        /dist_git_branches: .*/,
        'dist_git_branches: {rawhide: {fast_forward_merge_into: [f42, f99]}}',
      );
    here.upstream.write('.packit.yaml', `${text}\n`);
    const [only] = await branches(here);
    expect(only?.requests.map(({ targetBranch }) => targetBranch)).toEqual(['rawhide', 'f42']);
    expect(only?.notes.join()).toContain('f99');
    expect(here.forge.project('rpms', 'hello').pullRequests.map(({ sourceBranch }) => sourceBranch)).toEqual([
      'rawhide-update',
      'rawhide-update',
    ]);
  });
});

describe('--no-pr', () => {
  test('pushes to the branches themselves, once', async () => {
    const here = await make();
    here.forge.project('rpms', 'hello').users.commit.push('jane');
    expect(statuses(await branches(here, { pr: false }))).toEqual([
      'rawhide pushed',
      'f42 pushed',
      'f41 pushed',
    ]);
    const bare = here.forge.project('rpms', 'hello').directory;
    expect(gitIn(bare, ['show', 'f42:hello.spec'])).toContain('Version:        1.1.0');
    expect(statuses(await branches(here, { pr: false }))).toEqual([
      'rawhide skipped',
      'f42 skipped',
      'f41 skipped',
    ]);
  });

  test('says who may not', async () => {
    const here = await make({ branches: { rawhide: '1.0.0' } });
    const [only] = await branches(here, { pr: false });
    expect(only?.status).toBe('failed');
    expect(only?.failure?.hint).toBeDefined();
  });
});

describe("the user's own directories", () => {
  test('checkout and dist-git clone are byte for byte as before', async () => {
    const here = await make({
      config: `actions:
  post-upstream-clone: ["bash -c 'echo changed >> README && touch made'"]
  pre-sync: ["bash -c 'ls untracked ignored/file > seen'"]
files_to_sync: [hello.spec, seen]`,
      upstreamFiles: { README: 'read me\n', '.gitignore': 'ignored/\n' },
    });
    here.upstream.write('untracked', 'u');
    here.upstream.write('ignored/file', 'i');
    here.upstream.write('README', 'changed by hand\n');
    here.upstream.write('staged', 's');
    here.upstream.git('add', 'staged');
    const clone = join(here.dir, 'clone');
    // From the disk: the server is in this very process, which waits meanwhile.
    const env = gitEnvironment();
    execFileSync('git', ['clone', '-q', here.forge.project('rpms', 'hello').directory, clone], { env });
    execFileSync('git', ['remote', 'set-url', 'origin', `${here.forge.url}/rpms/hello.git`], {
      cwd: clone,
      env,
    });
    execFileSync('git', ['checkout', '-q', '-b', 'mine'], { cwd: clone, env: gitEnvironment() });
    writeFileSync(join(clone, 'untracked'), 'u');
    writeFileSync(join(clone, 'hello.spec'), 'broken by hand');
    writeFileSync(join(clone, '.git/info/exclude'), 'private\n');
    writeFileSync(join(clone, 'private'), 'p');
    const before = [snapshot(here.upstream.dir), snapshot(clone)];

    const results = await branches(here, { distGitPath: clone });
    expect(statuses(results)).toEqual(['rawhide proposed', 'f42 proposed', 'f41 proposed']);
    expect([snapshot(here.upstream.dir), snapshot(clone)]).toEqual(before);
    const fork = here.forge.project('rpms', 'hello', 'jane').directory;
    expect(gitIn(fork, ['show', 'f42-update:seen'])).toBe('ignored/file\nuntracked');
  });

  test('a directory that is no clone is an error', async () => {
    const here = await make();
    await expect(branches(here, { distGitPath: here.dir })).rejects.toThrow(/not a clone/);
    expect(existsSync(join(here.dir, '.git'))).toBe(false);
  });
});

describe('versions', () => {
  test('release monitoring is asked first, and its bug is resolved', async () => {
    const here = await make({ branches: { rawhide: '1.0.0' }, monitored: '1.1.0', bug: 4711 });
    here.upstream.tag('v9.9.9');
    const [only] = await branches(here);
    expect(only).toMatchObject({ status: 'proposed', version: '1.1.0' });
    const [request] = here.forge.project('rpms', 'hello').pullRequests;
    expect(request?.description).toContain('[rhbz#4711](https://bugzilla.redhat.com/show_bug.cgi?id=4711)');
    const fork = here.forge.project('rpms', 'hello', 'jane').directory;
    expect(gitIn(fork, ['show', 'rawhide-update:hello.spec'])).toContain('- Resolves: rhbz#4711');
  });

  test('a tag that is missing, and one only the origin has', async () => {
    const here = await make({ branches: { rawhide: '1.0.0' } });
    const [missing] = await branches(here, { version: '7.0.0' });
    expect(missing?.failure).toMatchObject({ code: 'UPSTREAM_TAG_MISSING' });
    expect(missing?.failure?.details.join()).toContain('v1.1.0');
  });

  test('--local-content takes the checkout as it is', async () => {
    const here = await make({ branches: { rawhide: '1.0.0' } });
    here.upstream.write('hello.spec', spec('1.1.0').replace('Says hello', 'Says hello twice'));
    const [only] = await branches(here, { localContent: true, version: '1.3.0' });
    expect(only?.status).toBe('proposed');
    const fork = here.forge.project('rpms', 'hello', 'jane').directory;
    const text = gitIn(fork, ['show', 'rawhide-update:hello.spec']);
    expect(text).toContain('Says hello twice');
    expect(text).toContain('Version:        1.3.0');
  });
});

describe('actions', () => {
  test('get their variables, and their words go where they belong', async () => {
    const here = await make({
      branches: { rawhide: '1.0.0' },
      config: `actions:
  changelog-entry: ["bash -c 'echo \\"- was $PACKIT_PROJECT_PREVIOUS_VERSION, tag $PACKIT_PROJECT_UPSTREAM_TAG, bugs $PACKIT_RESOLVED_BUGS\\"'"]
  commit-message: ["bash -c 'echo noise; echo \\"$PACKIT_DEBUG_DIVIDER\\"; echo \\"My $PACKIT_PROJECT_VERSION\\"; echo; echo \\"of $PACKIT_UPSTREAM_TAG\\"'"]
  post-modifications: ["bash -c 'echo post > \\"$PACKIT_DOWNSTREAM_REPO/post\\"'"]`,
    });
    const [only] = await branches(here, { resolveBugs: ['rhbz#5'] });
    expect(only?.failure?.message).toBeUndefined();
    const fork = here.forge.project('rpms', 'hello', 'jane').directory;
    expect(gitIn(fork, ['show', 'rawhide-update:hello.spec'])).toContain(
      '- was 1.0.0, tag v1.1.0, bugs rhbz#5\n',
    );
    expect(gitIn(fork, ['log', '-1', '--format=%B', 'rawhide-update'])).toBe('My 1.1.0\n\nof v1.1.0');
    expect(gitIn(fork, ['show', 'rawhide-update:post'])).toBe('post');
    // Without packit's note in it the commit is still known as ours.
    expect(statuses(await branches(here, { resolveBugs: ['rhbz#5'] }))).toEqual(['rawhide unchanged']);
  });

  test('prepare-files takes the place of the merge', async () => {
    const here = await make({
      branches: { rawhide: '1.0.0' },
      config: `actions:
  prepare-files: ["bash -c 'echo prepared > prepared'"]
files_to_sync: [hello.spec, prepared]`,
    });
    const [only] = await branches(here);
    expect(only?.failure?.message).toBeUndefined();
    const fork = here.forge.project('rpms', 'hello', 'jane').directory;
    expect(gitIn(fork, ['show', 'rawhide-update:prepared'])).toBe('prepared');
    expect(gitIn(fork, ['show', 'rawhide-update:hello.spec'])).not.toContain('Update to version');
  });

  test('one that fails ends its branch, and says why', async () => {
    const here = await make({
      config: `actions:
  pre-sync: ["bash -c 'case $PACKIT_DOWNSTREAM_REPO in */f42/*) echo no >&2; exit 3;; esac'"]`,
    });
    const results = await branches(here);
    expect(statuses(results)).toEqual(['rawhide proposed', 'f42 failed', 'f41 proposed']);
    expect(results[1]?.failure).toMatchObject({ code: 'ACTION_FAILED' });
  });
});
