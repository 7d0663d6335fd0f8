/** The files `packit ci init` writes, as the tests read them, and their steps, run as a runner would. */
import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { createContext } from '../../../src/context.ts';
import { silentUi } from '../../../src/ui.ts';
import { initCi } from '../../../src/workflows/ci/init/index.ts';
import type { CiInitInput, CiInitResult } from '../../../src/workflows/ci/init/index.ts';
import { createRepository, testEnvironment } from '../git.ts';
import type { TestRepository } from '../git.ts';

export interface Step {
  name?: string;
  id?: string;
  uses?: string;
  run?: string;
  shell?: string;
  if?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}

export interface Job {
  if?: string;
  container?: string;
  permissions: Record<string, string>;
  concurrency: { group: string; 'cancel-in-progress': unknown };
  'timeout-minutes': number;
  steps: Step[];
}

export interface Workflow {
  name: string;
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}

export const EVERY_JOB = `specfile_path: hello.spec
jobs:
  - {job: copr_build, trigger: pull_request, targets: [fedora-rawhide]}
  - {job: tests, trigger: pull_request, targets: [fedora-rawhide]}
  - {job: upstream_koji_build, trigger: commit, scratch: true, dist_git_branches: [fedora-rawhide]}
  - {job: propose_downstream, trigger: release, dist_git_branches: [fedora-rawhide]}
`;
export const ONLY_COPR = `specfile_path: hello.spec
jobs:
  - {job: copr_build, trigger: pull_request, targets: [fedora-rawhide]}
`;

/** A repository below `home` with a configuration and a remote. */
export function ciProject(
  home: string,
  options: { config?: string; remote?: string | null; name?: string } = {},
): TestRepository {
  const { config = EVERY_JOB, remote = 'git@github.com:jane/hello.git', name = 'hello' } = options;
  const repository = createRepository(join(home, name), home);
  repository.write('.packit.yaml', config);
  if (remote !== null) repository.git('remote', 'add', 'origin', remote);
  return repository;
}

export function runInit(
  repository: TestRepository,
  options: Partial<CiInitInput> & { dryRun?: boolean } = {},
): Promise<CiInitResult> {
  const { dryRun = false, ...input } = options;
  const env = { ...testEnvironment(join(repository.dir, '..')), PACKIT_RETRY_DELAY: '1' };
  const ctx = createContext({ cwd: repository.dir, env, ui: silentUi(), dryRun });
  return initCi(ctx, {
    path: undefined,
    forge: undefined,
    force: false,
    configPath: undefined,
    remote: undefined,
    version: '1.2.3',
    ...input,
  });
}

/** The workflows in a directory, by file name. */
export function readWorkflows(directory: string): Record<string, Workflow> {
  return Object.fromEntries(
    readdirSync(directory)
      .sort()
      .map((name) => [name, parse(readFileSync(join(directory, name), 'utf8')) as Workflow]),
  );
}

export interface StepRun {
  exitCode: number;
  output: string;
}

/** Runs a step's script the way the runner does: in a shell that ends at the first error. */
export function runStep(step: Step | undefined, cwd: string, env: Record<string, string>): Promise<StepRun> {
  const script = step?.run;
  if (script === undefined) throw new Error('the step runs no script');
  const [shell, ...flags] =
    step?.shell === 'bash'
      ? (['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c'] as const)
      : (['sh', '-e', '-c'] as const);
  return new Promise((done) => {
    execFile(
      shell,
      [...flags, script],
      { cwd, env: { PATH: process.env.PATH ?? '/usr/bin:/bin', ...env }, timeout: 60_000 },
      (error, stdout, stderr) =>
        done({ exitCode: error === null ? 0 : Number(error.code ?? -1), output: `${stdout}${stderr}` }),
    );
  });
}
