/** bin/load.js: compiled code of an earlier run is used only where it is whole and of this very bundle. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { tempDir } from '../support/temp.ts';

const BIN = resolve(import.meta.dirname, '../../bin');
const LOAD = resolve(import.meta.dirname, '../../bin/load.js');

/** A bundle of two files; what it prints says which text was compiled. */
function bundle(): {
  run: (command?: string) => string;
  change: (word: string, id?: string) => void;
  kept: string;
} {
  const home = tempDir();
  const file = join(home, 'bundle.cjs');
  const part = join(home, 'part.cjs');
  const idOf = (id: string): string => `/*${id.padEnd(32, '0')}*/`;
  const change = (word: string, id = 'a'): void => {
    writeFileSync(part, `${idOf(id)}exports.word = () => '${word}';`);
  };
  writeFileSync(file, `${idOf('a')}const part = require('./part.cjs'); exports.print = () => part.word();`);
  change('one');
  const script = `const { load, keepCompiled } = require(${JSON.stringify(LOAD)});
    process.stdout.write(load(${JSON.stringify(file)}, process.argv[1]).print());
    keepCompiled();`;
  return {
    run: (command = 'srpm') =>
      execFileSync(process.execPath, ['-e', script, command], {
        env: { PATH: process.env.PATH, HOME: home },
        cwd: home,
        stdio: ['ignore', 'pipe', 'pipe'],
      }).toString(),
    change,
    kept: join(home, '.cache/packit/compiled/srpm.v8'),
  };
}

function flip(bytes: Buffer, at: number): Buffer {
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at);
  return bytes;
}

describe('compiled code', () => {
  test('is kept by a first run, for its owner alone, and used by the next', () => {
    const { run, change, kept } = bundle();
    expect(run()).toBe('one');
    expect(statSync(kept).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(kept))).toEqual(['srpm.v8']);
    const written = statSync(kept).mtimeMs;
    // Of a text with another word under the same id nothing is compiled: this shows it.
    change('two');
    expect(run()).toBe('one');
    expect(statSync(kept).mtimeMs).toBe(written);
  });

  test('is not used for a bundle with other text', () => {
    const { run, change } = bundle();
    run();
    change('two', 'b');
    expect(run()).toBe('two');
    change('six', 'b');
    expect(run()).toBe('two');
  });

  test.each([
    ['one byte of the code is another', (bytes: Buffer) => flip(bytes, bytes.length - 40)],
    ['one byte of the table is another', (bytes: Buffer) => flip(bytes, 12)],
    ['the end is missing', (bytes: Buffer) => bytes.subarray(0, bytes.length - 8)],
    ['it is empty', () => Buffer.alloc(0)],
    ['it is no such file', () => Buffer.from('something else entirely, and long enough')],
  ])('is made anew where %s', (_what, damage) => {
    const { run, change, kept } = bundle();
    run();
    const bytes = readFileSync(kept);
    writeFileSync(kept, damage(bytes));
    change('two');
    expect(run()).toBe('two');
    change('six');
    expect(run()).toBe('two');
  });

  test('is neither read nor written where others may write', () => {
    const { run, change, kept } = bundle();
    run();
    const before = readFileSync(kept);
    chmodSync(dirname(kept), 0o777);
    change('two', 'b');
    expect(run()).toBe('two');
    expect(readFileSync(kept)).toEqual(before);
  });

  test('cannot be kept: the command runs all the same', () => {
    const { run, kept } = bundle();
    mkdirSync(kept, { recursive: true });
    expect(run()).toBe('one');
    expect(readdirSync(dirname(kept))).toEqual(['srpm.v8']);
  });

  test('words that are no command name no file', () => {
    const { run, kept } = bundle();
    expect(run('../../escape')).toBe('one');
    expect(existsSync(kept)).toBe(false);
    expect(readdirSync(dirname(kept))).toEqual(['packit.v8']);
  });
});

test.each([['srpm'], ['config validate'], ['--help']])(
  'a checkout that is not built says so (%s)',
  (command) => {
    const root = tempDir();
    mkdirSync(join(root, 'bin'));
    for (const name of ['bin/packit.js', 'bin/load.js', 'bin/package.json', 'package.json']) {
      copyFileSync(join(BIN, '..', name), join(root, name));
    }
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, 'bin/packit.js'), ...command.split(' ')],
      {
        encoding: 'utf8',
      },
    );
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(
      /^error: packit is not built: .+\.cjs is missing\. In a checkout run npm ci and npm run build in .+\n$/,
    );
  },
);
