/** `packit ci init` as a person sees it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { ONLY_COPR, ciProject } from '../../support/ci/workflow-files.ts';
import { packit } from '../../support/cli.ts';
import { temporaryDirectory, testEnvironment } from '../../support/git.ts';

jest.setTimeout(60_000);

let place: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  place = temporaryDirectory('packit-ci-init');
});
afterEach(() => place.dispose());

test('says what it wrote, what is to be set, and the second time that all is well', async () => {
  const { dir } = ciProject(place.dir, { config: ONLY_COPR });
  const run = (...args: string[]) =>
    packit(['ci', 'init', ...args], { cwd: dir, env: testEnvironment(place.dir) });
  const shown = await run('--dry-run');
  expect(shown).toMatchObject({ exitCode: 0, stderr: '' });
  expect(shown.stdout).toMatch(/^--- \.github\/workflows\/packit\.yml \(created\)\n# Written by/);

  const first = await run();
  expect(first.stdout.split('\n').slice(0, 2)).toEqual([
    '.github/workflows/packit.yml',
    '.github/workflows/packit-fork.yml',
  ]);
  expect(first.stderr).toContain('created: .github/workflows/packit.yml\n');
  expect(first.stderr).toMatch(/ {2}COPR_CONFIG\n {4}what https/);
  expect(first.stderr.split('\n').filter((line) => line.length > 80)).toEqual([]);

  const again = await run();
  expect(again).toMatchObject({ exitCode: 0 });
  expect(again.stderr).toContain('up to date: .github/workflows/packit-sweep.yml');
  expect(again.stdout.trim()).toBe('');

  writeFileSync(join(dir, '.github', 'workflows', 'packit-sweep.yml'), 'mine\n');
  expect((await run('--dry-run')).stdout).toMatch(
    /^--- a\/\.github\/workflows\/packit-sweep\.yml.*\n\+\+\+ b.*\n@@.*\n-mine\n\+#/,
  );
  const refused = await run();
  expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
  expect(refused.stderr).toMatch(/^error: \.github\/workflows\/packit-sweep\.yml is there/);
  expect(
    JSON.parse(
      (await packit(['--json', 'ci', 'init', '--force'], { cwd: dir, env: testEnvironment(place.dir) }))
        .stdout,
    ),
  ).toMatchObject({
    system: 'github',
    written: true,
    secrets: [{ name: 'COPR_CONFIG', kind: 'secret' }],
  });
});
