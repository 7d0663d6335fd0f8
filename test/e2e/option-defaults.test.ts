import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { packit } from '../support/cli.ts';
import { testEnvironment } from '../support/git.ts';
import { tempDir } from '../support/temp.ts';

let home: string;
let cwd: string;
beforeEach(() => {
  home = tempDir();
  cwd = join(home, 'hello');
  mkdirSync(cwd);
});

function init(args: readonly string[] = [], env: Record<string, string> = {}) {
  return packit(['init', ...args], { cwd, env: { ...testEnvironment(home), CI: undefined, ...env } });
}

describe('options that were not given', () => {
  test('come from the environment', async () => {
    const { exitCode, stdout } = await init([], { PACKIT_DRY_RUN: '1' });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('--- .packit.yaml (created)');
    expect(existsSync(join(cwd, '.packit.yaml'))).toBe(false);
  });

  test('come from .packit, after the environment', async () => {
    writeFileSync(join(cwd, '.packit'), '{"dry_run": true, "package_config_path": "other.yaml"}');
    expect((await init()).stdout).toContain('--- other.yaml (created)');
    const { stdout } = await init([], { PACKIT_DRY_RUN: 'no', PACKIT_PACKAGE_CONFIG_PATH: 'third.yaml' });
    expect(stdout).toBe('third.yaml\n');
    expect(existsSync(join(cwd, 'third.yaml'))).toBe(true);
  });

  test('come from the user configuration at last', async () => {
    mkdirSync(join(home, '.config'));
    writeFileSync(join(home, '.config', 'packit.yaml'), 'debug: true\nupstream_git_remote: up\n');
    const { stderr } = await init();
    // Debug output names the commands that are run.
    expect(stderr).toMatch(/git .*rev-parse/);
    expect((await init(['--force'], { PACKIT_DEBUG: '0' })).stderr).not.toMatch(/rev-parse/);
  });

  test('are refused where they make no sense', async () => {
    const { exitCode, stderr } = await init([], { PACKIT_FORCE: 'perhaps' });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/error: Cannot use the value of PACKIT_FORCE/);
  });
});
