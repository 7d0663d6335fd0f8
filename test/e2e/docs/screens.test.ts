/** docs/screens.md and the doctor's page. The doctor speaks of the machine: there what it looks at is compared, not what it finds. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { makeScreens } from '../../../scripts/docs/make-screens.ts';
import { packit } from '../../support/cli.ts';
import { testEnvironment } from '../../support/git.ts';
import { createProject } from '../../support/project.ts';
import { tempDir } from '../../support/temp.ts';

jest.setTimeout(60_000);

const DOCS = resolve(import.meta.dirname, '..', '..', '..', 'docs');
const page = (path: string): string => readFileSync(join(DOCS, path), 'utf8');

/** Sections and subjects of a report of the doctor. */
function lookedAt(text: string): string[] {
  return [...text.matchAll(/^([A-Z][A-Za-z ]+)$|^ {2}(\S.*?) {2,}(?:ok|warning|problem)\b/gm)].map(
    ([, section, subject]) => section ?? `- ${subject}`,
  );
}

const withoutScript = spawnSync('script', ['--version']).error !== undefined;

(withoutScript ? describe.skip : describe)('in a terminal (`script` of util-linux makes one)', () => {
  test('docs/screens.md shows what is on the screen', () => {
    const settled = (text: string): string =>
      text
        .replaceAll(/\.\d{20}\./g, '.20261125120000000000.')
        .replaceAll(/\.(?:fc|el)\d+(?=\.src\.rpm)/g, '');
    const [now = '', doctorNow = ''] = settled(makeScreens().page).split('## The doctor');
    const [shown = '', doctorShown = ''] = settled(page('screens.md')).split('## The doctor');
    expect(shown).toBe(now);
    expect(lookedAt(doctorShown)).toEqual(lookedAt(doctorNow));
    expect(lookedAt(doctorNow).length).toBeGreaterThan(20);
  });
});

test('docs/commands/doctor.md names what the doctor looks at', async () => {
  const home = tempDir();
  const { dir } = createProject(home);
  const { stdout } = await packit(['doctor', '--offline'], { cwd: dir, env: testEnvironment(home) });
  const [, shown = ''] =
    /```console\n\$ packit doctor --offline\n([^]*?)```/.exec(page('commands/doctor.md')) ?? [];
  expect(lookedAt(shown)).toEqual(lookedAt(stdout));
});
