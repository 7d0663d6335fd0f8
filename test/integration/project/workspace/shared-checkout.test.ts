/** One copy for several packages: each finds what the person has. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { createSharedCheckout, makePrivateCheckout } from '../../../../src/project/workspace/index.ts';
import type { SharedCheckout } from '../../../../src/project/workspace/index.ts';
import { createGit, readLayout } from '../../../../src/tools/git/index.ts';
import { createRepository } from '../../../support/git.ts';
import type { TestRepository } from '../../../support/git.ts';
import { snapshot } from '../../../support/snapshot.ts';
import { tempDir } from '../../../support/temp.ts';

let repository: TestRepository;
let made: number;

beforeEach(() => {
  repository = createRepository(join(tempDir(), 'some where'));
  repository.write('a/code.c', 'int a;\n');
  repository.write('b/run.sh', '#!/bin/sh\n', 0o755);
  repository.write('.gitignore', 'built\n');
  repository.commit('Start');
  repository.write('built/cache', 'old\n');
  repository.write('untracked', 'mine\n');
  symlinkSync('code.c', join(repository.dir, 'a/link'));
  made = 0;
});

function shared(uses: number): SharedCheckout<{ root: string }> {
  return createSharedCheckout({
    scratch: tempDir(),
    source: repository.dir,
    uses,
    make: async (parent) => {
      made += 1;
      const git = createGit(repository.run, repository.dir);
      return makePrivateCheckout({ git, layout: await readLayout(git), parent });
    },
  });
}

const HAVOC: readonly [string, (root: string) => void][] = [
  ['changes a file', (root) => writeFileSync(join(root, 'a/code.c'), 'int b;\n')],
  [
    'adds files',
    (root) => {
      mkdirSync(join(root, 'x/y'), { recursive: true });
      writeFileSync(join(root, 'x/y/z'), '');
    },
  ],
  [
    'removes a file and a directory',
    (root) => {
      rmSync(join(root, 'untracked'));
      rmSync(join(root, 'built'), { recursive: true });
    },
  ],
  ['changes a mode', (root) => chmodSync(join(root, 'b/run.sh'), 0o600)],
  [
    'makes a file of a directory and a directory of a file',
    (root) => {
      rmSync(join(root, 'b'), { recursive: true });
      writeFileSync(join(root, 'b'), '');
      rmSync(join(root, 'untracked'));
      mkdirSync(join(root, 'untracked'));
      writeFileSync(join(root, 'untracked/inside'), '');
    },
  ],
  [
    'puts another link in place of one',
    (root) => {
      rmSync(join(root, 'a/link'));
      symlinkSync('../untracked', join(root, 'a/link'));
    },
  ],
  [
    'moves a file over another of the same size',
    (root) => {
      writeFileSync(join(root, 'tmp'), 'int x;\n');
      renameSync(join(root, 'tmp'), join(root, 'a/code.c'));
    },
  ],
];

test.each(HAVOC)('a package that %s leaves nothing of it to the next', async (_what, havoc) => {
  const before = snapshot(repository.dir);
  const copies = shared(3);
  const seen: unknown[] = [];
  for (let index = 0; index < 3; index += 1) {
    await copies.use(({ root }) => {
      // The index is written back: its bytes are the same, its time is not.
      seen.push({ ...snapshot(root), '.git/index': readFileSync(join(root, '.git/index'), 'latin1') });
      expect(readFileSync(join(root, 'a/code.c'), 'utf8')).toBe('int a;\n');
      havoc(root);
      return Promise.resolve();
    });
  }
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[2]).toEqual(seen[0]);
  expect(made).toBe(1);
  expect(snapshot(repository.dir)).toEqual(before);
});

test.each([
  ['commits', ['commit', '--quiet', '--allow-empty', '-m', 'x']],
  ['tags', ['tag', 'v9']],
  ['changes settings', ['config', 'core.abbrev', '40']],
])('a package that %s gets the next one another copy', async (_what, args) => {
  const copies = shared(2);
  const roots: string[] = [];
  for (let index = 0; index < 2; index += 1) {
    await copies.use(async ({ root }) => {
      roots.push(root);
      const git = createGit(repository.run, root, { isolated: true });
      expect((await git.exec(['tag', '--list'])).stdout.toString()).toBe('');
      await git.exec(args);
    });
  }
  expect(made).toBe(2);
  expect(roots.map((root) => existsSync(root))).toEqual([false, false]);
});

test('that only looked or staged something keeps the copy, the index as it was', async () => {
  const copies = shared(2);
  for (let index = 0; index < 2; index += 1) {
    await copies.use(async ({ root }) => {
      const git = createGit(repository.run, root, { isolated: true });
      const { stdout } = await git.exec(['status', '--porcelain']);
      expect(stdout.toString()).toBe('?? a/link\n?? untracked\n');
      await git.exec(['add', '--all']);
    });
  }
  expect(made).toBe(1);
});

test('that fails leaves its error and no directory behind', async () => {
  const copies = shared(1);
  let seen = '';
  await expect(
    copies.use(({ root }) => {
      seen = root;
      return Promise.reject(new Error('no'));
    }),
  ).rejects.toThrow('no');
  expect(existsSync(seen)).toBe(false);
});
