/** Which tag tells the version, and what becomes of it. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { packit } from '../../support/cli.ts';
import type { TestRepository } from '../../support/git.ts';
import { CONFIG, createProject, readSrpm } from '../../support/project.ts';
import { tempDir } from '../../support/temp.ts';

let home: string;

beforeEach(() => {
  home = tempDir();
});

async function build(repository: TestRepository, args: string[] = [], env: Record<string, string> = {}) {
  const out = join(home, `out-${Math.random().toString(36).slice(2)}`);
  mkdirSync(out);
  const result = await packit(['srpm', ...args, repository.dir], {
    cwd: out,
    env: { ...repository.env, ...env },
  });
  if (result.exitCode !== 0) throw new Error(result.stderr);
  expect(readdirSync(out)).toHaveLength(1);
  return { ...readSrpm(result.stdout.trim(), tempDir()), stderr: result.stderr };
}

/** main has 1.0 and 2.0, `maint` was forked at 1.0 and has 1.0.1, which is the youngest of all. */
function branches(): TestRepository {
  const repository = createProject(home, { tag: 'v1.0' });
  repository.commit('Work for 2.0');
  repository.tag('v2.0');
  repository.git('checkout', '--quiet', '-b', 'maint', 'v1.0');
  repository.commit('Backport');
  repository.tag('v1.0.1');
  repository.git('checkout', '--quiet', 'main');
  repository.commit('After 2.0');
  return repository;
}

describe('the version', () => {
  test('is the nearest tag that is contained, not the youngest of another branch', async () => {
    const repository = branches();
    const main = await build(repository);
    expect(main.version).toBe('2.0');
    expect(main.stderr).not.toContain('warning');
    expect(main.read('hello.spec')).toContain('- After 2.0 (Jane Doe)\n\n* Thu Feb 29 2024');
    repository.git('checkout', '--quiet', 'maint');
    repository.commit('Another backport');
    expect((await build(repository)).version).toBe('1.0.1');
  });

  test('stays the branch’s own where a maintenance branch was merged back', async () => {
    const repository = branches();
    repository.git('merge', '--quiet', '-s', 'ours', '--no-edit', 'maint');
    expect((await build(repository)).version).toBe('2.0');
  });

  test('is another branch’s with a warning if none is contained, or if it is asked for', async () => {
    const repository = branches();
    repository.git('checkout', '--quiet', '--orphan', 'new');
    repository.commit('Start anew');
    const anew = await build(repository);
    expect(anew.version).toBe('1.0.1');
    expect(anew.stderr).toMatch(/warning: .*tag v1\.0\.1.*another branch/);
    repository.git('checkout', '--quiet', 'main');
    const asked = await build(repository, ['--merged-ref', 'maint']);
    expect(asked.version).toBe('1.0.1');
    expect(asked.stderr).not.toContain('warning');
  });

  test('is that of the tag at HEAD, whatever the clocks say', async () => {
    const repository = createProject(home, { tag: 'v2.0' });
    repository.git('-c', 'user.name=x', 'tag', 'v2.1');
    // A lightweight tag is as old as its commit: this one is of 1970.
    const tree = repository.git('rev-parse', 'HEAD^{tree}');
    const commit = repository.git('commit-tree', '-p', 'HEAD', '-m', 'Old clock', tree);
    repository.git('reset', '--quiet', '--hard', commit);
    repository.git('tag', 'v2.2');
    repository.git('tag', '--force', '-a', '-m', 'again', 'v2.0', 'v2.0^{}');
    expect((await build(repository)).version).toBe('2.2');
  });

  test('passes over the nearest tag if it does not fit the template', async () => {
    const repository = branches();
    repository.tag('nightly');
    repository.commit('More');
    const content = await build(repository);
    expect(content.version).toBe('2.0');
    expect(content.stderr).toContain('newer tags do not fit upstream_tag_template "v{version}": nightly');
  });

  test('of several tags on one commit is the most precise one', async () => {
    const repository = createProject(home, { tag: 'v1.2.3' });
    for (const floating of ['v1', 'v1.2', 'latest']) repository.git('tag', floating, 'v1.2.3^{}');
    expect((await build(repository)).version).toBe('1.2.3');
  });

  test('of a pre-release sorts before the release, and that is said', async () => {
    const repository = createProject(home, { tag: 'v1.1-rc1' });
    const content = await build(repository);
    expect(content.version).toBe('1.1~rc1');
    expect(content.stderr).toMatch(/warning: .*v1\.1-rc1 is a pre-release.*1\.1~rc1.*1\.1\.rc1/);
    repository.write('.packit.yaml', `${CONFIG}prerelease_suffix_pattern: ""\n`);
    const asItIs = await build(repository);
    expect(asItIs.version).toBe('1.1.rc1');
    expect(asItIs.stderr).not.toContain('warning');
  });

  test('that an action prints is taken as it is, and the form that sorts right is shown', async () => {
    const config = `${CONFIG}actions: {get-current-version: echo 1.1-rc1}\n`;
    const content = await build(createProject(home, { config }));
    expect(content.version).toBe('1.1.rc1');
    expect(content.stderr).toMatch(/warning: .*newer than the release[^]*print 1\.1~rc1/);
  });

  test.each([
    ['v1.2', 'v1.2', 'v{version}'],
    ['hello-1.2', 'hello.1.2', 'hello-{version}'],
  ])(
    'of the tag %s without a template is all of it, with the line that mends it',
    async (tag, version, template) => {
      const repository = createProject(home, { tag, config: 'specfile_path: hello.spec\n' });
      const content = await build(repository);
      expect(content.version).toBe(version);
      expect(content.stderr.match(/^warning/gm)).toHaveLength(1);
      expect(content.stderr).toContain(`upstream_tag_template: "${template}"`);
    },
  );
});

describe('names that are too long for a file', () => {
  test('a branch is shortened, and that is said', async () => {
    const repository = createProject(home);
    const branch = `b${'ranch-'.repeat(39)}`;
    repository.git('checkout', '--quiet', '-b', branch);
    const content = await build(repository);
    expect(content.release).toMatch(/^1\.\d{20}\.branch(\.ra?n?c?h?)+\.1\.g[0-9a-f]{7}$/);
    expect(content.stderr).toContain(`The branch ${branch} has too long a name`);
    const variable = await build(repository, ['--release-suffix', '1.{PACKIT_PROJECT_BRANCH}']);
    expect(variable.release).toMatch(/^1\.branch(\.ra?n?c?h?)+$/);
  });

  test('a tag is shortened, and that is said', async () => {
    const repository = createProject(home, { tag: `v1.${'2'.repeat(230)}` });
    const content = await build(repository);
    expect(content.version).toBe(`1.${'2'.repeat(98)}`);
    expect(content.stderr).toMatch(/warning: The version has 232 characters/);
  });
});

test('the time in Release is that of UTC', async () => {
  const repository = createProject(home);
  const first = await build(repository, [], { TZ: 'Pacific/Kiritimati' });
  const second = await build(repository, [], { TZ: 'America/Los_Angeles' });
  expect(second.release > first.release).toBe(true);
});

test('two packages whose SRPMs have one file name: the first stays, the second is an error', async () => {
  const config = `${CONFIG}packages:\n  one: {}\n  two: {}\n`;
  const repository = createProject(home, { config });
  const result = await packit(['srpm', '--no-update-release', repository.dir], {
    cwd: home,
    env: repository.env,
  });
  expect(result.exitCode).toBe(5);
  expect(result.stdout).toBe(`${join(home, 'hello-1.2.3-1.src.rpm')}\n`);
  expect(result.stderr).toContain(
    'error: two: The SRPM of package two has the same file name as that of package one',
  );
});
