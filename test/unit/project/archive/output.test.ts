import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expandRootTemplate, findCreatedArchive } from '../../../../src/project/archive/index.ts';

let base: string;
let root: string;

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'packit-output-'));
  root = join(base, 'checkout');
  mkdirSync(join(root, 'dist'), { recursive: true });
  for (const name of ['one.tar.gz', 'two.tar.gz', 'dist/a b.gem', 'x.spec'])
    writeFileSync(join(root, name), '');
  writeFileSync(join(base, 'outside.crate'), '');
  symlinkSync('one.tar.gz', join(root, 'link.tar.zst'));
});

afterAll(() => {
  rmSync(base, { recursive: true });
});

const find = (...outputs: (string | Buffer)[]): Promise<string> =>
  findCreatedArchive(
    outputs.map((output) => Buffer.from(output)),
    root,
  );

describe('findCreatedArchive', () => {
  test.each([
    ['the only line', ['one.tar.gz\n'], 'one.tar.gz'],
    ['the last line that is a file', ['one.tar.gz\ntwo.tar.gz\ndone\n\n'], 'two.tar.gz'],
    ['a line of the last command first', ['one.tar.gz\n', 'two.tar.gz\nwrote it\n'], 'two.tar.gz'],
    ['an earlier command if the last has none', ['one.tar.gz\n', 'dist\nno/such\n'], 'one.tar.gz'],
    ['blanks around, CRLF and spaces inside', ['  dist/a b.gem \r\n'], 'dist/a b.gem'],
    ['a link to a file', ['link.tar.zst'], 'link.tar.zst'],
    ['the spec itself', ['x.spec'], 'x.spec'],
    ['a path with dots', ['./dist/../one.tar.gz'], 'one.tar.gz'],
  ])('takes %s', async (_what, outputs, expected) => {
    expect(await find(...outputs)).toBe(join(root, expected));
  });

  test('takes absolute paths outside the repository', async () => {
    expect(await find(join(base, 'outside.crate'))).toBe(join(base, 'outside.crate'));
  });

  test('passes over lines that cannot be paths', async () => {
    const long = `${'x'.repeat(300)}\n${'y/'.repeat(5000)}\n`;
    expect(await find(`one.tar.gz\n${long}a\0b\none.tar.gz/below\n`, Buffer.from([0xff, 0xfe, 0x0a]))).toBe(
      join(root, 'one.tar.gz'),
    );
  });

  test('tells silence from a line that is no file', async () => {
    await expect(find()).rejects.toMatchObject({ code: 'ARCHIVE_NO_OUTPUT', exitCode: 2 });
    await expect(find('\n', ' ')).rejects.toMatchObject({ code: 'ARCHIVE_NO_OUTPUT' });
    await expect(find('dist\nmade it\n')).rejects.toMatchObject({
      code: 'ARCHIVE_NOT_FOUND',
      exitCode: 2,
      details: ['It printed:', 'dist', 'made it', `Looked in: ${root}`],
    });
  });
});

describe('expandRootTemplate', () => {
  test.each([
    ['{upstream_pkg_name}-{version}', 'a$&b-1.2', []],
    ['{version}', '1.2', []],
    ['src-{version}-{vers}', 'src-1.2-{vers}', ['{vers}']],
  ])('%s', (template, name, unknown) => {
    expect(expandRootTemplate(template, { upstreamPackageName: 'a$&b', version: '1.2' })).toEqual({
      name,
      unknown,
    });
  });
});
