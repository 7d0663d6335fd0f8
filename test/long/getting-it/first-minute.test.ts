/** docs/first-minute.md is true: its commands, run in their order with the packed and installed package, print what the page shows. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { temporaryDirectory, testEnvironment } from '../../support/git.ts';
import { packPackage, pathWith } from '../../support/packaged.ts';
import { replayPage } from '../../support/transcript.ts';

jest.setTimeout(180_000);

const PAGE = resolve(import.meta.dirname, '..', '..', '..', 'docs', 'first-minute.md');

let place: ReturnType<typeof temporaryDirectory>;
beforeAll(() => {
  place = temporaryDirectory('first-minute');
});
afterAll(() => place.dispose());

test('docs/first-minute.md shows what happens (UPDATE_PAGES=1 writes it anew)', async () => {
  const home = join(place.dir, 'home', 'jane');
  const prefix = join(place.dir, 'prefix');
  mkdirSync(home, { recursive: true });
  const tarball = await packPackage(place.dir);
  const { CI: _ci, ...env } = { ...testEnvironment(home), PATH: pathWith(join(prefix, 'bin')), CI: '' };
  const page = readFileSync(PAGE, 'utf8');
  const now = await replayPage(page, {
    cwd: home,
    env,
    replace: {
      'npm install --global packit-cli': `npm install --global --offline --prefix '${prefix}' '${tarball}'`,
    },
    normalise: (output) =>
      output
        .replaceAll(place.dir, '')
        .replace(/\.\d{20}\./g, '.20261125120000000000.')
        .replace(/^\n(added 1 package) in .*$/m, '$1 in 1s')
        .replace(/^packit-cli@.*$/m, ''),
  });
  if (process.env.UPDATE_PAGES === '1') writeFileSync(PAGE, now);
  else expect(now).toBe(page);
  expect(now.match(/^SRPM: \/home\/jane\//gm)).toHaveLength(4);
});
