/** `packit ci init`: files that make a CI system run the jobs of the configuration. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Context } from '../../../context.ts';
import { PackitError, messageOf } from '../../../errors.ts';
import { loadConfig } from '../../../project/config/index.ts';
import { parseRepositoryUrl } from '../../../remote/forge/index.ts';
import { createGit, readLayout, readRemotes } from '../../../tools/git/index.ts';
import { needsOf, secretsFor } from './needs.ts';
import type { Secret } from './needs.ts';
import { planFiles, remainingSteps } from './plan.ts';
import type { PlannedCiFile } from './plan.ts';
import { ciSystem } from './system.ts';
import type { CiSystem } from './system.ts';

export interface CiInitInput {
  /** In the repository; relative to the context's directory. */
  path: string | undefined;
  /** `--forge`: the system the files are for. */
  forge: string | undefined;
  /** Replace files that say something else. */
  force: boolean;
  configPath: string | undefined;
  /** Name of the remote that tells the forge. Default: `origin`, else the first. */
  remote: string | undefined;
  /** packit's own, which the jobs are to run. */
  version: string;
}

export interface CiInitResult {
  system: CiSystem;
  /** Top of the repository; absolute. */
  root: string;
  files: PlannedCiFile[];
  /** False in a dry run, and where nothing was to be written. */
  written: boolean;
  secrets: Secret[];
  /** What else a person has to do, a sentence each. */
  steps: string[];
}

/**
 * Writes all files or none: one that says something else is only replaced by `force`.
 * @throws PackitError `CI_SYSTEM_UNKNOWN`, `CI_INIT_DIFFERS`, `CI_INIT_UNREADABLE`, `CI_INIT_WRITE`, `CONFIG_NOT_FOUND` and others of
 * the configuration
 */
export async function initCi(ctx: Context, input: CiInitInput): Promise<CiInitResult> {
  const cwd = resolve(ctx.cwd, input.path ?? '.');
  const git = createGit(ctx.run, cwd);
  const [{ top: root }, remotes] = await Promise.all([readLayout(git), readRemotes(git)]);
  const config = await loadConfig({
    root,
    cwd,
    env: ctx.env,
    ...(input.configPath === undefined ? {} : { configPath: resolve(ctx.cwd, input.configPath) }),
  });
  const remote = remotes.find(({ name }) => name === (input.remote ?? 'origin')) ?? remotes[0];
  const system = await ciSystem(ctx, input.forge, remote?.url);
  const needs = needsOf(config, isDistGit(remote?.url));
  const steps = await remainingSteps(root, system);
  const files = await planFiles(root, system, needs, input.version);
  if (!ctx.dryRun) {
    if (!input.force) refuseChanges(files);
    for (const { path, content, change } of files) {
      if (change !== 'unchanged') await write(join(root, path), content);
    }
  }
  const written = !ctx.dryRun && files.some(({ change }) => change !== 'unchanged');
  return { system, root, files, written, secrets: secretsFor(system, needs), steps };
}

/** Packages are in the namespace `rpms` wherever there is a dist-git. */
function isDistGit(remoteUrl: string | undefined): boolean {
  const namespace = remoteUrl === undefined ? undefined : parseRepositoryUrl(remoteUrl)?.project.namespace;
  return namespace?.split('/').at(-1) === 'rpms';
}

function refuseChanges(files: readonly PlannedCiFile[]): void {
  const differing = files.filter(({ change }) => change === 'changed').map(({ path }) => path);
  if (differing.length === 0) return;
  const [those, say] = differing.length === 1 ? ['is', 'says'] : ['are', 'say'];
  throw new PackitError(
    'CI_INIT_DIFFERS',
    `${differing.join(', ')} ${those} there and ${say} something else; nothing was written`,
    { hint: 'packit ci init --dry-run shows the differences, --force replaces.' },
  );
}

async function write(path: string, content: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  } catch (error) {
    throw new PackitError('CI_INIT_WRITE', `Cannot write ${path}: ${messageOf(error)}`, {
      hint: 'Make the directory writable, and run packit ci init again.',
      cause: error,
    });
  }
}
