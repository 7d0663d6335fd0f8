import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openScratch, placeFile } from '../../../../src/project/workspace/index.ts';
import { temporaryDirectory } from '../../../support/git.ts';

let dir: string;
let dispose: () => void;
beforeEach(() => {
  ({ dir, dispose } = temporaryDirectory());
});
afterEach(() => dispose());

describe('a scratch directory', () => {
  const open = () => openScratch({ temp: dir, cache: join(dir, 'cache') });

  test('goes when the run ends; another run of the moment stays', async () => {
    const first = await open();
    const second = await open();
    expect(first.dir).not.toBe(second.dir);
    await second.dispose();
    expect(existsSync(first.dir)).toBe(true);
    await first.dispose();
    expect(readdirSync(dir)).toEqual([]);
  });

  test('of a process that is no more is removed by the next run, anything else is not', async () => {
    const { pid } = spawnSync('true');
    const own = await open();
    const [, , start, namespace] = basename(own.dir).split('-');
    const dead = join(dir, `packit-${pid}-${start}-${namespace}-abcdef`);
    const recycled = join(dir, `packit-${process.pid}-1-${namespace}-abcdef`);
    const foreign = join(dir, `packit-1-1-999-abcdef`);
    const unrelated = join(dir, 'packit-notes');
    for (const path of [dead, recycled, foreign, unrelated]) mkdirSync(path);
    const next = await open();
    await next.dispose();
    expect([dead, recycled, foreign, unrelated, own.dir].map(existsSync)).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
    await own.dispose();
  });

  test('cannot be made in a missing place: the error names TMPDIR', async () => {
    writeFileSync(join(dir, 'file'), '');
    await expect(openScratch({ temp: join(dir, 'file/x'), cache: dir })).rejects.toMatchObject({
      code: 'SCRATCH_FAILED',
      hint: expect.stringContaining('TMPDIR'),
    });
  });
});

describe('placing a file', () => {
  test('replaces what is there', async () => {
    writeFileSync(join(dir, 'new'), 'new');
    writeFileSync(join(dir, 'old'), 'old');
    await placeFile(join(dir, 'new'), join(dir, 'old'));
    expect(readdirSync(dir)).toEqual(['old']);
    expect(readFileSync(join(dir, 'old'), 'utf8')).toBe('new');
  });

  test('in a missing directory fails with the command that makes it', async () => {
    writeFileSync(join(dir, 'new'), 'new');
    await expect(placeFile(join(dir, 'new'), join(dir, 'no/where'))).rejects.toMatchObject({
      code: 'OUTPUT_DIRECTORY_MISSING',
      hint: expect.stringContaining('mkdir -p'),
    });
  });
});
