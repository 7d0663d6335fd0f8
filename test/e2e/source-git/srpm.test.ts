/** `packit srpm` in source-git repositories: every kind of bytes, settings of a person, a second run. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { packit } from '../../support/cli.ts';
import type { TestRepository } from '../../support/git.ts';
import { snapshot } from '../../support/snapshot.ts';
import { createSourceGit, filesIn, NUMBERS, runPrep } from '../../support/source-git-project.ts';
import { tempDir } from '../../support/temp.ts';

let home: string;
beforeEach(() => {
  home = tempDir();
});

interface Built {
  /** What is in the SRPM. */
  directory: string;
  spec: string;
  patches: string[];
  stderr: string;
}

async function build(
  repository: TestRepository,
  env: Record<string, string> = {},
  ...args: string[]
): Promise<Built> {
  const before = snapshot(repository.dir, (path) => path.startsWith('.git/objects/'));
  const out = join(home, `out-${Math.random().toString(36).slice(2)}`);
  mkdirSync(out);
  const { exitCode, stdout, stderr } = await packit(['srpm', ...args, repository.dir], {
    cwd: out,
    env: { ...repository.env, ...env },
  });
  if (exitCode !== 0) throw new Error(stderr);
  expect(snapshot(repository.dir, (path) => path.startsWith('.git/objects/'))).toEqual(before);
  const directory = join(out, 'content');
  mkdirSync(directory);
  execFileSync('sh', ['-c', 'rpm2archive -n - < "$1" | tar -x -C "$2"', 'sh', stdout.trim(), directory], {
    stdio: 'pipe',
  });
  const spec = readFileSync(join(directory, 'hello.spec'), 'latin1');
  const patches = readdirSync(directory).filter((name) => name.endsWith('.patch'));
  return { directory, spec, patches, stderr };
}

/** Upstream's files as HEAD has them. */
function expectedFiles(repository: TestRepository): Record<string, string> {
  const files = filesIn(repository.dir);
  return Object.fromEntries(Object.entries(files).filter(([name]) => !name.startsWith('.distro/')));
}

function commitBytes(repository: TestRepository, message: Buffer, ...config: string[]): void {
  repository.write('../message', message);
  repository.git('add', '--all');
  repository.git(...config, 'commit', '--quiet', '-F', join(repository.dir, '../message'));
}

/** git itself would make UTF-8 of it. */
function rewordHead(repository: TestRepository, message: Buffer): void {
  const old = execFileSync('git', ['cat-file', 'commit', 'HEAD'], { cwd: repository.dir });
  const made = execFileSync('git', ['hash-object', '-t', 'commit', '-w', '--stdin'], {
    cwd: repository.dir,
    input: Buffer.concat([old.subarray(0, old.indexOf('\n\n') + 2), message]),
    encoding: 'utf8',
  });
  repository.git('reset', '--quiet', made.trim());
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

describe('what goes in comes out', () => {
  test('text in every encoding, odd names, no final newline, nothing at all: rpmbuild applies the patches', async () => {
    const repository = createSourceGit(home, { tags: 'Patch0: empty.patch\n' });
    repository.write('latin1.txt', latin1('caf\xe9\nna\xefve\n'));
    commitBytes(
      repository,
      latin1('Add caf\xe9\n\nLatin-1 throughout: \xfc\n\nPatch-name: latin1.patch\n'),
      '-c',
      'i18n.commitEncoding=ISO-8859-1',
    );
    repository.write('latin1.txt', latin1('caf\xe9!\nna\xefve\n'));
    repository.commit('Bytes');
    rewordHead(repository, latin1('Bytes without a word on their encoding: \xe9\xff\n\nPatch-id: 7\n'));
    repository.write('crlf.txt', 'one\r\ntwo\r\n');
    repository.commit('Lines as on Windows');
    repository.write('crlf.txt', 'one\r\nzwei\r\n');
    repository.write('tail.txt', 'no newline');
    repository.commit('No final newline');
    writeFileSync(Buffer.concat([Buffer.from(`${repository.dir}/`), latin1('caf\xe9 "x"\t1')]), 'name\n');
    repository.commit('A name in latin-1');
    repository.commit('An empty patch\n\nPatch-name: empty.patch\nPatch-present-in-specfile: true');
    repository.commit('Nothing at all');
    repository.write('numbers', NUMBERS.replace('\n10\n', '\nten\n'));
    repository.commit('Change ten');

    const { directory, spec, patches } = await build(repository);
    expect(spec.slice(spec.indexOf('Source0'), spec.indexOf('BuildArch'))).toBe(
      latin1(
        'Source0:        %{name}-%{version}.tar.gz\nPatch0: empty.patch\n' +
          '# Add caf\xc3\xa9\n#\n# Latin-1 throughout: \xc3\xbc\nPatch1: latin1.patch\n' +
          '# Bytes without a word on their encoding: \xe9\xff\nPatch7: 0002-Bytes-without-a-word-on-their-encoding.patch\n' +
          '# Lines as on Windows\nPatch8: 0003-Lines-as-on-Windows.patch\n' +
          '# No final newline\nPatch9: 0004-No-final-newline.patch\n' +
          '# A name in latin-1\nPatch10: 0005-A-name-in-latin-1.patch\n' +
          '# Change ten\nPatch11: 0006-Change-ten.patch\n',
      ).toString('latin1'),
    );
    expect(patches).toHaveLength(7);
    expect(readFileSync(join(directory, 'empty.patch'))).toHaveLength(0);
    expect(readFileSync(join(directory, 'latin1.patch'), 'latin1')).toContain('+caf\xe9\n+na\xefve\n');
    expect(readFileSync(join(directory, '0006-Change-ten.patch'), 'utf8')).toContain(
      '\nSubject: [PATCH] Change ten\n',
    );
    expect(filesIn(runPrep(directory, 'hello.spec', home))).toEqual(expectedFiles(repository));
  });

  test('binary files, UTF-16, renames and modes, for specs that use git', async () => {
    const repository = createSourceGit(home, { prep: '%autosetup -p1 -S git' });
    repository.write(
      'picture',
      Buffer.from(Array.from({ length: 2000 }, (_unused, at) => (at * 7919) % 256)),
    );
    repository.write('wide.txt', Buffer.from('\ufeffcafé\r\nwide\n', 'utf16le'));
    repository.commit('Binary files\n\nPatch-name: bytes.patch');
    repository.write('wide.txt', Buffer.from('\ufeffcafé\r\nwider\n', 'utf16le'));
    repository.commit('Wider\n\nPatch-name: bytes.patch');
    repository.git('mv', 'numbers', 'figures');
    repository.git('rm', '--quiet', 'hello.sh');
    repository.write('script', '#!/bin/sh\n', 0o755);
    repository.commit('Move, remove, add');
    const { directory, patches } = await build(repository);
    expect(patches).toEqual(['0003-Move-remove-add.patch', 'bytes.patch']);
    expect(filesIn(runPrep(directory, 'hello.spec', home))).toEqual(expectedFiles(repository));
  });

  test('without prefixes; ignored; in the older form', async () => {
    const repository = createSourceGit(home, { prep: '%setup -q\n%patch1 -p0\n%patch2 -p1' });
    repository.write('numbers', NUMBERS.replace('\n10\n', '\nten\n'));
    repository.commit('Ten\n\npatch_name: ten.patch\nno_prefix: true\ndescription: Ten in a word');
    repository.write('README', 'ignored\n');
    const ignored = repository.commit('Not for the package\n\nignore: true');
    repository.write('numbers', NUMBERS.replace('\n10\n', '\nten\n').replace('\n20\n', '\ntwenty\n'));
    repository.commit('Twenty');
    const { directory, spec, patches } = await build(repository);
    expect(patches).toEqual(['0003-Twenty.patch', 'ten.patch']);
    expect(readFileSync(join(directory, 'ten.patch'), 'utf8')).toContain('\n--- numbers\n+++ numbers\n');
    expect(spec).toContain(
      '# Ten in a word\nPatch1:         ten.patch\n# Twenty\n# Author: Jane Doe <jane@example.com>\nPatch2: ',
    );
    const { README, ...rest } = expectedFiles(repository);
    expect(README).toBeDefined();
    expect(ignored).toMatch(/^[0-9a-f]{40}$/);
    expect(filesIn(runPrep(directory, 'hello.spec', home))).toEqual(rest);
  });
});

describe('a history with merges', () => {
  test('becomes a line elsewhere: nothing is left in the repository, the patches apply', async () => {
    const repository = createSourceGit(home);
    repository.git('branch', 'side', 'v1.0~0');
    repository.write('numbers', NUMBERS.replace('\n10\n', '\nten\n'));
    repository.commit('Ten');
    repository.git('checkout', '--quiet', 'side');
    repository.write(
      'numbers',
      NUMBERS.replace('\n10\n', '\n10 or so\n').replace('\n29\n', '\ntwenty-nine\n'),
    );
    repository.commit('Side');
    repository.git('checkout', '--quiet', 'main');
    expect(() => repository.git('merge', '--quiet', 'side')).toThrow();
    repository.write(
      'numbers',
      NUMBERS.replace('\n10\n', '\nten or so\n').replace('\n29\n', '\ntwenty-nine\n'),
    );
    repository.commit('Merge side');
    repository.write('hello.sh', 'echo hello\n', 0o755);
    const last = repository.commit('Greet');
    const { directory, patches, stderr } = await build(repository);
    expect(stderr).toContain('merge became one patch');
    expect(patches).toEqual(['0001-Ten.patch', '0002-Merge-side.patch', '0003-Greet.patch']);
    expect(readFileSync(join(directory, '0003-Greet.patch'), 'utf8')).toContain(last);
    expect(filesIn(runPrep(directory, 'hello.spec', home))).toEqual(expectedFiles(repository));
  });
});

describe('the same patches', () => {
  test('whatever the person’s settings, however often, from any directory', async () => {
    const repository = createSourceGit(home, { config: '', name: 'so urce' });
    repository.write('numbers', NUMBERS.replace('\n10\n', '\nten\n'));
    repository.git('mv', 'hello.sh', 'héllo.sh');
    repository.commit('Ten');
    const contents = ({ directory, patches }: Built): string[] =>
      patches.map((name) => readFileSync(join(directory, name), 'latin1'));
    const first = contents(await build(repository));
    expect(first).toHaveLength(1);
    expect(contents(await build(repository))).toEqual(first);
    writeFileSync(
      join(home, 'gitconfig'),
      '[diff]\nnoprefix=true\ncontext=0\nrenames=false\n[format]\ncoverLetter=true\nattach=x\nuseAutoBase=true\nsignature=me\n[core]\nquotePath=false\nabbrev=20\n',
    );
    expect(contents(await build(repository, { GIT_CONFIG_GLOBAL: join(home, 'gitconfig') }))).toEqual(first);
  });

  test('upstream_ref may be a glob of tags, and the configuration is found in .distro', async () => {
    const repository = createSourceGit(home);
    const config = readFileSync(join(repository.dir, '.distro/source-git.yaml'), 'utf8');
    repository.write('.distro/source-git.yaml', config.replace('upstream_ref: v1.0', "upstream_ref: 'v*'"));
    repository.write('numbers', '');
    repository.commit('Nothing\n\nPatch-name: nothing.patch');
    expect((await build(repository)).patches).toEqual(['nothing.patch']);
  });

  test('Release is counted on, or stays with --no-update-release; digits are those of the configuration', async () => {
    const repository = createSourceGit(home);
    repository.write('numbers', '');
    const head = repository.commit('Nothing\n\nPatch-name: nothing.patch');
    expect((await build(repository)).spec).toContain(`\nRelease:        2.g${head.slice(0, 8)}%{?dist}\n`);
    const config = readFileSync(join(repository.dir, '.distro/source-git.yaml'), 'utf8');
    repository.write('.distro/source-git.yaml', config.replace('digits: 1', 'digits: 4'));
    const { spec } = await build(repository, {}, '--no-update-release');
    expect(spec).toContain('\nRelease:        1%{?dist}\n');
    expect(spec).toContain('\nPatch0001:      nothing.patch\n');
  });

  test('packit prepare-sources leaves them beside the spec', async () => {
    const repository = createSourceGit(home);
    repository.write('numbers', '');
    repository.commit('Nothing\n\nPatch-name: nothing.patch');
    const { exitCode } = await packit(
      ['prepare-sources', '--result-dir', join(home, 'result'), repository.dir],
      {
        cwd: home,
        env: repository.env,
      },
    );
    expect(exitCode).toBe(0);
    expect(readdirSync(join(home, 'result')).toSorted()).toEqual(
      expect.arrayContaining(['hello-1.0.tar.gz', 'hello.spec', 'nothing.patch']),
    );
    expect(readFileSync(join(home, 'result/hello.spec'), 'utf8')).toContain(
      'Patch1:         nothing.patch\n',
    );
  });

  test.each([
    ['Patch-name: ../x.patch', 'PATCH_NAME_INVALID'],
    ['Patch-name: hello.spec', 'PATCH_NAME_INVALID'],
    ['Patch-id: first', 'PATCH_ID_INVALID'],
  ])('%s is refused', async (trailer, code) => {
    const repository = createSourceGit(home);
    repository.write('numbers', '');
    repository.commit(`Nothing\n\n${trailer}`);
    await expect(build(repository)).rejects.toThrow(
      code === 'PATCH_ID_INVALID' ? /no number: first/ : /cannot be the name/,
    );
  });
});
