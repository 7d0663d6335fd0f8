/** Archives somebody made to harm whoever looks into them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findRootDirectory } from '../../../../src/project/archive/index.ts';
import { tempDir } from '../../../support/temp.ts';

function header(name: string, type: string, size: number): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0, 'utf8');
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('        ', 148);
  block.write(type, 156);
  block.write('ustar\0', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

async function look(bytes: Uint8Array) {
  const path = join(tempDir(), 'x');
  writeFileSync(path, bytes);
  return findRootDirectory({ path, run: () => Promise.reject(new Error('nothing is to be run')) });
}

const END = Buffer.alloc(1024);

test.each(['../../etc/passwd', '../x', 'a\nSource9: /etc/passwd/x', 'a\u001b[2J/x'])(
  'no root directory comes from %j',
  async (name) => {
    expect(await look(Buffer.concat([header(name, '0', 0), END]))).toMatchObject({ kind: 'unreadable' });
  },
);

test('a long name of gigabytes is not read into memory', async () => {
  const bytes = Buffer.concat([header('././@LongLink', 'L', 4 * 1024 ** 3 - 1), Buffer.alloc(2048)]);
  expect(await look(bytes)).toEqual({
    kind: 'unreadable',
    reason: 'a name in it is longer than any name can be',
  });
});

test('a zip file that claims a directory of gigabytes', async () => {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(0xfffffff0, 12);
  expect(await look(Buffer.concat([Buffer.from('504b0304', 'hex'), Buffer.alloc(64), end]))).toEqual({
    kind: 'unreadable',
    reason: 'a damaged zip file',
  });
});
