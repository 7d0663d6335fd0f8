/** A temporary directory that other users can write to. */
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openScratch } from '../../../../src/project/workspace/index.ts';
import { tempDir } from '../../../support/temp.ts';

/** What a run that was killed is called: there is no process of this number. */
function leftoverName(name: string): string {
  const namespace = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  return `packit-4194999-1-${namespace}-${name}`;
}

test('the directory of a run is for its user alone, and has a name nobody can guess', async () => {
  const temp = tempDir();
  const [first, second] = await Promise.all([
    openScratch({ temp, cache: join(temp, 'cache') }),
    openScratch({ temp, cache: join(temp, 'cache') }),
  ]);
  expect(statSync(first.dir).mode & 0o777).toBe(0o700);
  expect(first.dir).not.toBe(second.dir);
  await first.dispose();
  await second.dispose();
});

test('a link in place of a leftover is removed, never what it leads to', async () => {
  const temp = tempDir();
  const precious = tempDir();
  writeFileSync(join(precious, 'file'), 'precious');
  symlinkSync(precious, join(temp, leftoverName('link')));
  mkdirSync(join(temp, leftoverName('directory')));
  symlinkSync(precious, join(temp, leftoverName('directory'), 'link'));
  const scratch = await openScratch({ temp, cache: join(temp, 'cache') });
  await scratch.dispose();
  expect(readdirSync(temp)).toEqual([]);
  expect(readdirSync(precious)).toEqual(['file']);
});

const root = process.getuid?.() === 0;

(root ? test : test.skip)("another user's directory is left alone (needs root)", async () => {
  const temp = tempDir();
  const theirs = join(temp, leftoverName('theirs'));
  mkdirSync(theirs);
  chownSync(theirs, 12345, 12345);
  const scratch = await openScratch({ temp, cache: join(temp, 'cache') });
  await scratch.dispose();
  expect(existsSync(theirs)).toBe(true);
});
