import { lstatSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { packit } from '../../support/cli.ts';
import type { TestRepository } from '../../support/git.ts';
import { CONFIG, SPEC, createProject, readSrpm, tarNames } from '../../support/project.ts';
import { snapshot } from '../../support/snapshot.ts';
import { tempDir } from '../../support/temp.ts';

let home: string;
let out: string;
let scratch: string;

beforeEach(() => {
  home = tempDir();
  out = join(home, 'out');
  scratch = join(home, 'scratch');
  for (const directory of [out, scratch]) mkdirSync(directory);
});

async function prepare(repository: TestRepository, args: string[], cwd = out) {
  const result = await packit(['prepare-sources', ...args], {
    cwd,
    env: { ...repository.env, TMPDIR: scratch },
  });
  expect(readdirSync(scratch)).toEqual([]);
  return result;
}

describe('packit prepare-sources', () => {
  test('copies spec and sources to ./prepare_sources_result', async () => {
    const repository = createProject(home);
    const before = snapshot(repository.dir);
    const result = await prepare(repository, [repository.dir]);
    const target = join(out, 'prepare_sources_result');
    expect(result).toMatchObject({ exitCode: 0, stdout: `${target}\n` });
    expect(readdirSync(target)).toEqual(
      expect.arrayContaining(['fix.patch', 'hello-1.2.3.tar.gz', 'hello.conf', 'hello.spec', 'hello.sh']),
    );
    expect(readdirSync(target)).not.toContain('.git');
    expect(readFileSync(join(target, 'hello.spec'), 'utf8')).toContain('Version:        1.2.3\n');
    for (const name of readdirSync(target))
      expect(lstatSync(join(target, name)).isSymbolicLink()).toBe(false);
    expect(snapshot(repository.dir)).toEqual(before);
  });

  test('--result-dir "$PWD": files are added and overwritten, nothing else there is touched', async () => {
    const repository = createProject(home);
    writeFileSync(join(out, 'other'), 'other');
    writeFileSync(join(out, 'hello.spec'), 'old');
    expect(await prepare(repository, ['--result-dir', out, repository.dir])).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(out, 'other'), 'utf8')).toBe('other');
    expect(readFileSync(join(out, 'hello.spec'), 'utf8')).toContain('1.2.3');
    // In the checkout itself as well: a build service does so.
    const inside = await prepare(repository, ['--result-dir', '.'], repository.dir);
    expect(inside).toMatchObject({ exitCode: 0, stdout: `${repository.dir}\n` });
    expect(repository.git('status', '--porcelain').trim()).toBe('M hello.spec\n?? hello-1.2.3.tar.gz');
  });

  test('a result directory nobody can make is an error, and nothing waits for it', async () => {
    const repository = createProject(home);
    writeFileSync(join(out, 'file'), '');
    for (const place of ['/proc/none/there', join(out, 'file'), join(out, 'file/below')]) {
      expect(await prepare(repository, ['--result-dir', place, repository.dir])).toMatchObject({
        exitCode: 2,
        stdout: '',
        stderr: expect.stringMatching(/error: Cannot copy the sources to [^]*hint: .*--result-dir/),
      });
    }
    const deep = join(out, 'some where/deep');
    expect(await prepare(repository, ['--result-dir', deep, repository.dir])).toMatchObject({ exitCode: 0 });
  });

  test('--ref may be any expression for a commit; --merged-ref that is not there is an error', async () => {
    const repository = createProject(home);
    expect(await prepare(repository, ['--ref', 'HEAD~1', repository.dir])).toMatchObject({ exitCode: 0 });
    const sha = repository.git('rev-parse', '--short=8', 'HEAD~1').trim();
    const spec = readFileSync(join(out, 'prepare_sources_result/hello.spec'), 'utf8');
    expect(spec).toMatch(new RegExp(`^Release: +1\\.\\d{20}\\.${sha}\\.0\\.g`, 'm'));
    expect(await prepare(repository, ['--merged-ref', 'nope', repository.dir])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/error: There is no branch, tag or commit "nope"[^]*hint: /),
    });
  });

  test('in the repository by default, twice: the result does not copy itself', async () => {
    const repository = createProject(home);
    for (let time = 0; time < 2; time += 1)
      expect(await prepare(repository, [], repository.dir)).toMatchObject({ exitCode: 0 });
    expect(readdirSync(join(repository.dir, 'prepare_sources_result'))).not.toContain(
      'prepare_sources_result',
    );
  });

  test('an archive of an action is linked beside the spec, or copied; the result holds the file', async () => {
    const config = `${CONFIG}actions:\n  create-archive: bash -c 'mkdir -p dist; tar -czf dist/x.tgz hello.sh; echo dist/x.tgz'\n`;
    const repository = createProject(home, { config });
    for (const [args, link] of [
      [[], true],
      [['--no-create-symlinks'], false],
    ] as const) {
      expect(await prepare(repository, [...args, repository.dir])).toMatchObject({ exitCode: 0 });
      expect(lstatSync(join(out, 'prepare_sources_result/x.tgz')).isSymbolicLink()).toBe(link);
      expect(tarNames(join(out, 'prepare_sources_result/x.tgz'))).toEqual(['hello.sh']);
    }
  });

  test('--ref and --merged-ref', async () => {
    const repository = createProject(home);
    repository.git('branch', 'stable', 'v1.2.3');
    repository.tag('v2.0.0');
    const before = snapshot(repository.dir, (path) => path.startsWith('.git/objects/'));
    const stable = await prepare(repository, [
      '--json',
      '--ref',
      'stable',
      '--merged-ref',
      'stable',
      repository.dir,
    ]);
    expect(JSON.parse(stable.stdout).prepared).toMatchObject([{ package: 'hello', version: '1.2.3' }]);
    const names = tarNames(join(out, 'prepare_sources_result/hello-1.2.3.tar.gz'));
    expect(names).not.toContain('hello-1.2.3/NEWS');
    const release = /^Release: +(.*)$/m.exec(
      readFileSync(join(out, 'prepare_sources_result/hello.spec'), 'utf8'),
    )?.[1];
    expect(release).toMatch(/\.stable\.0\.g/);
    expect(await prepare(repository, ['--ref', 'nowhere', repository.dir])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('nowhere'),
    });
    expect(snapshot(repository.dir, (path) => path.startsWith('.git/objects/'))).toEqual(before);
  });

  test('--pr-id merges a pull request into the target branch; --no-merge-pr takes it as it is', async () => {
    const upstream = createProject(home, { name: 'upstream' });
    upstream.git('checkout', '--quiet', '-b', 'topic', 'v1.2.3');
    upstream.write('topic-file', '1');
    upstream.commit('Add topic');
    upstream.git('update-ref', 'refs/pull/7/head', 'HEAD');
    upstream.git('checkout', '--quiet', 'main');
    upstream.git('branch', '-D', 'topic');
    const clone = join(home, 'clone');
    upstream.git('clone', '--quiet', `file://${upstream.dir}`, clone);
    const files = async (args: string[]): Promise<string[]> => {
      const result = await prepare(upstream, ['--pr-id', '7', ...args, clone]);
      if (result.exitCode !== 0) throw new Error(result.stderr);
      return tarNames(join(out, 'prepare_sources_result/upstream-1.2.3.tar.gz'));
    };
    expect(await files(['--target-branch', 'main'])).toEqual(
      expect.arrayContaining(['upstream-1.2.3/NEWS', 'upstream-1.2.3/topic-file']),
    );
    const alone = await files(['--no-merge-pr']);
    expect(alone).toContain('upstream-1.2.3/topic-file');
    expect(alone).not.toContain('upstream-1.2.3/NEWS');
    expect(await prepare(upstream, ['--pr-id', '8', clone])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('request 8'),
    });
  });

  test('--job-config-index takes the values of a job', async () => {
    const config = `${CONFIG}jobs:\n  - {job: copr_build, trigger: pull_request}\n  - {job: copr_build, trigger: commit, release_suffix: fromjob}\n`;
    const repository = createProject(home, { config });
    expect(await prepare(repository, ['--job-config-index', '1', repository.dir])).toMatchObject({
      exitCode: 0,
    });
    expect(readFileSync(join(out, 'prepare_sources_result/hello.spec'), 'utf8')).toContain(
      'Release:        1.fromjob%{?dist}',
    );
    expect(await prepare(repository, ['--job-config-index', '2', repository.dir])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('from 0 to 1'),
    });
  });

  test('--job-config-index counts the jobs about the package, as the Python Packit does', async () => {
    const job = (packages: string, suffix: string): string =>
      `  - {job: copr_build, trigger: commit, packages: [${packages}], release_suffix: ${suffix}}\n`;
    const packages = ['one', 'two'].map(
      (name) => `  ${name}: {paths: [${name}], specfile_path: hello.spec}\n`,
    );
    const config = `upstream_tag_template: v{version}\npackages:\n${packages.join('')}jobs:\n${job('one', 'zero')}${job('two', 'first')}${job('one, two', 'second')}`;
    const repository = createProject(home, { config, spec: '' });
    for (const name of ['one', 'two']) {
      repository.write(`${name}/hello.spec`, SPEC.replace(/^(Source1|Patch0).*\n/gm, ''));
    }
    repository.commit('Add both');
    const suffixOf = async (name: string, index: string): Promise<string | undefined> => {
      const asked = [
        '-p',
        name,
        '--job-config-index',
        index,
        '--result-dir',
        `${name}${index}`,
        repository.dir,
      ];
      if ((await prepare(repository, asked)).exitCode !== 0) return undefined;
      const spec = readFileSync(join(out, `${name}${index}`, 'hello.spec'), 'utf8');
      return /^Release: .*1\.(\w+)%/m.exec(spec)?.[1];
    };
    expect([await suffixOf('one', '0'), await suffixOf('one', '1')]).toEqual(['zero', 'second']);
    expect([await suffixOf('two', '0'), await suffixOf('two', '1')]).toEqual(['first', 'second']);
    expect(await suffixOf('two', '2')).toBeUndefined();
  });

  test('a package’s path is part of the default directory', async () => {
    const repository = createProject(home, {
      config:
        'upstream_tag_template: v{version}\npackages:\n  one: {paths: [one], specfile_path: hello.spec}\n',
      spec: '',
    });
    repository.write('one/hello.spec', SPEC.replace(/^(Source1|Patch0).*\n/gm, ''));
    repository.commit('Add one');
    expect(await prepare(repository, [repository.dir])).toMatchObject({
      exitCode: 0,
      stdout: `${join(out, 'prepare_sources_result_one')}\n`,
    });
  });
});

describe('the result of an earlier run is never taken for the project’s spec', () => {
  test.each([[[]], [['--result-dir', 'out']]])('with %j', async (args: string[]) => {
    const repository = createProject(home, { config: 'upstream_tag_template: v{version}\n' });
    repository.git('rm', '--quiet', '--cached', 'hello.spec');
    mkdirSync(join(repository.dir, 'rpm'));
    for (const name of ['hello.spec', 'hello.conf', 'fix.patch']) {
      renameSync(join(repository.dir, name), join(repository.dir, 'rpm', name));
    }
    repository.commit('Move the spec');
    const options = { cwd: repository.dir, env: repository.env };
    expect(await packit(['prepare-sources', ...args], options)).toMatchObject({ exitCode: 0 });
    const spec = join(repository.dir, 'rpm/hello.spec');
    writeFileSync(spec, readFileSync(spec, 'utf8').replace('Says hello\n', 'New text\n'));
    const result = await packit(['srpm'], options);
    expect(result).toMatchObject({ exitCode: 0 });
    expect(readSrpm(result.stdout.trim(), tempDir()).read('hello.spec')).toContain('New text');
    const shown = await packit(['--json', 'config', 'show'], options);
    expect(shown.stdout).toContain('"specfile_path": "rpm/hello.spec"');
  });
});
