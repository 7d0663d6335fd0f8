/** One branch on its way from dist-git's present state to a commit. What the steps share. */
import { randomUUID } from 'node:crypto';
import { lstat, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { PackitError, hasErrnoCode } from '../../errors.ts';
import type { ActionName, ActionRunner, Variables } from '../../project/actions/index.ts';
import { requireInside } from '../../project/inside.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import { evaluateSpec, findTag, parseSpec } from '../../spec/index.ts';
import type { Evaluate, SpecDocument } from '../../spec/index.ts';
import type { Git } from '../../tools/git/index.ts';
import type { Ui } from '../../ui.ts';
import type { PackageUpdate } from './package-update.ts';
import type { Message } from './texts.ts';
import type { UploadPlan } from './types.ts';
import type { UpstreamTree } from './upstream.ts';

export interface BranchWork {
  readonly update: PackageUpdate;
  readonly ctx: Context;
  readonly pkg: PackageConfig;
  readonly branch: string;
  readonly fastForward: readonly string[];
  readonly ui: Ui;
  /** The work tree of dist-git. */
  readonly dir: string;
  readonly git: Git;
  /** Commit of dist-git's branch. */
  readonly base: string;
  readonly tree: UpstreamTree;
  readonly actions: ActionRunner;
  /** For upstream's spec, from the user's own checkout: code in it runs as in a build. */
  readonly evaluate: (sourceDir: string) => Evaluate;
  /** For specs of dist-git, written by others: code in them does not run, and what depends on it is not known. */
  readonly evaluateForeign: Evaluate;
  /** What the earlier run left on the branch the request comes from. */
  readonly previous: PreviousCommit | undefined;
  /** Of changelog entry and commit. A run after one that was broken off makes what that one made, to the bit. */
  readonly time: Date;
  /** Filled by the steps. */
  distGitVersion: string | undefined;
  message: Message | undefined;
  uploads: UploadPlan[];
  /** Files in the work tree that belong to the lookaside cache, not to git. */
  lookasideFiles: Set<string>;
  notes: string[];
}

export interface PreviousCommit {
  sha: string;
  tree: string;
  parent: string;
  message: string;
  /** Seconds since 1970. */
  time: number;
}

export function upstreamSpecPath(work: BranchWork): string {
  const path = work.pkg.specfile_path;
  if (path === null) {
    throw new PackitError('SPEC_NOT_FOUND', `No spec file of package ${work.pkg.name} was found`, {
      hint: 'Name it with "specfile_path" in the configuration.',
    });
  }
  return join(work.tree.dir, path);
}

/** Name of the spec file in dist-git. */
export function distGitSpecName(pkg: PackageConfig): string {
  if (pkg.downstream_package_name === null) {
    throw new PackitError('CONFIG_VALUE', `The package ${pkg.name} has no name in dist-git`, {
      hint: 'Set "downstream_package_name" in the configuration.',
    });
  }
  return `${pkg.downstream_package_name}.spec`;
}

export async function readUpstreamSpec(work: BranchWork): Promise<SpecDocument> {
  const path = upstreamSpecPath(work);
  const spec = await readSpec(path, work.tree.root);
  if (spec !== undefined) return spec;
  const { tag } = work.update;
  throw new PackitError(
    'SPEC_NOT_FOUND',
    `There is no spec file ${work.pkg.specfile_path} ${tag === undefined ? 'in the checkout' : `at the upstream tag ${tag}`}`,
    {
      hint:
        tag === undefined
          ? 'Correct "specfile_path", or fetch the spec file with a post-upstream-clone action.'
          : 'If it was added later, use --local-content, or fetch it with a post-upstream-clone action.',
    },
  );
}

export function readDistGitSpec(work: BranchWork): Promise<SpecDocument | undefined> {
  return readSpec(join(work.dir, distGitSpecName(work.pkg)), work.dir);
}

/** What is read here will be published: a link out of the repository must not bring in a file of the user's. */
async function readSpec(path: string, repository: string): Promise<SpecDocument | undefined> {
  requireInside(repository, path, `The spec file ${path}`);
  try {
    return parseSpec(await readFile(path));
  } catch (error) {
    if (hasErrnoCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Macros of the configuration as rpm takes them; a null undefines and is left out. */
export function parseTimeMacros(work: BranchWork): Record<string, string> {
  const merged = { ...work.update.userConfig.default_parse_time_macros, ...work.pkg.parse_time_macros };
  return Object.fromEntries(
    Object.entries(merged).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[name, String(value)] as const]
        : [],
    ),
  );
}

/**
 * Version of dist-git's spec, expanded. Undefined, with a warning, if only code in it could tell.
 * @throws PackitError `SPEC_UNPARSABLE`
 */
export async function distGitVersion(work: BranchWork, spec: SpecDocument): Promise<string | undefined> {
  const written = findTag(spec, 'version')?.value;
  if (written !== undefined && !written.includes('%')) return written;
  const evaluation = await evaluateSpec(spec, work.evaluateForeign, {
    expressions: ['%{version}'],
    macros: parseTimeMacros(work),
  });
  const version = evaluation.values.get('%{version}');
  if (version !== undefined && version !== '' && !version.includes('%')) return version;
  const file = join(work.dir, distGitSpecName(work.pkg));
  const details = evaluation.problems.map(({ line, message }) =>
    line === undefined ? message : `line ${line}: ${message}`,
  );
  if (work.update.pullRequest && evaluation.problems.some(({ message }) => /not run|safely/.test(message))) {
    work.ui.warn({
      code: 'DIST_GIT_VERSION_UNKNOWN',
      message: `The version ${work.branch} has cannot be told: its spec computes it with code, which is not run`,
      hint: 'That the update is none backwards is for whoever looks at the pull request.',
    });
    return undefined;
  }
  throw new PackitError('SPEC_UNPARSABLE', `The version in ${file} cannot be told`, {
    hint: `See what rpm says: rpmspec --parse ${file}`,
    details,
    location: { file },
  });
}

/** Runs an action of the configuration in the upstream tree. */
export async function runAction(
  work: BranchWork,
  name: ActionName,
  variables: Variables = {},
): Promise<Buffer[] | undefined> {
  if (work.update.input.noActions === true) return undefined;
  return work.actions.run(name, { PACKIT_PROJECT_VERSION: work.update.version, ...variables });
}

/** Replaces a file of the work tree: whole at once, never through a symbolic link. */
export async function replaceFile(
  work: BranchWork,
  name: string,
  content: Uint8Array | string,
): Promise<void> {
  const path = join(work.dir, name);
  const mode = await lstat(path).then(
    (found) => (found.isFile() ? found.mode & 0o777 : 0o644),
    () => 0o644,
  );
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, content, { mode });
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}
