import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { packit } from '../support/cli.ts';
import { tempDir } from '../support/temp.ts';

const cwd = tempDir();
const manifest: unknown = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8'),
);

describe('the command line', () => {
  test('--version prints the version on stdout, alone', async () => {
    const result = await packit(['--version'], { cwd });
    expect(manifest).toMatchObject({ version: result.stdout.trim() });
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test.each([[['--version', '--json']], [['--json', '--version']]])(
    '%j prints the versions a bug report needs',
    async (args) => {
      const { exitCode, stdout, stderr } = await packit(args, { cwd });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      const number = expect.stringMatching(/^\d+\.\d+/);
      expect(JSON.parse(stdout)).toEqual({
        packit: (manifest as { version: string }).version,
        node: process.versions.node,
        git: number,
        rpm: number,
        system: `${process.platform} ${process.arch}`,
        os: expect.any(String),
      });
    },
  );

  test('--version --json without git and rpm says so', async () => {
    const { exitCode, stdout } = await packit(['--version', '--json'], { cwd, env: { PATH: cwd } });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ git: 'none', rpm: 'none' });
  });

  test('--help is help and no failure', async () => {
    const result = await packit(['--help'], { cwd });
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toContain('srpm');
  });

  test('wrong usage is exit code 2, on stderr, with a suggestion', async () => {
    const result = await packit(['srp'], { cwd });
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toContain('Did you mean srpm?');
  });

  test('an unknown option is exit code 2', async () => {
    const result = await packit(['srpm', '--outptu', 'x'], { cwd });
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toContain('--output');
  });

  test('wrong usage is an annotation in GitHub Actions', async () => {
    const result = await packit(['srpm', '--outptu', 'x'], { cwd, env: { GITHUB_ACTIONS: 'true' } });
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toContain("::error::unknown option '--outptu'%0A(Did you mean --output?)\n");
  });
});
