/** `packit dist-git init`: into a checkout, as a request, and pushed, to a forge on loopback. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import { initDistGit } from '../../../src/workflows/init-dist-git/index.ts';
import type { InitDistGitInput, InitDistGitResult } from '../../../src/workflows/init-dist-git/index.ts';
import { loadConfig } from '../../../src/project/config/index.ts';
import { silentUi } from '../../../src/ui.ts';
import type { Ui } from '../../../src/ui.ts';
import { fileOf, gitIn } from '../../support/bare.ts';
import { createRepository } from '../../support/git.ts';
import type { TestRepository } from '../../support/git.ts';
import { createWorld } from '../../support/release-world.ts';
import type { World, WorldOptions } from '../../support/release-world.ts';
import { snapshot } from '../../support/snapshot.ts';

jest.setTimeout(90_000);

let world: World | undefined;

async function make(options: WorldOptions = {}): Promise<World> {
  world = await createWorld({ branches: { rawhide: '1.0.0' }, ...options });
  return world;
}

afterEach(async () => {
  const open = world;
  world = undefined;
  await open?.close();
});

/** A clone of dist-git, as `fedpkg clone` leaves it. */
function cloneOf(here: World): TestRepository {
  const clone = createRepository(join(here.dir, 'package', 'my clone'), join(here.dir, 'home'));
  clone.git('remote', 'add', 'origin', `${here.forge.url}/rpms/hello.git`);
  clone.git(
    'fetch',
    '--quiet',
    here.forge.project('rpms', 'hello').directory,
    '+refs/heads/*:refs/remotes/origin/*',
  );
  clone.git('checkout', '--quiet', '-b', 'rawhide', 'origin/rawhide');
  return clone;
}

interface Options {
  cwd?: string;
  dryRun?: boolean;
  ui?: Ui;
}

function init(here: World, input: InitDistGitInput, options: Options = {}): Promise<InitDistGitResult> {
  const { cwd = here.dir, ...rest } = options;
  return initDistGit(here.context({ cwd, ...rest }), input);
}

const place = (here: World): Record<string, string> => ({
  dist_git_base_url: `${here.forge.url}/`,
  dist_git_namespace: 'rpms',
});
const config = (text: string): unknown => parse(text) as unknown;
const job = (name: string, trigger: string, dist_git_branches: unknown): unknown => ({
  job: name,
  trigger,
  dist_git_branches,
});

describe('into the checkout', () => {
  test('three jobs; Rawhide goes to the branched releases, and only those get updates; it validates', async () => {
    const here = await make();
    const clone = cloneOf(here);
    const result = await init(here, { upstreamGitUrl: 'https://github.com/o/hello' }, { cwd: clone.dir });
    expect(result).toMatchObject({
      status: 'written',
      change: 'created',
      config: join(clone.dir, '.packit.yaml'),
    });
    const text = readFileSync(result.config, 'utf8');
    expect(text).toMatch(
      /^# What can be set here:\n# https:\/\/packit\.dev\/docs\/configuration\/\n\nupstream/,
    );
    expect(config(text)).toEqual({
      upstream_project_url: 'https://github.com/o/hello',
      jobs: [
        job('pull_from_upstream', 'release', {
          'fedora-rawhide': { fast_forward_merge_into: ['fedora-branched'] },
        }),
        job('koji_build', 'commit', ['fedora-rawhide', 'fedora-branched']),
        job('bodhi_update', 'commit', ['fedora-branched']),
      ],
    });
    const loaded = await loadConfig({ root: clone.dir, env: here.env });
    expect(loaded.warnings).toEqual([]);
    expect(loaded.jobs.map((item) => item.job)).toEqual(['pull_from_upstream', 'koji_build', 'bodhi_update']);
  });

  test('every option has its key, in order; values stay texts', async () => {
    const here = await make();
    const clone = cloneOf(here);
    const actions = join(here.dir, 'actions.yaml');
    writeFileSync(actions, 'post-upstream-clone: echo 1\nfix-spec-file:\n  - echo 2\n');
    const { content } = await init(
      here,
      {
        upstreamGitUrlCommand: "printf 'https://github.com/o/%s\\n' hello",
        upstreamTagTemplate: 'v{version}',
        upstreamTagInclude: '^v1\\.',
        upstreamTagExclude: 'rc',
        versionUpdateMask: '\\d+\\.\\d+',
        versionUpdateSpecifiers: '>=1.0, <2.0',
        issueRepository: 'https://github.com/o/issues',
        allowedCommitters: 'packit, jane',
        allowedPrAuthors: 'all_committers',
        actionsFile: actions,
        distGitBranchesMapping: '{"rawhide": ["f42"], "epel10": []}',
        otherKeys: { specfile_path: 'hello.spec', parse_time_macros: '' },
      },
      { cwd: clone.dir },
    );
    expect(Object.keys(config(content) as object)).toEqual([
      'upstream_project_url',
      'upstream_tag_template',
      'upstream_tag_include',
      'upstream_tag_exclude',
      'version_update_mask',
      'version_update_specifiers',
      'issue_repository',
      'allowed_committers',
      'allowed_pr_authors',
      'actions',
      'specfile_path',
      'jobs',
    ]);
    expect(config(content)).toMatchObject({
      upstream_project_url: 'https://github.com/o/hello',
      allowed_committers: ['packit', 'jane'],
      actions: { 'post-upstream-clone': 'echo 1', 'fix-spec-file': ['echo 2'] },
      jobs: [
        job('pull_from_upstream', 'release', { rawhide: { fast_forward_merge_into: ['f42'] }, epel10: {} }),
        job('koji_build', 'commit', ['rawhide', 'f42', 'epel10']),
        job('bodhi_update', 'commit', ['f42', 'epel10']),
      ],
    });
  });

  test('a job can be left out, not all of them; Rawhide alone needs no updates', async () => {
    const here = await make();
    const clone = cloneOf(here);
    const jobsOf = async (input: InitDistGitInput): Promise<unknown> => {
      const { content } = await init(here, { force: true, ...input }, { cwd: clone.dir });
      return (config(content) as { jobs: { job: string }[] }).jobs.map((item) => item.job);
    };
    expect(await jobsOf({ pull: false, kojiBuild: false })).toEqual(['bodhi_update']);
    expect(await jobsOf({ distGitBranches: 'rawhide' })).toEqual(['pull_from_upstream', 'koji_build']);
    const { content } = await init(
      here,
      { force: true, distGitBranches: 'fedora-all,epel9' },
      { cwd: clone.dir },
    );
    expect(content).toMatch(/bodhi_update\n[^]*- fedora-branched\n {6}- epel9\n$/);
    await expect(jobsOf({ pull: false, kojiBuild: false, bodhiUpdate: false })).rejects.toMatchObject({
      code: 'INIT_OPTIONS',
      exitCode: 2,
    });
  });

  test.each<[string, InitDistGitInput, string]>([
    [
      'two sources of the URL',
      { upstreamGitUrl: 'https://a', upstreamGitUrlCommand: 'echo b' },
      'INIT_OPTIONS',
    ],
    ['a mapping that is not JSON', { distGitBranchesMapping: '{rawhide' }, 'INIT_OPTIONS'],
    ['a mapping to a text', { distGitBranchesMapping: '{"rawhide": "f42"}' }, 'INIT_OPTIONS'],
    ['a mapping that is a list', { distGitBranchesMapping: '["rawhide"]' }, 'INIT_OPTIONS'],
    ['no actions file', { actionsFile: 'nowhere.yaml' }, 'INIT_ACTIONS'],
    ['an unknown key', { otherKeys: { colour: 'green' } }, 'INIT_ANSWER'],
    ['a value that does not fit', { otherKeys: { create_pr: 'perhaps' } }, 'INIT_ANSWER'],
    ['a request and a push', { createPr: true, pushToDistgit: true }, 'INIT_OPTIONS'],
    ['a clone of nothing', { clonePath: 'x' }, 'INIT_OPTIONS'],
  ])('%s: refused with exit code 2, nothing written', async (_case, input, code) => {
    const here = await make();
    const clone = cloneOf(here);
    const before = snapshot(clone.dir);
    await expect(init(here, input, { cwd: clone.dir })).rejects.toMatchObject({ code, exitCode: 2 });
    expect(snapshot(clone.dir)).toEqual(before);
  });

  test('a configuration that is there stays, unless --force replaces it under its own name', async () => {
    const here = await make();
    const clone = cloneOf(here);
    clone.write('packit.yaml', 'jobs: []\n');
    await expect(init(here, {}, { cwd: clone.dir })).rejects.toMatchObject({ code: 'INIT_CONFIG_EXISTS' });
    const result = await init(here, { force: true }, { cwd: clone.dir });
    expect(result).toMatchObject({ change: 'changed', config: join(clone.dir, 'packit.yaml') });
    expect(existsSync(join(clone.dir, '.packit.yaml'))).toBe(false);
  });

  test('a dry run writes nothing', async () => {
    const here = await make();
    const clone = cloneOf(here);
    const before = snapshot(clone.dir);
    expect((await init(here, {}, { cwd: clone.dir, dryRun: true })).status).toBe('planned');
    expect(snapshot(clone.dir)).toEqual(before);
  });

  test('a directory that is no clone and is called otherwise: the name comes from the spec', async () => {
    const here = await make();
    const dir = join(here.dir, 'a directory');
    mkdirSync(dir);
    writeFileSync(join(dir, 'hello.spec'), 'Name: hello\n');
    const { content } = await init(here, {}, { cwd: dir });
    expect(config(content)).toMatchObject({ downstream_package_name: 'hello' });
  });

  test('a URL is cloned where one says', async () => {
    const here = await make();
    const url = `${here.forge.url}/rpms/hello.git`;
    await expect(init(here, { pathOrUrl: url })).rejects.toMatchObject({ code: 'INIT_NOWHERE', exitCode: 2 });
    const result = await init(here, { pathOrUrl: url, clonePath: 'new clone' });
    expect(result.config).toBe(join(here.dir, 'new clone', '.packit.yaml'));
    expect(existsSync(join(here.dir, 'new clone', 'hello.spec'))).toBe(true);
    await expect(init(here, { pathOrUrl: url, clonePath: 'new clone' })).rejects.toMatchObject({
      code: 'INIT_CLONE_PATH',
    });
  });

  test('a person at the terminal is asked for what no option says', async () => {
    const here = await make();
    const clone = cloneOf(here);
    const asked: string[] = [];
    const answers: Record<string, string> = {
      URL: 'https://github.com/o/hello',
      Tags: 'v{version}',
      'Branches a release': 'rawhide',
      'Branches it is': 'none',
    };
    const ui: Ui = {
      ...silentUi(),
      interactive: true,
      ask: (question, fallback) => {
        asked.push(question);
        return Promise.resolve(
          Object.entries(answers).find(([start]) => question.startsWith(start))?.[1] ?? fallback,
        );
      },
      confirm: (question, fallback) => {
        asked.push(question);
        return Promise.resolve(question.includes('Koji') ? false : fallback);
      },
    };
    const { content } = await init(here, { bodhiUpdate: false }, { cwd: clone.dir, ui });
    expect(config(content)).toEqual({
      upstream_project_url: 'https://github.com/o/hello',
      upstream_tag_template: 'v{version}',
      jobs: [job('pull_from_upstream', 'release', ['rawhide'])],
    });
    expect(asked).toHaveLength(6);
  });
});

describe('in dist-git', () => {
  test('a request from the branch packit-config; again, nothing happens twice; the clone is only read', async () => {
    const here = await make();
    const clone = cloneOf(here);
    const input: InitDistGitInput = { createPr: true, commitMsg: 'Let packit in', otherKeys: place(here) };
    const look = () => snapshot(clone.dir, (path) => path.startsWith('.git/objects/'));
    const before = look();
    const plan = await init(here, input, { cwd: clone.dir, dryRun: true });
    expect(plan).toMatchObject({ status: 'planned', plan: { push: { branch: 'packit-config' } } });
    expect(here.forge.project('rpms', 'hello').pullRequests).toEqual([]);

    expect(await init(here, input, { cwd: clone.dir })).toMatchObject({
      status: 'proposed',
      change: 'created',
    });
    expect(await init(here, input, { cwd: clone.dir })).toMatchObject({ status: 'unchanged' });
    const [request, ...more] = here.forge.project('rpms', 'hello').pullRequests;
    expect(more).toEqual([]);
    expect(request).toMatchObject({
      title: 'Let packit in',
      sourceBranch: 'packit-config',
      targetBranch: 'rawhide',
    });
    const fork = here.forge.project('rpms', 'hello', 'jane').directory;
    expect(gitIn(fork, ['log', '-1', '--format=%B', 'packit-config'])).toBe('Let packit in');
    expect(gitIn(fork, ['diff', '--name-status', 'rawhide', 'packit-config'])).toBe('A\t.packit.yaml');
    expect(look()).toEqual(before);
  });

  test('the file that is there is the one that changes', async () => {
    const here = await make({ distGitFiles: { 'packit.yaml': 'jobs: []\n' } });
    const input: InitDistGitInput = {
      createPr: true,
      pathOrUrl: `${here.forge.url}/rpms/hello`,
      otherKeys: place(here),
    };
    await expect(init(here, input)).rejects.toMatchObject({ code: 'INIT_CONFIG_EXISTS' });
    expect(await init(here, { ...input, force: true })).toMatchObject({
      config: 'packit.yaml',
      change: 'changed',
    });
    const fork = here.forge.project('rpms', 'hello', 'jane').directory;
    expect(gitIn(fork, ['diff', '--name-status', 'rawhide', 'packit-config'])).toBe('M\tpackit.yaml');
  });

  test('a push to the default branch', async () => {
    const here = await make({ committers: ['jane'] });
    const input = { pushToDistgit: true, pathOrUrl: `${here.forge.url}/rpms/hello` };
    expect(await init(here, input)).toMatchObject({ status: 'pushed' });
    const { directory } = here.forge.project('rpms', 'hello');
    expect(Buffer.from(fileOf(directory, 'rawhide', '.packit.yaml') ?? '').toString()).toContain(
      'pull_from_upstream',
    );
    expect(await init(here, { ...input, force: true })).toMatchObject({ status: 'unchanged' });
  });
});
