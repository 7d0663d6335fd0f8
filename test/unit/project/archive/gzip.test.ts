import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createGzipFile } from '../../../../src/project/archive/gzip.ts';

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'packit-gzip-'));
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

async function compress(chunks: Uint8Array[], name = 'x.gz'): Promise<Buffer> {
  const path = join(directory, name);
  await pipeline(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), createGzipFile(path));
  return readFileSync(path);
}

describe('createGzipFile', () => {
  test('one member, no name, no time', async () => {
    const bytes = await compress([Buffer.from('text')]);
    expect(bytes.subarray(0, 10).toString('hex')).toBe('1f8b0800000000000003');
  });

  test.each([0, 1, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 1_700_000])(
    '%i bytes come back',
    async (size) => {
      const content = Buffer.alloc(size, 'lorem ipsum dolor sit amet ');
      for (let at = 0; at < size; at += 997) content[at] = (at * 7919) % 251;
      expect(gunzipSync(await compress([content])).equals(content)).toBe(true);
    },
  );

  test('the bytes do not depend on how the content arrives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.array(fc.integer({ min: 1, max: 400_000 }), { maxLength: 6 }),
        async (seed, cuts) => {
          const content = Buffer.alloc(700_000, seed);
          const chunks: Buffer[] = [];
          let at = 0;
          for (const cut of cuts) {
            chunks.push(content.subarray(at, at + cut));
            at += cut;
          }
          chunks.push(content.subarray(at));
          const whole = await compress([content], 'whole.gz');
          const pieces = await compress(chunks, 'pieces.gz');
          expect(pieces.equals(whole)).toBe(true);
        },
      ),
      { seed: 20240229, numRuns: 20 },
    );
  });

  test('a file that cannot be written is an error', async () => {
    await expect(compress([Buffer.from('a')], 'no/such/x.gz')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('a full disk is an error', async () => {
    const full = createGzipFile('/dev/full');
    await expect(pipeline(Readable.from([Buffer.alloc(600_000, 'a')]), full)).rejects.toMatchObject({
      code: 'ENOSPC',
    });
  });
});
