/** The script that stands in for patch(1), in the build directories of both generations of rpm. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { prepHookText } from '../../../src/tools/rpm/prep-hook.ts';
import { tempDir } from '../../support/temp.ts';

const PATCH = '--- a/file\n+++ b/file\n@@ -1,3 +1,3 @@\n 1\n-2\n+two\n 3\n';

function program(name: string): string {
  return execFileSync('sh', ['-c', 'command -v "$1"', 'sh', name]).toString().trim();
}

/** `below`: where the sources are, relative to the build directory that rpm tells the script of. */
function createBuild(below: string, buildDirectory: string, told = buildDirectory) {
  const home = tempDir();
  const records = join(home, 'records');
  const build = join(home, 'BUILD', buildDirectory);
  const sources = join(build, below);
  for (const directory of [records, sources]) mkdirSync(directory, { recursive: true });
  writeFileSync(join(sources, 'file'), '1\n2\n3\n');
  writeFileSync(join(home, 'fix.patch'), PATCH);
  const hook = join(home, 'hook');
  writeFileSync(hook, prepHookText({ records, git: program('git'), patch: program('patch') }), {
    mode: 0o755,
  });
  const shell = (command: string, cwd = sources): string =>
    execFileSync('sh', ['-ec', command], {
      cwd,
      env: {
        PATH: process.env.PATH,
        HOME: home,
        RPM_BUILD_DIR: join(home, 'BUILD', told),
        HOOK: hook,
        PATCH: join(home, 'fix.patch'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    }).toString();
  const git = (...args: string[]): string =>
    execFileSync('git', ['--git-dir', join(records, 'git'), ...args])
      .toString()
      .trim();
  return { build, sources, shell, git, record: (name: string) => readFileSync(join(records, name), 'utf8') };
}

describe.each([
  ['rpm before 4.20', 'hello-1.0', '', ''],
  ['rpm since 4.20', 'hello-1.0', 'hello-1.0-build', 'hello-1.0-build'],
  ['rpm since 4.20 that tells of the directory above', 'hello-1.0', 'hello-1.0-build', ''],
])('%s', (_title, below, buildDirectory, told) => {
  test('the top of the sources is found, and what else lies there is no part of them', () => {
    const { build, sources, shell, git, record } = createBuild(below, buildDirectory, told);
    mkdirSync(join(build, 'SPECPARTS'));
    writeFileSync(join(build, 'SPECPARTS', 'x'), 'x');
    shell('"$HOOK" -p1 -b --suffix .orig --fuzz=0 < "$PATCH"');
    expect(record('top')).toBe(`${sources}\n`);
    expect(record('1.name')).toBe('fix.patch');
    expect(record('1.strip')).toBe('1');
    expect(git('ls-tree', '-r', '--name-only', 'HEAD')).toBe('file');
    expect(git('show', 'HEAD:file')).toBe('1\ntwo\n3');
    expect(readFileSync(join(sources, 'file'), 'utf8')).toBe('1\ntwo\n3\n');
  });
});

describe('arguments', () => {
  test.each([
    ['an input file', '"$HOOK" -p1 -i "$PATCH"', 'fix.patch'],
    ['an input file with =', '"$HOOK" --strip=1 --input="$PATCH"', 'fix.patch'],
    ['a directory', 'cd .. && "$HOOK" -d hello-1.0 -p 1 < "$PATCH"', 'fix.patch'],
    ['a pipe of %autopatch', 'cat "$PATCH" | "$HOOK" --packit patch "$PATCH" -p1 -s', 'fix.patch'],
    ['a pipe nobody names', 'cat "$PATCH" | "$HOOK" -p1', ''],
  ])('%s', (_title, command, name) => {
    const { shell, git, record } = createBuild('hello-1.0', '');
    shell(command);
    expect(record('1.name')).toBe(name);
    expect(record('1.patch')).toBe(PATCH);
    expect(git('show', 'HEAD:file')).toBe('1\ntwo\n3');
  });

  test('outside of the build directory, and with --dry-run, patch is patch', () => {
    const { shell, sources, record } = createBuild('hello-1.0', '');
    shell('"$HOOK" --dry-run -p1 < "$PATCH"');
    expect(readFileSync(join(sources, 'file'), 'utf8')).toBe('1\n2\n3\n');
    const elsewhere = tempDir();
    writeFileSync(join(elsewhere, 'file'), '1\n2\n3\n');
    shell('"$HOOK" -p1 < "$PATCH"', elsewhere);
    expect(readFileSync(join(elsewhere, 'file'), 'utf8')).toBe('1\ntwo\n3\n');
    expect(() => record('count')).toThrow('ENOENT');
  });

  test('a patch that does not apply is a failure', () => {
    const { shell } = createBuild('hello-1.0', '');
    expect(() => shell('"$HOOK" -p1 -f < "$PATCH"; "$HOOK" -p1 -f < "$PATCH"')).toThrow();
  });
});
