/** Git repositories for tests: isolated from the machine's configuration, with fixed identity and dates. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createRun } from '../../src/tools/process/index.ts';
import type { Environment, Run } from '../../src/tools/process/index.ts';
import { settingArguments } from './bare.ts';

/** The environment of every child in a test: nothing of the person's own settings, times that do not move. */
export function testEnvironment(home: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: home,
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_CONFIG_HOME: join(home, '.config'),
    TMPDIR: process.env.TMPDIR ?? tmpdir(),
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'Jane Doe',
    GIT_AUTHOR_EMAIL: 'jane@example.com',
    GIT_COMMITTER_NAME: 'Jane Doe',
    GIT_COMMITTER_EMAIL: 'jane@example.com',
    RPM_PACKAGER: 'Jane Doe <jane@example.com>',
  };
}

export interface TestRepository {
  /** The top of the checkout. */
  readonly dir: string;
  readonly env: Environment;
  readonly run: Run;
  /** Runs git here and returns what it printed. */
  git(...args: string[]): string;
  write(path: string, content: string | Uint8Array, mode?: number): void;
  /** Adds everything and commits at a time that grows by a minute with each commit. */
  commit(message: string): string;
  /** An annotated tag, created at the time of the last commit. */
  tag(name: string): void;
}

/** A new directory which `dispose` removes. */
export function temporaryDirectory(name = 'packit-test'): { dir: string; dispose: () => void } {
  const dir = mkdtempSync(join(process.env.TMPDIR ?? tmpdir(), `${name}-`));
  return { dir, dispose: () => rmSync(dir, { recursive: true, force: true }) };
}

const START = 1_700_000_000;

const SETTINGS = settingArguments('init.defaultBranch=main');

/** Makes an empty repository on branch `main` in `dir` (created). */
export function createRepository(dir: string, home = dirname(dir)): TestRepository {
  mkdirSync(dir, { recursive: true });
  const env = testEnvironment(home);
  let clock = START;
  const git = (...args: string[]): string => {
    const date = `${clock} +0000`;
    return execFileSync('git', [...SETTINGS, ...args], {
      cwd: dir,
      env: { ...env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trimEnd();
  };
  git('init', '--quiet');
  return {
    dir,
    env,
    run: createRun({ env }),
    git,
    write(path, content, mode) {
      const file = join(dir, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content, mode === undefined ? {} : { mode });
    },
    commit(message) {
      clock += 60;
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '-m', message);
      return git('rev-parse', 'HEAD');
    },
    tag(name) {
      git('tag', '-a', '-m', name, name);
    },
  };
}
