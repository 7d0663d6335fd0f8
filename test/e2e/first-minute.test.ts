/** What somebody meets who has just installed packit. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { packit } from '../support/cli.ts';
import { tempDir } from '../support/temp.ts';

function project(files: Readonly<Record<string, string>>, name = 'hello'): string {
  const dir = join(tempDir(), name);
  mkdirSync(dir);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(dir, file), text);
  const git = (...args: string[]): void =>
    void execFileSync('git', ['-c', 'user.name=J', '-c', 'user.email=j@example.com', ...args], { cwd: dir });
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--allow-empty', '--message', 'First');
  return dir;
}

describe.each([
  ['plain', {}, /^BuildArch: +noarch$/m],
  ['autotools', { 'configure.ac': '' }, /^%configure$/m],
  ['meson', { 'meson.build': "project('hello', 'c', version: '1.2', license: 'MIT')" }, /^Version: +1\.2$/m],
  ['cmake', { 'CMakeLists.txt': '' }, /^%cmake_build$/m],
  [
    'Python',
    { 'pyproject.toml': '[project]\nname = "hello"\nversion = "2.0"\ndescription = "100% %(false) done"\n' },
    /^Summary: +100%% %%\(false\) done$/m,
  ],
  [
    'Rust',
    { 'Cargo.toml': '[package]\nname = "hello"\nlicense = "MIT OR Apache-2.0"\n' },
    /^License: +MIT OR Apache-2\.0$/m,
  ],
  ['Go', { 'go.mod': 'module hello\n' }, /^BuildRequires: +golang$/m],
  [
    'C',
    { Makefile: 'all: hello\n', 'hello.c': 'int main(void) { return 0; }\n' },
    /^%make_install PREFIX=%\{_prefix\}$/m,
  ],
  ['Node', { 'package.json': '{"name":"hello","version":"3.1.0"}' }, /^Version: +3\.1\.0$/m],
])('init without a spec, in a %s project', (_kind, files, expected) => {
  test('writes one from which packit srpm builds at once', async () => {
    const cwd = project(files);
    const made = await packit(['init'], { cwd });
    expect(made).toMatchObject({ exitCode: 0 });
    expect(made.stderr).toContain('The spec file was missing: hello.spec is a first one');
    expect(readFileSync(join(cwd, 'hello.spec'), 'utf8')).toMatch(expected);
    const valid = await packit(['config', 'validate', '--offline'], { cwd });
    expect(valid).toMatchObject({ exitCode: 0 });
    const built = await packit(['srpm', '--output', 'out.src.rpm'], { cwd });
    expect(built.stderr).not.toMatch(/^error|warning/m);
    expect(built).toMatchObject({ exitCode: 0, stdout: `${join(cwd, 'out.src.rpm')}\n` });
    expect(statSync(join(cwd, 'out.src.rpm')).size).toBeGreaterThan(1000);
  });
});

test.each([
  [{ 'pyproject.toml': '[project]\nname = "greeter"\n' }, 'greeter'],
  [{ 'Cargo.toml': '[package]\nname = "greet-rs"\n' }, 'greet-rs'],
  [{ 'go.mod': 'module example.com/jane/greet/v2\n' }, 'greet'],
  [{ 'go.mod': 'module greet\n' }, 'greet'],
  [{ 'package.json': '{"name": "@jane/greet.js"}' }, 'greet.js'],
  [{ 'meson.build': "project('greetd', 'c')\n" }, 'greetd'],
  [{ 'Cargo.toml': '[package]\nname = "%(id) /x"\n' }, 'hello'],
  [{ Makefile: 'all:\n' }, 'hello'],
])('%j: a project is called what it calls itself', async (files, name) => {
  const cwd = project(files);
  const shown = await packit(['init', '--dry-run'], { cwd });
  expect(shown.stdout).toContain(`--- ${name}.spec (created)\nName:           ${name}\n`);
});

test('init outside a git repository says what is missing for a build', async () => {
  const cwd = tempDir();
  const made = await packit(['init'], { cwd });
  expect(made.stderr).toContain('git init && git add --all && git commit');
  const within = await packit(['init'], { cwd: project({}) });
  expect(within.stderr).not.toContain('git init');
});

test('init --no-spec says that the spec is missing; a hostile name is no macro', async () => {
  const cwd = project({}, 'a b%(false)');
  const without = await packit(['init', '--no-spec', '--dry-run'], { cwd });
  expect(without.stdout).not.toContain('%description');
  const made = await packit(['init', '--no-spec'], { cwd });
  expect(made.stderr).toMatch(/spec file a-b-false\.spec is missing/);
  await packit(['init', '--force'], { cwd });
  expect(readFileSync(join(cwd, 'a-b-false.spec'), 'utf8')).toMatch(/^Name: +a-b-false$/m);
});

test('an old Node.js is told in one sentence', async () => {
  const cwd = tempDir();
  const preload = join(cwd, 'old.cjs');
  writeFileSync(preload, "Object.defineProperty(process, 'version', { value: 'v18.20.8' });\n");
  const env = { NODE_OPTIONS: `--require ${preload}` };
  const told = await packit(['srpm'], { cwd, env });
  expect(told).toMatchObject({ exitCode: 2, stdout: '' });
  expect(told.stderr).toMatch(/^error: packit needs Node\.js 20\.\d+ or newer; this is v18\.20\.8\..*\n$/);
});

test('a TMPDIR that is not there is an error, and is not made', async () => {
  const cwd = tempDir();
  const gone = join(cwd, 'gone');
  const refused = await packit(['config', 'show'], { cwd, env: { TMPDIR: gone } });
  expect(refused).toMatchObject({ exitCode: 2 });
  expect(refused.stderr).toContain(`TMPDIR is no directory: ${gone}`);
  expect(readdirSync(cwd)).toEqual([]);
});

test('a misspelt default is told, with the name that was meant', async () => {
  const cwd = project({});
  writeFileSync(join(cwd, '.packit'), '{"debugg": true}');
  const told = await packit(['init', '--dry-run'], { cwd, env: { PACKIT_FORCEE: '1' } });
  expect(told.exitCode).toBe(0);
  expect(told.stderr).toContain('Did you mean PACKIT_FORCE?');
  expect(told.stderr).toContain('Did you mean "debug"?');
});

test('the password of a URL is in no output', async () => {
  const cwd = tempDir();
  writeFileSync(
    join(cwd, 'a.spec'),
    'Name: a\nVersion: 1\nRelease: 1\nSummary: s\nLicense: MIT\nSource0: https://bob:hidden-word@example.com/a.tgz\n%description\n',
  );
  for (const args of [
    ['spec', 'show', 'a.spec'],
    ['--json', 'spec', 'show', 'a.spec'],
    ['spec', 'edit', 'a.spec', '--set-source', '0=https://bob:hidden-word@example.com/b.tgz', '--diff'],
  ]) {
    const shown = await packit(args, { cwd });
    expect(shown.exitCode).toBe(0);
    expect(shown.stdout).toContain('***@example.com');
    expect(shown.stdout + shown.stderr).not.toContain('hidden-word');
  }
});
