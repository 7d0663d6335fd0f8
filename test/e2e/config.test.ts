import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from '@jest/globals';
import { asRecorded } from '../../scripts/conformance/recorded-keys.ts';
import { packit } from '../support/cli.ts';
import { recordedFixtures } from '../support/configs.ts';
import { tempDir } from '../support/temp.ts';

function project(config: string | undefined, name = 'hello'): string {
  const root = join(tempDir(), name);
  mkdirSync(root);
  if (config !== undefined) writeFileSync(join(root, '.packit.yaml'), config);
  writeFileSync(join(root, 'hello.spec'), 'Name: hello\n');
  return root;
}

const VALIDATE = ['config', 'validate', '--offline', '--no-specs'];
const GOOD = 'specfile_path: hello.spec\njobs: []\n';
const OLD = '# mine\nspecfile_path: hello.spec\nsynced_files: [hello.spec] # why\njobs: []\n';

describe('packit config validate', () => {
  test.each([['config', 'validate'], ['config', 'validate-config'], ['validate-config'], ['validate']])(
    '%s %s',
    async (...names) => {
      const result = await packit([...names, '--offline', '--no-specs'], { cwd: project(GOOD) });
      expect(result).toMatchObject({
        exitCode: 0,
        stdout: '.packit.yaml is valid and ready to be used\n',
        stderr: '',
      });
    },
  );

  test('every problem with place, excerpt and cure, on stdout, exit code 2', async () => {
    const cwd = project('specfile_path: hello.spec\nactions: {creat-archive: ls}\njobs: [{job: tests}]\n');
    const result = await packit(VALIDATE, { cwd });
    expect(result.exitCode).toBe(2);
    expect(result.stdout.split('\n')).toEqual([
      '.packit.yaml:2:11: error: There is no action "creat-archive" (actions.creat-archive)',
      '  2 | actions: {creat-archive: ls}',
      '    |           ^^^^^^^^^^^^^',
      '  Did you mean "create-archive"?',
      '',
      '.packit.yaml:3:8: error: This job has no "trigger" (jobs[0])',
      '  3 | jobs: [{job: tests}]',
      '    |        ^^^^^^^^^^^^',
      '  Add "trigger:" with one of release, pull_request, commit, koji_build, ignore.',
      '',
      '.packit.yaml does not pass validation: 2 errors',
      '',
    ]);
  });

  test('what a run before this one has made of a long file is of that very file', async () => {
    const filling = `# ${'x'.repeat(97)}\n`.repeat(60);
    const cwd = project(`${filling}${GOOD}`);
    const XDG_CACHE_HOME = tempDir();
    const env = { XDG_CACHE_HOME };
    const kept = (): string[] => readdirSync(join(XDG_CACHE_HOME, 'packit', 'configurations'));
    const first = await packit(VALIDATE, { cwd, env });
    expect(first.stdout).toBe('.packit.yaml is valid and ready to be used\n');
    expect(kept()).toHaveLength(1);
    expect(await packit(VALIDATE, { cwd, env })).toEqual(first);
    expect(kept()).toHaveLength(1);
    writeFileSync(join(cwd, '.packit.yaml'), `${filling}foo: 1\n${GOOD}`);
    expect((await packit(VALIDATE, { cwd, env })).stdout).toContain('.packit.yaml:61:1: error:');
    expect(kept()).toHaveLength(2);
  });

  test('as a document', async () => {
    const cwd = project('specfile_path: hello.spec\nfoo: 1\n');
    const result = await packit(['--json', ...VALIDATE], { cwd });
    expect(result.exitCode).toBe(2);
    expect(JSON.parse(result.stdout)).toMatchObject({
      file: join(cwd, '.packit.yaml'),
      valid: false,
      errors: 1,
      warnings: 0,
      problems: [
        { severity: 'error', code: 'CONFIG_UNKNOWN_KEY', key: 'foo', line: 2, column: 1, endColumn: 4 },
      ],
    });
  });

  test('as annotations in GitHub Actions', async () => {
    const cwd = project('specfile_path: hello.spec\nfoo: 1\n');
    const { stdout } = await packit(VALIDATE, { cwd, env: { GITHUB_ACTIONS: 'true', CI: 'true' } });
    expect(stdout).toContain('::error file=.packit.yaml,line=2,col=1::Unknown key "foo"');
  });

  test('warnings are success, and with --strict failure', async () => {
    const cwd = project('specfile_path: gone.spec\njobs: []\n');
    expect(await packit(VALIDATE, { cwd })).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('(1 warning)'),
    });
    expect(await packit(['--strict', ...VALIDATE], { cwd })).toMatchObject({ exitCode: 2 });
  });

  test('--diff shows, --fix writes', async () => {
    const cwd = project(OLD);
    const shown = await packit([...VALIDATE, '--diff'], { cwd });
    expect(shown.stdout).toContain('-synced_files: [hello.spec] # why\n+files_to_sync: [hello.spec] # why\n');
    // The report is about the file as it is.
    expect(shown).toMatchObject({ exitCode: 2 });
    expect(shown.stdout).toContain('.packit.yaml:3:1: error:');
    expect(shown.stdout).toContain('Nothing was written: use --fix to do so.');
    const both = await packit([...VALIDATE, '--fix', '--diff'], { cwd });
    expect(both.stdout).toContain('Nothing was written: with --diff the change is only shown');
    expect(both.stdout).not.toContain('Mended');
    expect(readFileSync(join(cwd, '.packit.yaml'), 'utf8')).toBe(OLD);
    expect(await packit([...VALIDATE, '--fix'], { cwd })).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(cwd, '.packit.yaml'), 'utf8')).toBe(
      OLD.replace('synced_files', 'files_to_sync'),
    );
  });

  test('a directory, a file of the project, the configuration itself, -c', async () => {
    const cwd = project(GOOD);
    writeFileSync(join(cwd, 'other.yaml'), 'specfile_path: hello.spec\nfoo: 1\n');
    const outside = tempDir();
    for (const path of [cwd, join(cwd, 'hello.spec'), join(cwd, '.packit.yaml')]) {
      expect(await packit([...VALIDATE, path], { cwd: outside })).toMatchObject({ exitCode: 0 });
    }
    expect(await packit(['-c', 'other.yaml', ...VALIDATE], { cwd })).toMatchObject({ exitCode: 2 });
    expect(await packit([...VALIDATE, 'nowhere'], { cwd })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('nowhere'),
    });
  });

  test('a directory of a repository stands for the repository', async () => {
    const cwd = project(GOOD);
    mkdirSync(join(cwd, '.git'));
    mkdirSync(join(cwd, 'sub'));
    expect(await packit(VALIDATE, { cwd: join(cwd, 'sub') })).toMatchObject({ exitCode: 0 });
    const shown = await packit(['--json', 'config', 'show'], { cwd: join(cwd, 'sub') });
    expect(JSON.parse(shown.stdout).packages).toHaveProperty('hello');
    writeFileSync(join(cwd, 'sub', 'packit.yaml'), 'foo: 1\n');
    expect(await packit(VALIDATE, { cwd: join(cwd, 'sub') })).toMatchObject({ exitCode: 2 });
  });

  test('control characters of a configuration do not reach the terminal', async () => {
    const cwd = project('specfile_path: hello.spec\nowner: "\\e[31mred"\njobs: []\n');
    const shown = await packit(['config', 'show'], { cwd });
    expect(shown.stdout).toContain('owner: \\x1b[31mred\n');
    writeFileSync(join(cwd, '.packit.yaml'), '"\\e[2Jfoo": 1\r\n');
    const { stdout } = await packit(VALIDATE, { cwd });
    expect(stdout).toContain('Unknown key "\\x1b[2Jfoo"');
    expect(stdout).not.toMatch(/\u001b|\\x0d/);
  });

  test('an empty file is valid, and says what it means', async () => {
    const { exitCode, stdout } = await packit(VALIDATE, { cwd: project('') });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('one package called hello');
  });

  test.each<[string, (root: string) => void, string]>([
    ['no file', () => {}, 'packit init'],
    ['a directory of that name', (root) => mkdirSync(join(root, '.packit.yaml')), 'is a directory'],
    [
      'a loop of links',
      (root) => symlinkSync('.packit.yaml', join(root, '.packit.yaml')),
      'leads back to itself',
    ],
    [
      '10 MB',
      (root) => writeFileSync(join(root, '.packit.yaml'), 'a: b\n'.repeat(2_100_000)),
      'at most 4 are read',
    ],
    [
      'bytes that are no text',
      (root) => writeFileSync(join(root, '.packit.yaml'), Buffer.from([0xff, 0xfe, 0x80])),
      'not UTF-8',
    ],
  ])('%s: exit code 2 and a hint', async (_name, make, expected) => {
    const cwd = project(undefined);
    make(cwd);
    const result = await packit(VALIDATE, { cwd });
    expect(result).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(expected) });
    expect(result.stderr).toContain('hint: ');
  });
});

describe('packit config show', () => {
  test.each(recordedFixtures().filter(({ status }) => status === 'valid'))(
    '--json prints what the reference dumps: $file',
    async ({ text, repository, dump }) => {
      const root = join(tempDir(), repository);
      mkdirSync(root);
      writeFileSync(join(root, '.packit.yaml'), text);
      writeFileSync(join(root, 'FOUND.spec'), '');
      const result = await packit(['--json', 'config', 'show'], { cwd: root });
      expect(result).toMatchObject({ exitCode: 0, stderr: '' });
      expect(asRecorded(JSON.parse(result.stdout))).toEqual(dump);
    },
  );

  test('on a terminal, every value with where it is from', async () => {
    const cwd = project(
      'upstream_tag_template: v{version}\njobs: [{job: tests, trigger: commit, timeout: 5}]\n',
    );
    const { stdout } = await packit(['config', 'show'], {
      cwd,
      env: { DISTGIT_URL: 'https://git.example.com/' },
    });
    expect(stdout).toMatch(/^package hello$/m);
    expect(stdout).toMatch(/^ {2}\.packit\.yaml:1 +upstream_tag_template: v\{version\}$/m);
    expect(stdout).toMatch(/^ {2}the spec file that was found +specfile_path: hello\.spec$/m);
    expect(stdout).toMatch(/^ {2}the name of the repository +downstream_package_name: hello$/m);
    expect(stdout).toMatch(
      /^ {2}the variable DISTGIT_URL +dist_git_base_url: https:\/\/git\.example\.com\/$/m,
    );
    expect(stdout).toMatch(/^ {2}default +create_pr: true$/m);
    expect(stdout).toMatch(/^job 1: tests on commit\n {2}\.packit\.yaml:2 +timeout: 5$/m);
  });

  test('-p chooses packages; an unknown one is exit code 2', async () => {
    const cwd = project('packages: {a: {specfile_path: a.spec}, b: {specfile_path: b.spec}}\n');
    const { stdout } = await packit(['--json', 'config', 'show', '-p', 'b'], { cwd });
    const shown = JSON.parse(stdout) as { packages: object; jobs: { packages: object }[] };
    expect(Object.keys(shown.packages)).toEqual(['b']);
    expect(shown.jobs.map(({ packages }) => Object.keys(packages))).toEqual([['b'], ['b'], ['b']]);
    expect(await packit(['config', 'show', '-p', 'c'], { cwd })).toMatchObject({ exitCode: 2 });
  });

  test('of a configuration with errors: the errors', async () => {
    const result = await packit(['config', 'show'], { cwd: project('foo: 1\n') });
    expect(result).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining('Unknown key "foo"'),
    });
  });
});

test('packit config schema prints a JSON Schema', async () => {
  const { stdout, exitCode } = await packit(['config', 'schema'], { cwd: tempDir() });
  expect(exitCode).toBe(0);
  expect(new Ajv2020().validateSchema(JSON.parse(stdout) as object)).toBe(true);
});
