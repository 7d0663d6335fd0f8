/** The command as people run it: its own `-c` and `-p`, variables, other keys, and what validate says to the file. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { packit } from '../support/cli.ts';
import type { CliResult } from '../support/cli.ts';
import { createRepository, testEnvironment } from '../support/git.ts';
import { tempDir } from '../support/temp.ts';

jest.setTimeout(120_000);

function checkout(): {
  dir: string;
  run: (args: string[], env?: Record<string, string>) => Promise<CliResult>;
} {
  const home = tempDir('dist-git-init');
  const dir = join(home, 'hello');
  createRepository(dir, home);
  writeFileSync(
    join(dir, 'hello.spec'),
    'Name: hello\nVersion: 1\nRelease: 1\nSummary: x\nLicense: MIT\n%description\nx\n',
  );
  mkdirSync(join(home, '.config'));
  const run = (args: string[], env: Record<string, string> = {}): Promise<CliResult> =>
    packit(args, { cwd: dir, env: { ...testEnvironment(home), ...env } });
  return { dir, run };
}

test('what is written passes validation; keys that are no options come before the path', async () => {
  const { run } = checkout();
  const written = await run([
    'dist-git',
    'init',
    '--create_sync_note',
    'false',
    '--specfile-path=hello.spec',
    '.',
  ]);
  expect(written).toMatchObject({ exitCode: 0, stdout: '.packit.yaml\n' });
  const valid = await run(['config', 'validate', '--offline']);
  expect({ exitCode: valid.exitCode, stderr: valid.stderr }).toEqual({ exitCode: 0, stderr: '' });
  const shown = await run(['config', 'show', '--json']);
  expect(JSON.parse(shown.stdout)).toMatchObject({ packages: { hello: { create_sync_note: false } } });

  const odd = await run(['dist-git', 'init', '-f', '--create_sync_note', '.', 'extra', '--lonely']);
  expect(odd.exitCode).toBe(2);
  expect(odd.stderr).toContain('--lonely has no value');
});

test('-c and -p are the command’s own; elsewhere -c is the configuration', async () => {
  const { run } = checkout();
  const both = await run(['dist-git', 'init', '-c', '-p']);
  expect(both.exitCode).toBe(2);
  expect(both.stderr).toContain('--create-pr and --push-to-distgit exclude each other');
  const other = await run(['config', 'show', '-c', 'nowhere.yaml']);
  expect(other.stderr).toContain('nowhere.yaml');
});

test('variables with the name of the command, and without', async () => {
  const { run } = checkout();
  const { stdout, exitCode } = await run(['dist-git', 'init', '--dry-run', '--json'], {
    PACKIT_DIST_GIT_INIT_NO_PULL: '1',
    PACKIT_DIST_GIT_INIT_DIST_GIT_BRANCHES: 'f42',
    PACKIT_DIST_GIT_BRANCHES: 'f41',
    PACKIT_ISSUE_REPOSITORY: 'https://example.org/issues',
  });
  expect(exitCode).toBe(0);
  const { content } = JSON.parse(stdout) as { content: string };
  expect(content).toContain('issue_repository: https://example.org/issues\n');
  expect(content).not.toContain('pull_from_upstream');
  expect(content).toContain('      - f42\n');
  expect(content).not.toContain('f41');
});
