import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDistGitPackage, PATCH_TAGS } from '../../support/dist-git-package.ts';
import type { DistGitPackage } from '../../support/dist-git-package.ts';
import { startLookaside } from '../../support/lookaside/server.ts';
import type { LookasideServer } from '../../support/lookaside/server.ts';
import { snapshot } from '../../support/snapshot.ts';
import { NUMBERS, sourceGitSpec } from '../../support/source-git-project.ts';
import { tempDir } from '../../support/temp.ts';

const read = ({ upstream }: DistGitPackage, path: string): string =>
  readFileSync(join(upstream.dir, path), 'latin1');
const log = ({ upstream }: DistGitPackage, format: string): string =>
  upstream.git('log', '--reverse', `--format=${format}`, 'v1.0..HEAD');

describe('what it makes', () => {
  let world: DistGitPackage;
  let before: string;
  let stderr: string;

  beforeAll(async () => {
    world = createDistGitPackage(tempDir('packit init'), {
      files: {
        'tests/a.patch': 'x\n',
        'tests/.gitignore': 'x\n',
        'plans/main.fmf': 'x: 1\n',
        'run.sh': '#!/bin/sh\n',
      },
    });
    before = JSON.stringify(snapshot(world.dist.dir));
    const result = await world.run('init', 'v1.0', 'upstream', 'hello');
    stderr = result.stderr;
    expect(result.stdout.replace(/^\w{8}/gm, 'HASH')).toBe(
      'HASH 0001-five.patch: Write five as a word\nHASH plain.patch: Apply patch plain.patch\n',
    );
    expect(result.exitCode).toBe(0);
  });

  test('dist-git is as it was, to the byte', () => {
    expect(JSON.stringify(snapshot(world.dist.dir))).toBe(before);
  });

  test('it says whose code runs', () => {
    expect(stderr).toContain(`%prep of ${world.dist.dir}/hello.spec runs now`);
  });

  test('commits with metadata, author and date of the mail; a plain diff is by who added it', () => {
    const dist = world.dist.git('rev-parse', 'HEAD');
    expect(log(world, '%an|%aI|%B')).toBe(
      `Jane Doe|2024-02-29T12:00:00+00:00|Initialize as a source-git repository

From-dist-git-commit: ${dist}

Émile|2001-02-03T04:05:06+07:00|Write five as a word

It is nicer.

Patch-name: 0001-five.patch
Patch-id: 1
Patch-status: |
    # Five is a word
    # See https://example.org/?a=%%7e
From-dist-git-commit: ${dist}

Jane Doe|2023-11-14T22:14:20+00:00|Apply patch plain.patch

Patch-name: plain.patch
Patch-id: 2
From-dist-git-commit: ${dist}
`.trimEnd(),
    );
  });

  test('the patched sources, bytes in Latin-1 included', () => {
    expect(read(world, 'numbers')).toBe(NUMBERS.replace('\n5\n', '\nfive\n'));
    expect(read(world, 'greeting')).toBe('Gr\xfc\xdf Gott\n');
    expect(world.upstream.git('status', '--porcelain')).toBe('');
    expect(world.upstream.git('branch', '--show-current')).toBe('trunk');
  });

  test('.distro: the spec without tags, no patches that are commits, nothing of git', () => {
    expect(world.upstream.git('ls-files', '.distro').split('\n')).toEqual(
      ['.gitignore', 'hello.spec', 'plans/main.fmf', 'run.sh', 'source-git.yaml', 'tests/a.patch'].map(
        (name) => `.distro/${name}`,
      ),
    );
    expect(read(world, '.distro/hello.spec')).toBe(sourceGitSpec());
    expect(read(world, '.distro/.gitignore')).toContain('!*');
  });

  test('source-git.yaml, without the password of the remote', () => {
    const url = /SHA512 \(.*\) = (\w+)/.exec(readFileSync(join(world.dist.dir, 'sources'), 'utf8'))?.[1];
    expect(read(world, '.distro/source-git.yaml')).toBe(`upstream_project_url: https://example.org/hello.git
upstream_ref: v1.0
downstream_package_name: hello
specfile_path: .distro/hello.spec
patch_generation_ignore_paths:
- .distro
patch_generation_patch_id_digits: 1
sync_changelog: true
files_to_sync:
- src: .distro/
  dest: .
  delete: true
  filters:
  - protect .git*
  - protect sources
  - exclude source-git.yaml
  - exclude .gitignore
sources:
- path: hello-1.0.tar.gz
  url: https://src.fedoraproject.org/repo/pkgs/rpms/hello/hello-1.0.tar.gz/sha512/${url}/hello-1.0.tar.gz
`);
  });

  test('both are in sync, and the next command runs', async () => {
    const { stdout, exitCode } = await world.run('status', 'upstream', 'hello');
    expect({ stdout, exitCode }).toEqual({ stdout: "'upstream' is up to date with 'hello'.\n", exitCode: 0 });
    expect(await world.run('init', 'HEAD', 'upstream', 'hello')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('has a .distro already'),
    });
  });
});

describe('every way to apply patches', () => {
  test.each([
    ['%autosetup -S git'],
    ['%autosetup -S git_am'],
    ['%autosetup -N\n%autopatch -p1'],
    ['%setup -q\n%patch1 -p1 -b .orig\n%patch2 -p1'],
    ['%setup -q\n%patch -P 1 -p 1\npatch -p1 -i %{PATCH2}'],
    ['%setup -q\nsed -i s/^30/thirty/ numbers\n%autopatch -p1\nrm numbers'],
  ])('%j', async (prep) => {
    const world = createDistGitPackage(tempDir(), { prep });
    const { exitCode, stderr } = await world.run('init', 'v1.0', 'upstream', 'hello');
    expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(log(world, '%an %s %(trailers:key=Patch-id,valueonly,separator=)')).toBe(
      'Jane Doe Initialize as a source-git repository \nÉmile Write five as a word 1\nJane Doe Apply patch plain.patch 2',
    );
    expect(read(world, 'numbers')).toBe(NUMBERS.replace('\n5\n', '\nfive\n'));
    expect(read(world, 'greeting')).toBe('Gr\xfc\xdf Gott\n');
    expect(existsSync(join(world.upstream.dir, 'numbers.orig'))).toBe(false);
  });

  test('several mails in one file, no prefixes, CRLF, an empty patch, a name from a macro', async () => {
    const crlf = '--- a/dos\n+++ b/dos\n@@ -0,0 +1,2 @@\n+one\r\n+two\r\n';
    const mail = (subject: string, from: string, to: string): string =>
      `From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\nFrom: J <j@example.org>\nDate: Tue, 2 Jan 2001 03:04:05 +0000\nSubject: [PATCH] ${subject}\n\n---\n diff\n\ndiff --git a/hello.sh b/hello.sh\n--- a/hello.sh\n+++ b/hello.sh\n@@ -1 +1 @@\n-${from}\n+${to}\n-- \n2\n\n`;
    const world = createDistGitPackage(tempDir(), {
      tags: 'Patch: %{name}-two.patch\nPatch: bare.patch\nPatch: dos.patch\nPatch: empty.patch\n',
      prep: '%setup -q\n%patch0 -p1\n%patch1 -p0\n%patch2 -p1\n%patch3 -p1',
      files: {
        'hello-two.patch': mail('One', 'echo hi', 'echo ho') + mail('Two', 'echo ho', 'echo hu'),
        'bare.patch': '--- numbers\n+++ numbers\n@@ -1,3 +1,3 @@\n-1\n+one\n 2\n 3\n',
        'dos.patch': crlf,
        'empty.patch': '',
      },
    });
    const { exitCode, stderr } = await world.run('init', 'v1.0', 'upstream', 'hello');
    expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(
      log(
        world,
        '%s|%(trailers:key=Patch-name,valueonly,separator=)|%(trailers:key=No-prefix,valueonly,separator=)',
      ),
    ).toBe(
      [
        'Initialize as a source-git repository||',
        'One|hello-two.patch|',
        'Two|hello-two.patch|',
        'Apply patch bare.patch|bare.patch|true',
        'Apply patch dos.patch|dos.patch|',
        'Apply patch empty.patch|empty.patch|',
      ].join('\n'),
    );
    expect(read(world, 'dos')).toBe('one\r\ntwo\r\n');
    expect(read(world, 'hello.sh')).toBe('echo hu\n');
    expect(lstatSync(join(world.upstream.dir, 'hello.sh')).mode & 0o111).toBe(0o111);
    expect(read(world, '.distro/source-git.yaml')).toContain('patch_generation_patch_id_digits: 0\n');
  });

  test('a patch that is not applied here stays a file', async () => {
    const world = createDistGitPackage(tempDir(), {
      prep: '%setup -q\n%patch1 -p1\n%ifarch s390x\n%patch2 -p1\n%endif',
    });
    const { exitCode, stderr } = await world.run('init', 'v1.0', 'upstream', 'hello');
    expect(exitCode).toBe(0);
    expect(stderr).toContain('%prep does not apply plain.patch here');
    expect(read(world, '.distro/hello.spec')).toMatch(/^Patch2: +plain.patch$/m);
    expect(existsSync(join(world.upstream.dir, '.distro/plain.patch'))).toBe(true);
    world.upstream.write('hello.sh', 'echo hello\n');
    world.upstream.commit('Greet');
    expect(await world.run('update-dist-git', '-m', 'Update', 'upstream', 'hello')).toMatchObject({
      exitCode: 0,
    });
    expect(world.dist.git('diff', '--name-status', 'HEAD~')).toBe('A\t0002-Greet.patch\nM\thello.spec');
    expect(readFileSync(join(world.dist.dir, 'hello.spec'), 'utf8').match(/^Patch.*$/gm)).toEqual([
      'Patch1:         0001-five.patch',
      'Patch2:         plain.patch',
      'Patch3:         0002-Greet.patch',
    ]);
  });

  test('no patch: nothing of the spec runs', async () => {
    const world = createDistGitPackage(tempDir(), { tags: '', prep: 'exit 1', withoutArchive: true });
    const { exitCode, stderr } = await world.run('init', 'v1.0', 'upstream', 'hello');
    expect(exitCode).toBe(0);
    expect(stderr).not.toContain('%prep');
  });
});

describe('options', () => {
  test('branches on both sides, URL and name', async () => {
    const world = createDistGitPackage(tempDir());
    world.dist.git('checkout', '-q', '-b', 'f40');
    world.dist.write('only-f40', 'x\n');
    const commit = world.dist.commit('Of f40');
    world.dist.git('checkout', '-q', 'main');
    world.dist.git('mv', 'hello.spec', 'other.spec');
    world.dist.commit('Not of f40');
    world.upstream.commit('Later');
    const options = ['--upstream-url', 'https://example.com/h', '--pkg-name', 'hello'];
    const { exitCode, stdout } = await world.run(
      '--json',
      'init',
      ...options,
      'v1.0',
      'upstream:dist',
      'hello:f40',
    );
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      package: 'hello',
      upstream: world.upstream.git('rev-parse', 'v1.0^{commit}'),
      distGit: commit,
      head: world.upstream.git('rev-parse', 'dist'),
      branch: 'dist',
      patches: [{ name: '0001-five.patch', subjects: ['Write five as a word'] }, { name: 'plain.patch' }],
      unapplied: [],
      written: true,
    });
    expect(world.upstream.git('branch', '--show-current')).toBe('dist');
    expect(world.dist.git('branch', '--show-current')).toBe('f40');
    expect(read(world, '.distro/source-git.yaml')).toMatch(
      /^upstream_project_url: https:\/\/example.com\/h\n/,
    );
    expect(read(world, '.distro/only-f40')).toBe('x\n');
  });

  test('--dry-run says all and does nothing', async () => {
    const world = createDistGitPackage(tempDir());
    const before = JSON.stringify([snapshot(world.dist.dir), snapshot(world.upstream.dir)]);
    const { exitCode, stdout } = await world.run('init', '--dry-run', 'v1.0', 'upstream:new', 'hello');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('0001-five.patch: Write five as a word');
    expect(JSON.stringify([snapshot(world.dist.dir), snapshot(world.upstream.dir)])).toBe(before);
  });
});

describe('the lookaside cache', () => {
  let server: LookasideServer;

  beforeAll(async () => {
    server = await startLookaside({ modules: ['rpms/hello'] });
  });

  afterAll(() => server.close());

  test('the archive comes from there, into no repository', async () => {
    const world = createDistGitPackage(tempDir(), {
      withoutArchive: true,
      env: { DISTGIT_LOOKASIDE_URL: server.url },
    });
    const missing = await world.run('init', 'v1.0', 'upstream', 'hello');
    expect(missing.exitCode).toBe(3);
    expect(world.upstream.git('rev-parse', 'HEAD')).toBe(world.upstream.git('rev-parse', 'v1.0^{commit}'));
    const hash = /= (\w+)/.exec(readFileSync(join(world.dist.dir, 'sources'), 'utf8'))?.[1] ?? '';
    server.files.set(`rpms/hello/hello-1.0.tar.gz/sha512/${hash}`, {
      content: world.archive,
      mtime: undefined,
    });
    expect(await world.run('init', 'v1.0', 'upstream', 'hello')).toMatchObject({ exitCode: 0 });
    expect(world.dist.git('status', '--porcelain', '--ignored')).toBe('');
  });
});

describe('refusals leave everything as it was', () => {
  test.each<[string, (world: DistGitPackage) => void, string[], string]>([
    [
      'the ref is not HEAD',
      ({ upstream }) => void upstream.commit('x'),
      ['v1.0', 'upstream', 'hello'],
      'UPSTREAM_REF_NOT_HEAD',
    ],
    ['no such ref', () => {}, ['v9', 'upstream', 'hello'], 'UPSTREAM_REF_NOT_FOUND'],
    [
      'no such remote',
      () => {},
      ['--upstream-remote', 'x', 'v1.0', 'upstream', 'hello'],
      'UPSTREAM_URL_UNKNOWN',
    ],
    ['no spec of that name', () => {}, ['--pkg-name', 'x', 'v1.0', 'upstream', 'hello'], 'SPEC_NOT_FOUND'],
    ['no such branch', () => {}, ['v1.0', 'upstream', 'hello:f99'], 'DIST_GIT_BRANCH_MISSING'],
    ['no such directory', () => {}, ['v1.0', 'upstream', 'nowhere'], 'DIRECTORY_MISSING'],
    [
      'changes in dist-git',
      ({ dist }) => dist.write('new', 'x'),
      ['v1.0', 'upstream', 'hello'],
      'NOT_PRISTINE',
    ],
    [
      'changes in source-git',
      ({ upstream }) => upstream.write('numbers', 'x'),
      ['v1.0', 'upstream', 'hello'],
      'NOT_PRISTINE',
    ],
  ])('%s', async (_title, change, args, code) => {
    const world = createDistGitPackage(tempDir());
    change(world);
    const before = JSON.stringify([snapshot(world.dist.dir), snapshot(world.upstream.dir)]);
    const { exitCode, stdout } = await world.run('--json', 'init', ...args);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code } });
    expect(JSON.stringify([snapshot(world.dist.dir), snapshot(world.upstream.dir)])).toBe(before);
  });

  test.each([
    ['a patch that does not apply', '%autosetup -p2', 'PREP_FAILED'],
    ['a patch taken back', '%setup -q\n%patch1 -p1\n%patch1 -p1 -R', 'PATCH_REVERSED'],
  ])('%s', async (_title, prep, code) => {
    const world = createDistGitPackage(tempDir(), { prep, tags: PATCH_TAGS });
    const before = JSON.stringify([snapshot(world.dist.dir), snapshot(world.upstream.dir)]);
    const { exitCode, stdout } = await world.run('--json', 'init', 'v1.0', 'upstream', 'hello');
    expect(JSON.parse(stdout)).toMatchObject({ error: { code } });
    expect(exitCode).toBe(2);
    expect(JSON.stringify([snapshot(world.dist.dir), snapshot(world.upstream.dir)])).toBe(before);
  });

  test("secrets of the environment do not reach %prep, nor does the user's home", async () => {
    const world = createDistGitPackage(tempDir(), {
      prep: '%autosetup -p1\ntest -z "$MY_TOKEN"\ncase $HOME in */packit-*/home) ;; *) exit 1;; esac\ntest -z "$(git config --global user.name)"',
      env: { MY_TOKEN: 'very-secret' },
    });
    expect(await world.run('init', 'v1.0', 'upstream', 'hello')).toMatchObject({ exitCode: 0 });
  });
});
