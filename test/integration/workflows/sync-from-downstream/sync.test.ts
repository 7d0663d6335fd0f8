/** Changes made in dist-git go back to the upstream project, on a forge on loopback. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { syncFromDownstream } from '../../../../src/workflows/sync-from-downstream/index.ts';
import type {
  PackageSync,
  SyncFromDownstreamInput,
} from '../../../../src/workflows/sync-from-downstream/index.ts';
import { fileOf, gitIn } from '../../../support/bare.ts';
import type { World, WorldOptions } from '../../../support/release-world.ts';
import { snapshot } from '../../../support/snapshot.ts';
import { createSyncWorld } from '../../../support/sync-world.ts';

jest.setTimeout(90_000);

let world: World | undefined;

async function make(options: WorldOptions = {}): Promise<World> {
  world = await createSyncWorld(options);
  return world;
}

afterEach(async () => {
  const open = world;
  world = undefined;
  await open?.close();
});

async function sync(here: World, input: SyncFromDownstreamInput = {}, dryRun = false): Promise<PackageSync> {
  const { packages } = await syncFromDownstream(here.context({ dryRun }), input);
  const [only] = packages;
  if (only === undefined || packages.length > 1) throw new Error(`${packages.length} packages`);
  return only;
}

const outcome = ({ branches, failure }: PackageSync): unknown =>
  failure === undefined
    ? branches.map(({ branch, status, failure: reason }) => [branch, status, reason?.code])
    : failure.code;

const PAIRS = `files_to_sync:
  - {src: packaging/hello.spec, dest: hello.spec}
  - {src: patches/, dest: fixes/}
`;
const OPTIONS: WorldOptions = {
  config: PAIRS,
  upstreamFiles: { 'packaging/hello.spec': 'Name: hello\n', 'patches/README': 'about patches\n' },
  distGitFiles: { 'fixes/a.patch': 'a patch\n', sources: 'SHA512 (x) = 0\n' },
};

function file(here: World, branch: string, path: string): string | undefined {
  const { directory } = here.forge.project(
    'people',
    'hello',
    here.forge.kind === 'pagure' ? 'jane' : undefined,
  );
  const bytes = fileOf(directory, branch, path);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString();
}

describe('as pull requests', () => {
  test('each pair goes the other way, from every branch; the checkout is only read', async () => {
    const here = await make(OPTIONS);
    here.upstream.write('packaging/hello.spec', 'changed, not committed');
    const look = () => snapshot(here.upstream.dir, (path) => path.startsWith('.git/objects/'));
    const before = look();
    const result = await sync(here, { distGitBranch: 'rawhide,f42' });
    expect(outcome(result)).toEqual([
      ['rawhide', 'proposed', undefined],
      ['f42', 'proposed', undefined],
    ]);
    expect(result.branches[0]?.files).toEqual(['packaging/hello.spec', 'patches/a.patch']);
    expect(file(here, 'rawhide-downstream-sync', 'packaging/hello.spec')).toContain('1.0.0');
    expect(file(here, 'f42-downstream-sync', 'packaging/hello.spec')).toContain('0.9.0');
    expect(file(here, 'rawhide-downstream-sync', 'patches/a.patch')).toBe('a patch\n');
    expect(file(here, 'rawhide-downstream-sync', 'patches/README')).toBe('about patches\n');
    expect(file(here, 'rawhide-downstream-sync', 'sources')).toBeUndefined();
    const requests = here.forge.project('people', 'hello').pullRequests;
    expect(requests.map(({ title, targetBranch }) => `${title} to ${targetBranch}`).toSorted()).toEqual([
      "Update from downstream branch 'f42' to main",
      "Update from downstream branch 'rawhide' to main",
    ]);
    const { directory } = here.forge.project('people', 'hello', 'jane');
    const commit = gitIn(here.forge.project('rpms', 'hello').directory, ['rev-parse', 'rawhide']);
    expect(gitIn(directory, ['log', '-1', '--format=%B', 'rawhide-downstream-sync'])).toContain(
      `[packit] Sync from downstream branch 'rawhide'\n\nDownstream commit: ${commit}\n`,
    );
    expect(look()).toEqual(before);
  });

  test('a second run opens no second request; a change in dist-git updates the first', async () => {
    const here = await make(OPTIONS);
    await sync(here);
    expect(outcome(await sync(here))).toEqual([['rawhide', 'unchanged', undefined]]);
    const { directory } = here.forge.project('rpms', 'hello');
    const other = join(here.dir, 'other');
    gitIn(here.dir, ['clone', '--quiet', '--branch', 'rawhide', directory, other]);
    gitIn(other, ['mv', 'fixes/a.patch', 'fixes/b.patch']);
    gitIn(other, ['commit', '--quiet', '--message', 'Rename']);
    gitIn(other, ['push', '--quiet', 'origin', 'rawhide']);
    expect(outcome(await sync(here))).toEqual([['rawhide', 'updated', undefined]]);
    expect(file(here, 'rawhide-downstream-sync', 'patches/b.patch')).toBe('a patch\n');
    expect(here.forge.project('people', 'hello').pullRequests).toHaveLength(1);
  });

  test('nothing to bring back is success, said in words', async () => {
    const here = await make({ ...OPTIONS, config: 'files_to_sync: [{src: hello.spec, dest: hello.spec}]\n' });
    const { directory } = here.forge.project('rpms', 'hello');
    here.upstream.write('hello.spec', gitIn(directory, ['show', 'rawhide:hello.spec']) + '\n');
    here.upstream.commit('Take the spec of dist-git');
    here.upstream.git('push', '--quiet', here.forge.project('people', 'hello').directory, 'main');
    const result = await sync(here);
    expect(outcome(result)).toEqual([['rawhide', 'unchanged', undefined]]);
    expect(result.branches[0]?.reason).toBe('upstream has all of it already');
    expect(here.forge.project('people', 'hello').pullRequests).toEqual([]);
  });

  test('a name that empties an item leaves the item out', async () => {
    const here = await make(OPTIONS);
    const result = await sync(here, { exclude: ['hello.spec'] });
    expect(outcome(result)).toEqual([['rawhide', 'proposed', undefined]]);
    expect(result.branches[0]?.files).toEqual(['patches/a.patch']);
    expect(outcome(await sync(here, { exclude: ['hello.spec', 'a.patch'] }))).toEqual([
      ['rawhide', 'unchanged', undefined],
    ]);
    const none = await sync(here, { exclude: ['hello.spec', 'patches'] });
    expect(outcome(none)).toEqual([['rawhide', 'failed', 'SYNC_NOTHING']]);
  });

  test('without files_to_sync the spec goes back, not the older copy of the configuration', async () => {
    const here = await make({ distGitFiles: { '.packit.yaml': 'old: true\n' } });
    const result = await sync(here);
    expect(result.branches[0]?.files).toEqual(['hello.spec']);
  });

  test('somebody’s commits on the branch are not replaced, unless -f is given', async () => {
    const here = await make(OPTIONS);
    await sync(here);
    const { directory } = here.forge.project('people', 'hello', 'jane');
    const other = join(here.dir, 'other');
    gitIn(here.dir, ['clone', '--quiet', '--branch', 'rawhide-downstream-sync', directory, other]);
    gitIn(other, ['commit', '--quiet', '--allow-empty', '--message', 'Mine']);
    gitIn(other, ['push', '--quiet', 'origin', 'HEAD']);
    expect(outcome(await sync(here))).toEqual([['rawhide', 'failed', 'FOREIGN_COMMITS']]);
    expect(outcome(await sync(here, { force: true }))).toEqual([['rawhide', 'updated', undefined]]);
  });

  test('from a branch of the project itself, or of a remote', async () => {
    const here = await make({ ...OPTIONS, kind: 'forgejo' });
    const project = here.forge.project('people', 'hello');
    project.users.commit.push('jane');
    expect(outcome(await sync(here, { fork: false }))).toEqual([['rawhide', 'proposed', undefined]]);
    expect(gitIn(project.directory, ['branch', '--list', 'rawhide-downstream-sync'])).not.toBe('');
    here.upstream.git('remote', 'add', 'mine', `${here.forge.url}/people/hello.git`);
    expect(outcome(await sync(here, { remoteToPush: 'mine' }))).toEqual([
      ['rawhide', 'unchanged', undefined],
    ]);
    expect(outcome(await sync(here, { remoteToPush: 'none' }))).toBe('GIT_REMOTE_MISSING');
  });

  test('a dry run names the files and does nothing', async () => {
    const here = await make(OPTIONS);
    const state = here.forge.snapshot();
    const result = await sync(here, {}, true);
    expect(outcome(result)).toEqual([['rawhide', 'planned', undefined]]);
    expect(result.branches[0]?.plan?.diff).toContain('+a patch');
    expect(here.forge.snapshot()).toEqual(state);
  });

  test('what is not there is named', async () => {
    const here = await make(OPTIONS);
    expect(outcome(await sync(here, { upstreamBranch: 'devel' }))).toBe('UPSTREAM_BRANCH_MISSING');
    expect(outcome(await sync(here, { distGitBranch: 'f99,rawhide' }))).toEqual([
      ['f99', 'failed', 'DIST_GIT_BRANCH_MISSING'],
      ['rawhide', 'proposed', undefined],
    ]);
  });
});

describe('--no-pr', () => {
  test('writes the files into a clean checkout, and commits nothing', async () => {
    const here = await make(OPTIONS);
    expect(outcome(await sync(here, { pr: false }, true))).toEqual([['rawhide', 'planned', undefined]]);
    expect(here.upstream.git('status', '--porcelain')).toBe('');
    expect(outcome(await sync(here, { pr: false }))).toEqual([['rawhide', 'written', undefined]]);
    expect(here.upstream.git('status', '--porcelain')).toBe(' M packaging/hello.spec\n?? patches/a.patch');
    expect(readFileSync(join(here.upstream.dir, 'packaging/hello.spec'), 'utf8')).toContain('1.0.0');
    expect(outcome(await sync(here, { pr: false }))).toBe('CHECKOUT_DIRTY');
    expect(outcome(await sync(here, { pr: false, force: true }))).toEqual([
      ['rawhide', 'unchanged', undefined],
    ]);
    expect(outcome(await sync(here, { pr: false, force: true, distGitBranch: 'rawhide,f42' }))).toBe(
      'SYNC_AMBIGUOUS',
    );
  });
});
