import { basename } from 'node:path';
import { PackitError } from '../../errors.ts';
import type { Context } from '../../context.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import type { ActionName } from '../../project/actions/index.ts';
import { defaultArchive, makeArchive } from './archive.ts';
import { lastTag } from './changelog-entry.ts';
import { readClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { fixSpec } from './fix-spec.ts';
import { openPackage } from './package-work.ts';
import type { PackageWork } from './package-work.ts';
import type { Project } from './project.ts';
import { SAME_EVERYWHERE } from './reproducible.ts';
import { downloadSources, linkLocalSources } from './sources.ts';
import type { PreparationInput } from './types.ts';
import { determineVersion } from './version.ts';

/** A package whose sources are ready for rpmbuild. */
export interface PreparedPackage {
  pkg: PackageConfig;
  work: PackageWork;
  version: string;
  /** Holds the edited spec, the archive and what was downloaded. */
  workDir: string;
  /** The directory the project keeps its spec in. The same as `workDir` where the tree is packit's to change. */
  specDir: string;
  /** File name of the spec in `workDir`. */
  specName: string;
  /** Seconds since 1970: the one clock of a reproducible build. */
  epoch?: number;
}

export interface PrepareOptions {
  /** Link an archive that is made elsewhere to the spec's directory; else copy it. */
  symlinks: boolean;
}

/**
 * Makes the sources of one package ready for rpmbuild, step by step:
 * `post-upstream-clone`, version, archive (or patches of a source-git repository), spec, remote sources, `post-modifications`.
 */
export async function preparePackage(
  ctx: Context,
  input: PreparationInput,
  project: Project,
  pkg: PackageConfig,
  options: PrepareOptions = { symlinks: true },
): Promise<PreparedPackage> {
  const work = await openPackage(ctx, input, project, pkg);
  const preserveSpec = input.preserveSpec ?? pkg.preserve_spec;
  const updateRelease = !preserveSpec && (input.updateRelease ?? pkg.update_release);
  try {
    // The clock is the user's commit, not one that an action makes now.
    const clock = await readClock(ctx, project.git, input.reproducible === true);
    if (clock.epoch !== undefined) {
      work.actions.remember({ ...SAME_EVERYWHERE, SOURCE_DATE_EPOCH: String(clock.epoch) });
    }
    await work.run('post-upstream-clone');
    const upstreamRef = input.upstreamRef ?? pkg.upstream_ref ?? '';
    const steps = { clock, preserveSpec, updateRelease, symlinks: options.symlinks };
    const version =
      upstreamRef === ''
        ? await prepareArchive(work, steps)
        : await (await import('./source-git.ts')).prepareSourceGit(work, { ...steps, upstreamRef });
    await downloadSources(work);
    work.saveSpec();
    await work.run('post-modifications');
    work.spec();
    work.saveSpec();
    await linkLocalSources(work);
    return {
      pkg,
      work,
      version,
      workDir: work.workDir(),
      specDir: work.specDir(),
      specName: basename(work.specFile()),
      ...(clock.epoch === undefined ? {} : { epoch: clock.epoch }),
    };
  } catch (error) {
    throw explainAction(error, project);
  }
}

interface Steps {
  clock: Clock;
  preserveSpec: boolean;
  updateRelease: boolean;
  symlinks: boolean;
}

/** Version, archive of the commit, spec. Returns the version that was set. */
async function prepareArchive(work: PackageWork, steps: Steps): Promise<string> {
  const { clock, preserveSpec, updateRelease, symlinks } = steps;
  if (!work.actions.has('get-current-version')) prefetchSpec(work, preserveSpec);
  const version = await determineVersion(work);
  if (updateRelease) await prefetchLog(work);
  const making = work.ctx.ui.step('Creating the archive', () => makeArchive(work, { version, symlinks }));
  // With actions one thing comes after the other; without, the spec is edited while git makes the archive.
  const known =
    preserveSpec || EDITING_ACTIONS.some((name) => work.actions.has(name))
      ? undefined
      : defaultArchive(work, version);
  if (known !== undefined) work.project.inBackground(making);
  const archive = known ?? (await making);
  const set = preserveSpec ? version : await fixSpec(work, { version, archive, updateRelease, clock });
  await making;
  return set;
}

const EDITING_ACTIONS: readonly ActionName[] = ['create-archive', 'fix-spec-file', 'changelog-entry'];

/** rpm can read the spec while git makes the archive. */
function prefetchSpec(work: PackageWork, preserveSpec: boolean): void {
  work.spec();
  if (!preserveSpec && !work.actions.has('create-archive')) work.project.inBackground(work.evaluation());
}

/** git can collect the commits while it makes the archive. */
async function prefetchLog(work: PackageWork): Promise<void> {
  if (work.actions.has('changelog-entry') || work.actions.has('create-archive')) return;
  const tag = await lastTag(work);
  if (tag !== undefined) void work.facts().log(tag);
}

/** What to try where an action failed and its own error does not say. It may have missed what its copy of the checkout lacks. */
function explainAction(error: unknown, project: Project): unknown {
  if (!(error instanceof PackitError) || error.code !== 'ACTION_FAILED') return error;
  const { leftOut } = project;
  if (leftOut.length === 0 && error.hint !== undefined) return error;
  const missing = leftOut.map(({ path }) => path).join(', ');
  const hint =
    leftOut.length === 0
      ? whereItRan(project)
      : `If it needs them, run packit with --in-place. ${error.hint ?? ''}`.trimEnd();
  return new PackitError(error.code, error.message, {
    details: [
      ...error.details,
      ...(leftOut.length === 0
        ? []
        : [`Left out of the copy the action worked in, for their size: ${missing}`]),
    ],
    hint,
    exitCode: error.exitCode,
    cause: error,
  });
}

function whereItRan({ foreign, git, root }: Project): string {
  if (foreign) return 'It ran in a fresh clone, as in CI. --no-actions leaves the actions of the clone out.';
  return git.isolated
    ? 'It ran in a private copy of the checkout. If it only works in the checkout itself, run packit with --in-place.'
    : `It ran in ${root}: run it there by hand to see more.`;
}
