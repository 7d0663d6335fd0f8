/** A packager's clone of dist-git, its upstream in git and elsewhere, and servers on loopback. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { pullFromUpstream } from '../../../../src/workflows/pull-from-upstream/index.ts';
import type { PullFromUpstreamInput } from '../../../../src/workflows/pull-from-upstream/index.ts';
import type {
  BranchResult,
  PackageResult,
  ReleaseUpdateResult,
} from '../../../../src/workflows/release-update/index.ts';
import { fileOf, gitIn } from '../../../support/bare.ts';
import { createRepository } from '../../../support/git.ts';
import type { TestRepository } from '../../../support/git.ts';
import { clonePackage } from '../../../support/package-checkout.ts';
import { createWorld, spec } from '../../../support/release-world.ts';
import type { World, WorldOptions } from '../../../support/release-world.ts';
import { snapshot } from '../../../support/snapshot.ts';
import { putUpstreamOnForge } from '../../../support/sync-world.ts';

jest.setTimeout(90_000);

let world: World | undefined;

async function make(options: WorldOptions = {}): Promise<World> {
  world = await createWorld({ branches: { rawhide: '1.0.0', f42: '1.0.0' }, ...options });
  return world;
}

afterEach(async () => {
  const open = world;
  world = undefined;
  await open?.close();
});

async function pull(
  here: World,
  cwd: string,
  input: PullFromUpstreamInput = {},
  dryRun = false,
): Promise<PackageResult> {
  const { packages } = await pullFromUpstream(here.context({ cwd, dryRun }), input, '0.0.1');
  const [only] = packages;
  if (only === undefined || packages.length > 1) throw new Error(`${packages.length} packages`);
  return only;
}

const outcome = ({ branches }: PackageResult): unknown[] =>
  branches.map(({ branch, status, failure, code }) => [branch, status, failure?.code ?? code]);

function forkFile(here: World, branch: string, path: string): string {
  const fork = here.forge.project('rpms', 'hello', 'jane');
  return Buffer.from(fileOf(fork.directory, branch, path) ?? '').toString();
}

const rawhide = (result: PackageResult): BranchResult => {
  const found = result.branches.find(({ branch }) => branch === 'rawhide');
  if (found === undefined) throw new Error('no rawhide');
  return found;
};

describe('upstream is in git', () => {
  test('the newest tag goes into every branch, in dist-git’s own spec; the checkout is only read', async () => {
    const here = await make();
    const clone = clonePackage(here);
    clone.write('notes.txt', 'of the packager, not committed');
    // git itself touches objects that a clone borrows.
    const look = () => snapshot(clone.dir, (path) => path.startsWith('.git/objects/'));
    const before = look();
    const result = await pull(here, clone.dir);
    expect(outcome(result)).toEqual([
      ['rawhide', 'proposed', undefined],
      ['f42', 'proposed', undefined],
    ]);
    expect(result).toMatchObject({ version: '1.1.0', tag: 'v1.1.0' });
    expect(forkFile(here, 'rawhide-update', 'hello.spec')).toMatch(
      /Version: {8}1\.1\.0\nRelease: {8}1%\{\?dist\}\n[^]*- Update to version 1\.1\.0\n\n\* Mon Jan 01 2024 [^]*- First\n$/,
    );
    const message = gitIn(here.forge.project('rpms', 'hello', 'jane').directory, [
      'log',
      '-1',
      '--format=%B',
      'rawhide-update',
    ]);
    expect(message).toContain('Upstream tag: v1.1.0\nUpstream commit: ');
    expect(look()).toEqual(before);
  });

  test('a second run changes nothing and opens no second request', async () => {
    const here = await make();
    const clone = clonePackage(here);
    await pull(here, clone.dir);
    expect(outcome(await pull(here, clone.dir))).toEqual([
      ['rawhide', 'unchanged', undefined],
      ['f42', 'unchanged', undefined],
    ]);
    expect(here.forge.project('rpms', 'hello').pullRequests).toHaveLength(2);
  });

  test.each([
    ['where nothing is said', ''],
    ['where files_to_sync names it', 'files_to_sync: [.packit.yaml, hello.spec, hello.1]\n'],
    ['where a directory is copied over it', 'files_to_sync: [{src: ./, dest: ., delete: true}]\n'],
  ])('dist-git keeps its configuration and spec, %s', async (_case, config) => {
    const here = await make({
      upstreamSpec: spec('1.1.0').replace('Says hello', 'Written upstream'),
      upstreamFiles: { 'hello.1': 'a manual page\n' },
    });
    const clone = clonePackage(here, { config });
    const own = clone.git('show', 'HEAD:.packit.yaml');
    expect(outcome(await pull(here, clone.dir, { distGitBranch: 'rawhide' }))).toEqual([
      ['rawhide', 'proposed', undefined],
    ]);
    expect(forkFile(here, 'rawhide-update', '.packit.yaml').trimEnd()).toBe(own);
    expect(forkFile(here, 'rawhide-update', 'hello.spec')).toContain('Says hello');
    expect(forkFile(here, 'rawhide-update', 'hello.1')).toBe(config === '' ? '' : 'a manual page\n');
  });

  test('the version can be given; what is there already, or newer, is left alone', async () => {
    const here = await make({ branches: { rawhide: '1.1.0', f42: '1.2.0' } });
    const clone = clonePackage(here);
    expect(outcome(await pull(here, clone.dir, { version: '1.1.0' }))).toEqual([
      ['rawhide', 'skipped', 'UP_TO_DATE'],
      ['f42', 'skipped', 'DOWNGRADE'],
    ]);
    const missing = await pull(here, clone.dir, { version: '1.3.0' });
    expect(outcome(missing)).toEqual([
      ['rawhide', 'failed', 'UPSTREAM_TAG_MISSING'],
      ['f42', 'failed', 'UPSTREAM_TAG_MISSING'],
    ]);
    expect(rawhide(missing).failure?.hint).not.toContain('--local-content');
  });

  test('a dry run says what would be done, and does nothing elsewhere', async () => {
    const here = await make();
    const clone = clonePackage(here);
    const state = here.forge.snapshot();
    const result = await pull(here, clone.dir, {}, true);
    expect(outcome(result)).toEqual([
      ['rawhide', 'planned', undefined],
      ['f42', 'planned', undefined],
    ]);
    expect(rawhide(result).plan?.requests).toMatchObject([
      { targetBranch: 'rawhide', title: 'Update rawhide to upstream release 1.1.0' },
    ]);
    expect(here.forge.snapshot()).toEqual(state);
  });

  test('a URL of dist-git does as well as a checkout', async () => {
    const here = await make();
    clonePackage(here);
    expect(outcome(await pull(here, here.dir, { pathOrUrl: `${here.forge.url}/rpms/hello.git` }))).toEqual([
      ['rawhide', 'proposed', undefined],
      ['f42', 'proposed', undefined],
    ]);
  });

  test('in a checkout of upstream dist-git is found by the configuration', async () => {
    const here = await make();
    putUpstreamOnForge(here);
    const url = `${here.forge.url}/people/hello`;
    const { directory } = here.forge.project('people', 'hello');
    here.upstream.git('push', '--quiet', directory, 'v1.1.0');
    const config = readFileSync(join(here.upstream.dir, '.packit.yaml'), 'utf8');
    here.upstream.write('.packit.yaml', `upstream_project_url: ${url}\n${config}`);
    const result = await pull(here, here.upstream.dir, { distGitBranch: 'f42' });
    expect(outcome(result)).toEqual([['f42', 'proposed', undefined]]);
    expect(forkFile(here, 'f42-update', 'hello.spec')).toContain('Version:        1.1.0\n');
    expect(forkFile(here, 'f42-update', '.packit.yaml')).toBe('');
  });

  test('two packages of one configuration: each has its own dist-git', async () => {
    const here = await make();
    here.forge.addProject({
      namespace: 'rpms',
      name: 'second',
      owner: 'admin',
      branches: { rawhide: { 'second.spec': spec('1.0.0').replace('hello', 'second') } },
    });
    const packages = `packages:
  hello: {downstream_package_name: hello, specfile_path: hello.spec, paths: [.]}
  second: {downstream_package_name: second, specfile_path: second.spec, paths: [.]}
`;
    const clone = clonePackage(here, { config: packages });
    const run = (input: PullFromUpstreamInput): Promise<ReleaseUpdateResult> =>
      pullFromUpstream(here.context({ cwd: clone.dir }), { distGitBranch: 'rawhide', ...input }, '0.0.1');
    const both = await run({});
    expect(both.packages.map((item) => [item.package, outcome(item)])).toEqual([
      ['hello', [['rawhide', 'proposed', undefined]]],
      ['second', [['rawhide', 'proposed', undefined]]],
    ]);
    const one = await run({ packages: ['second'] });
    expect(one.packages.map((item) => [item.package, outcome(item)])).toEqual([
      ['second', [['rawhide', 'unchanged', undefined]]],
    ]);
  });

  test('actions see both repositories', async () => {
    const here = await make();
    const action = `bash -c 'printf "%s" "$PACKIT_UPSTREAM_REPO $PACKIT_PROJECT_VERSION" > "$PACKIT_DOWNSTREAM_REPO/seen"; cp hello.spec changed-by-action'`;
    const clone = clonePackage(here, {
      config: `actions: {post-upstream-clone: [${JSON.stringify(action)}]}\n`,
    });
    const result = await pull(here, clone.dir, { distGitBranch: 'rawhide' });
    expect(outcome(result)).toEqual([['rawhide', 'proposed', undefined]]);
    expect(forkFile(here, 'rawhide-update', 'seen')).toMatch(/\/hello 1\.1\.0$/);
    expect(here.upstream.git('status', '--porcelain')).toBe('');
  });
});

describe('upstream is not in git', () => {
  const config = `actions: {post-upstream-clone: ["bash -c 'env | grep ^PACKIT_ > made-here; cp made-here $PACKIT_DOWNSTREAM_REPO/seen'"]}\n`;

  test('release monitoring names the release; actions work in an empty directory; no tag is spoken of', async () => {
    const here = await make({ monitored: '1.1.0' });
    const clone = clonePackage(here, { upstreamUrl: null, config });
    const result = await pull(here, clone.dir, { distGitBranch: 'rawhide' });
    expect(outcome(result)).toEqual([['rawhide', 'proposed', undefined]]);
    expect(result.tag).toBeUndefined();
    const seen = forkFile(here, 'rawhide-update', 'seen');
    expect(seen).toMatch(/^PACKIT_PWD=\/.*\/hello$/m);
    expect(seen).not.toContain('PACKIT_UPSTREAM_REPO');
    const directory = here.forge.project('rpms', 'hello', 'jane').directory;
    expect(gitIn(directory, ['log', '-1', '--format=%B', 'rawhide-update'])).toBe(
      'Update to 1.1.0 upstream release\n\nCommit authored by Packit automation (https://packit.dev/)',
    );
    expect(here.forge.project('rpms', 'hello').pullRequests[0]?.description).not.toMatch(/tag|commit/i);
  });

  test('where nobody knows a release, the error says how to give one', async () => {
    const here = await make();
    const clone = clonePackage(here, { upstreamUrl: null });
    const { failure } = await pull(here, clone.dir);
    expect(failure).toMatchObject({
      code: 'RELEASE_UNKNOWN',
      hint: 'Give the version: packit pull-from-upstream . VERSION',
    });
  });
});

describe('code in the spec', () => {
  const withCode = (mark: string): string =>
    spec('1.0.0').replace('Summary:', `%global made %(touch ${mark}; echo 1)\nSummary:`);

  test('runs if the checkout has the commit, not if it is new there', async () => {
    const here = await make();
    const mark = join(here.dir, 'ran');
    const clone = clonePackage(here, { files: { 'hello.spec': withCode(mark) } });
    const { directory } = here.forge.project('rpms', 'hello');
    await pull(here, clone.dir, { distGitBranch: 'rawhide' });
    expect(existsSync(mark)).toBe(true);

    const other = clonePackageOf(here, 'eve', { 'hello.spec': withCode(`${mark}-of-eve`) });
    other.git('push', '--quiet', directory, 'HEAD:rawhide');
    expect(outcome(await pull(here, clone.dir, { distGitBranch: 'rawhide' }))).toEqual([
      ['rawhide', 'updated', undefined],
    ]);
    expect(existsSync(`${mark}-of-eve`)).toBe(false);
  });

  test('that only code can tell the sources is an error where it is not run', async () => {
    const here = await make({ downloads: { '/hello-ab.tar.gz': 'content\n' }, lookaside: {} });
    const source = `%global short %(echo abcd | cut -c1-2)\nSource0: ${here.web.url}/hello-%{short}.tar.gz\n`;
    clonePackage(here, { files: { 'hello.spec': spec('1.0.0', { source }) } });
    const result = await pull(here, here.dir, {
      pathOrUrl: `${here.forge.url}/rpms/hello.git`,
      distGitBranch: 'rawhide',
    });
    expect(outcome(result)).toEqual([['rawhide', 'failed', 'SOURCES_UNKNOWN']]);
    expect(rawhide(result).failure?.details.join('\n')).toContain('is not run');

    const own = await pull(here, join(here.dir, 'package', 'hello'), { distGitBranch: 'rawhide' });
    expect(outcome(own)).toEqual([['rawhide', 'proposed', undefined]]);
    expect(rawhide(own).uploaded).toEqual(['hello-ab.tar.gz']);
  });
});

/** Somebody else's clone, with a commit of theirs. */
function clonePackageOf(here: World, who: string, files: Record<string, string>): TestRepository {
  const { directory } = here.forge.project('rpms', 'hello');
  const clone = createRepository(join(here.dir, who), join(here.dir, 'home'));
  clone.git('fetch', '--quiet', directory, 'rawhide');
  clone.git('checkout', '--quiet', '-b', 'rawhide', 'FETCH_HEAD');
  for (const [path, content] of Object.entries(files)) clone.write(path, content);
  clone.commit(`Work of ${who}`);
  return clone;
}
