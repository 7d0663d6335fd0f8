import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createRun } from '../../../src/tools/process/index.ts';
import { createEvaluator } from '../../../src/tools/rpm/index.ts';
import { temporaryDirectory } from '../../support/git.ts';

/** Pieces of attacks in random order: whatever they make when put together, nothing runs. */
describe('a random hostile spec', () => {
  let directory: string;
  let dispose: () => void;

  beforeAll(() => {
    ({ dir: directory, dispose } = temporaryDirectory('packit-fuzz'));
    mkdirSync(join(directory, 'temp'));
  });

  afterAll(() => {
    dispose();
  });

  test('runs nothing and reveals nothing', async () => {
    const mark = join(directory, 'mark');
    const secret = 'plugh-secret';
    const run = createRun({ env: { ...process.env, HOME: directory, SECRET_TOKEN: secret } });
    const evaluate = createEvaluator({
      run,
      tempDir: join(directory, 'temp'),
      trust: 'foreign',
      timeout: 5000,
    });
    const piece = fc.constantFrom(
      '%',
      '%%',
      '(',
      ')',
      '{',
      '}',
      '[',
      ']',
      '\\',
      ' ',
      '\n',
      ':',
      '?',
      '!',
      `touch ${mark}`,
      `(touch ${mark})`,
      `{lua:os.execute("touch ${mark}")}`,
      'lua',
      'l',
      'ua',
      'expand:',
      'getenv:SECRET_TOKEN',
      `os.execute("touch ${mark}")`,
      `io.open("${mark}", "w")`,
      'load:',
      'include ',
      'uncompress:',
      'echo:',
      'quote:',
      '%p',
      '%{p}',
      '%o',
      '%{?o}',
      '%*',
      '%1',
      '%{-a*}',
      '%{expand:',
      '%define x() ',
      '%global q ',
      '%q',
      '%{q}',
      '%{x ',
      '\n%if ',
      '\n%endif\n',
      '\n%define y(a:) ',
      '%y',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 40 }), async (pieces) => {
        const text = `%global p %%\n%global o (touch ${mark})\n${pieces.join('')}\nName: a\nVersion: 1\nRelease: 1\nSummary: a\nLicense: a\n%description\n${pieces.join('')}\n`;
        const reply = await evaluate({
          text: Buffer.from(text),
          expressions: ['%{version}', '%{?q}', pieces.join('')],
        });
        expect(existsSync(mark)).toBe(false);
        expect(JSON.stringify(reply)).not.toContain(secret);
      }),
      { seed: 20240229, numRuns: 600 },
    );
  }, 600_000);
});
