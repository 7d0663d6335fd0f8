import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makePrivateCheckout } from '../../../../src/project/workspace/index.ts';
import type { PrivateCheckout } from '../../../../src/project/workspace/index.ts';
import { createGit, readLayout } from '../../../../src/tools/git/index.ts';
import { createRepository, temporaryDirectory } from '../../../support/git.ts';
import type { TestRepository } from '../../../support/git.ts';
import { snapshot } from '../../../support/snapshot.ts';

let home: string;
let dispose: () => void;
let repository: TestRepository;

beforeEach(() => {
  ({ dir: home, dispose } = temporaryDirectory());
  repository = createRepository(join(home, 'my project'));
  repository.write('.gitignore', 'ignored/\n*.o\n');
  repository.write('a', 'committed\n');
  repository.write('tool.sh', '#!/bin/sh\n', 0o755);
  repository.commit('one');
  repository.tag('v1');
  repository.git('remote', 'add', 'origin', 'https://example.com/project.git');
});
afterEach(() => dispose());

async function copy(dir = repository.dir, limit?: number): Promise<PrivateCheckout> {
  const git = createGit(repository.run, dir);
  const parent = join(home, 'private');
  mkdirSync(parent);
  return makePrivateCheckout({
    git,
    layout: await readLayout(git),
    parent,
    ...(limit === undefined ? {} : { limit }),
  });
}

/** git renews the time of an object it would write again, in a borrowed store too; the object itself stays. */
const isObject = (path: string): boolean => /^\.git\/(?:modules\/.*)?objects\//.test(path);

/** git as an action would run it in the copy. */
function gitIn(dir: string, ...args: string[]): string {
  return execFileSync('git', args, {
    cwd: dir,
    env: repository.env,
    encoding: 'utf8',
    stdio: 'pipe',
  }).trimEnd();
}

describe('a private checkout', () => {
  test('has the state of the original: changes, index, untracked and ignored files, tags, remotes', async () => {
    repository.write('a', 'changed\n');
    repository.write('staged', 'staged\n');
    repository.git('add', 'staged');
    repository.write('untracked file', '1');
    repository.write('ignored/deep/x', '1');
    repository.write('x.o', '1');
    writeFileSync(Buffer.from(join(repository.dir, 'caf\xe9'), 'latin1'), '1');
    symlinkSync('a', join(repository.dir, 'link'));
    symlinkSync(join(repository.dir, 'a'), join(repository.dir, 'absolute'));
    utimesSync(join(repository.dir, 'a'), 1_600_000_000, 1_600_000_000);
    const before = snapshot(repository.dir, isObject);

    const { root, leftOut } = await copy();

    expect(snapshot(repository.dir, isObject)).toEqual(before);
    expect(leftOut).toEqual([]);
    expect(root).toBe(join(home, 'private/my project'));
    for (const args of [
      ['status', '--porcelain', '--ignored', '-z'],
      ['rev-parse', '--abbrev-ref', 'HEAD'],
      ['for-each-ref'],
      ['remote', '-v'],
      ['diff'],
      ['diff', '--cached'],
      ['fsck'],
    ]) {
      expect(gitIn(root, ...args)).toBe(gitIn(repository.dir, ...args));
    }
    expect(readlinkSync(join(root, 'absolute'))).toBe(join(root, 'a'));
    const moved = (path: string): boolean => path === '.git' || path === 'absolute';
    for (const path of Object.keys(snapshot(root, moved))) {
      const [copied, own] = [root, repository.dir].map((dir) => snapshot(dir, moved)[path]?.split(' '));
      // Node sets times in microseconds.
      expect(Math.abs(Number(copied?.[2]) - Number(own?.[2])) || 0).toBeLessThan(2000);
      expect(copied?.toSpliced(2, 1)).toEqual(own?.toSpliced(2, 1));
    }
    // Whatever an action does there, it does not happen here. (The comparison's own `git diff` renewed the index.)
    const compared = snapshot(repository.dir, isObject);
    writeFileSync(join(root, 'absolute'), 'x');
    gitIn(root, 'commit', '--quiet', '-am', 'in the copy');
    gitIn(root, 'tag', '-d', 'v1');
    gitIn(root, 'clean', '-xdfq');
    expect(snapshot(repository.dir, isObject)).toEqual(compared);
  });

  test('does not fire hooks nor sign', async () => {
    repository.write('.git/hooks/pre-commit', '#!/bin/sh\nexit 1\n', 0o755);
    repository.git('config', 'core.hooksPath', '.git/hooks');
    repository.git('config', 'commit.gpgsign', 'true');
    repository.git('config', 'gpg.program', '/bin/false');
    const { root, botIdentity } = await copy();
    expect(botIdentity).toBe(true);
    writeFileSync(join(root, 'a'), 'x');
    gitIn(root, 'commit', '--quiet', '-am', 'two');
    expect(gitIn(root, 'log', '-1', '--format=%s')).toBe('two');
  });

  test('of a linked work tree is a whole repository', async () => {
    const linked = join(home, 'linked');
    repository.git('worktree', 'add', '--quiet', '-b', 'feature', linked);
    writeFileSync(join(linked, 'a'), 'feature\n');
    const { root } = await copy(linked);
    expect(gitIn(root, 'rev-parse', '--abbrev-ref', 'HEAD')).toBe('feature');
    expect(gitIn(root, 'status', '--porcelain')).toBe(' M a');
    expect(gitIn(root, 'rev-parse', '--git-common-dir')).toBe('.git');
  });

  test('keeps sparse patterns and the shallow boundary', async () => {
    repository.write('dir/file', '1');
    repository.commit('two');
    const shallow = join(home, 'shallow');
    repository.git('clone', '--quiet', '--depth=1', `file://${repository.dir}`, shallow);
    gitIn(shallow, 'sparse-checkout', 'set', '--no-cone', '/a');
    const { root } = await copy(shallow);
    expect(existsSync(join(root, 'dir'))).toBe(false);
    expect(gitIn(root, 'status', '--porcelain')).toBe('');
    expect(gitIn(root, 'rev-parse', '--is-shallow-repository')).toBe('true');
    expect(gitIn(root, 'log', '--format=%s')).toBe('two');
  });

  test('has its own submodules', async () => {
    const library = createRepository(join(home, 'library'));
    library.write('lib.c', 'int x;\n');
    library.commit('library');
    repository.git('submodule', '--quiet', 'add', library.dir, 'deps/library');
    repository.commit('submodule');
    const before = snapshot(repository.dir, isObject);
    const { root } = await copy();
    const inside = join(root, 'deps/library');
    expect(gitIn(inside, 'rev-parse', '--show-toplevel')).toBe(inside);
    expect(gitIn(root, 'submodule', 'status')).toBe(gitIn(repository.dir, 'submodule', 'status'));
    writeFileSync(join(inside, 'lib.c'), 'int y;\n');
    gitIn(inside, 'commit', '--quiet', '-am', 'inside');
    expect(gitIn(root, 'status', '--porcelain')).toBe(' M deps/library');
    expect(snapshot(repository.dir, isObject)).toEqual(before);
  });

  test('leaves the largest ignored directories out above the limit', async () => {
    repository.write('ignored/big', 'x'.repeat(3000));
    repository.write('small.o', 'x'.repeat(500));
    repository.write('untracked', 'x'.repeat(400));
    const { root, leftOut } = await copy(repository.dir, 1000);
    expect(leftOut).toEqual([{ path: 'ignored', bytes: 3000 }]);
    expect(existsSync(join(root, 'ignored'))).toBe(false);
    expect(readFileSync(join(root, 'small.o'), 'utf8')).toHaveLength(500);
  });

  test('of a repository without a commit', async () => {
    const empty = createRepository(join(home, 'empty'));
    empty.write('a', '1');
    const { root } = await copy(empty.dir);
    expect(gitIn(root, 'status', '--porcelain')).toBe('?? a');
  });

  test.each([0o600, 0o444, 0o777, 0o4755, 0o2755, 0o1644])('keeps the mode %d of a file', async (mode) => {
    const umask = process.umask(0o077);
    try {
      repository.write('untracked file', '1');
      chmodSync(join(repository.dir, 'untracked file'), mode);
      const { root } = await copy();
      expect(statSync(join(root, 'untracked file')).mode & 0o7777).toBe(mode);
    } finally {
      process.umask(umask);
    }
  });

  test('copies read-only directories', async () => {
    repository.write('ignored/ro/file', '1', 0o444);
    chmodSync(join(repository.dir, 'ignored/ro'), 0o555);
    const { root } = await copy();
    expect(readFileSync(join(root, 'ignored/ro/file'), 'utf8')).toBe('1');
    chmodSync(join(root, 'ignored/ro'), 0o755);
    chmodSync(join(repository.dir, 'ignored/ro'), 0o755);
  });
});
