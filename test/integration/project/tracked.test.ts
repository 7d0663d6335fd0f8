import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { trackedFiles } from '../../../src/project/config/tracked.ts';
import { createRepository } from '../../support/git.ts';
import { tempDir } from '../../support/temp.ts';

test.each(['2', '4'])('what git knows, by an index of version %s', (version) => {
  const repository = createRepository(join(tempDir(), 'x'));
  const paths = [
    'a',
    'rpm/hello.spec',
    'rpm/other.spec',
    'ünï/x',
    `long/${'n'.repeat(300)}`.slice(0, 200),
    'z z',
  ];
  for (const path of paths) repository.write(path, path);
  repository.git('add', '--all');
  repository.git('update-index', '--index-version', version);
  repository.git('add', '--intent-to-add', '.');
  repository.write('out/hello.spec', '');
  const isTracked = trackedFiles(join(repository.dir, 'rpm'));
  for (const path of paths) expect([path, isTracked(join(repository.dir, path))]).toEqual([path, true]);
  for (const path of ['out/hello.spec', 'hello.spec', 'rpm']) {
    expect([path, isTracked(join(repository.dir, path))]).toEqual([path, false]);
  }
});

test('nothing where there is no repository, or nothing was added', () => {
  const directory = tempDir();
  expect(trackedFiles(directory)(join(directory, 'a'))).toBe(false);
  execFileSync('git', ['init', '--quiet', directory]);
  expect(trackedFiles(directory)(join(directory, 'a'))).toBe(false);
});
