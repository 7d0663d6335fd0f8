/**
 * The side tag of a `sidetag_group`. Koji keeps no note with a side tag that a user may write, so that it is told by what is in it: of the
 * account's own side tags of the release, the newest that holds, or is being given, builds of the group's packages and of no others; else one that is
 * still empty; else a new one. Two groups may therefore not share a package.
 */
import type { Context } from '../../../../context.ts';
import { PackitError, isPackitError } from '../../../../errors.ts';
import type { LoadedConfig } from '../../../../project/config/index.ts';
import type { Koji } from '../../../../remote/koji/index.ts';
import { openKoji, targetOfBranch } from '../../../build/koji/index.ts';
import type { CiEvent } from '../../event/index.ts';
import { failed, outcome } from '../outcome.ts';
import type { TaskInput, TaskOutcome, TaskOutcomes } from '../types.ts';

export type GroupTag = { tag: string } | { refusal: string };

/** How far back tasks are looked at, in milliseconds. */
const WINDOW_MS = 14 * 24 * 60 * 60 * 1000;

/**
 * The group's side tag for a branch, or why there is nothing to do in it now; undefined for a job without a group.
 * @param need `complete`: the job's own package must be in it too, and none is made
 * @throws PackitError `KOJI_TARGET_UNKNOWN`
 */
export async function sideTagOf(
  ctx: Context,
  input: TaskInput,
  branch: string,
  need: 'dependencies' | 'complete' = 'dependencies',
): Promise<GroupTag | undefined> {
  const { job, pkg } = input.view;
  if (job.sidetag_group === null) return undefined;
  const own = pkg.downstream_package_name ?? pkg.name;
  const { message } = input.event;
  if (need === 'dependencies' && message?.of === 'koji-tag' && nameIn(message.nvr) === own) {
    return { refusal: `${message.nvr} is a build of the package itself.` };
  }
  return withKoji(ctx, async (koji) => {
    const members = [own, ...(job.dependencies ?? []), ...(job.dependents ?? [])];
    const { base, found } = await findTag(ctx, koji, { branch, members });
    if (message?.of === 'koji-tag' && found?.tag !== message.tag) {
      return { refusal: `${message.tag} is not the side tag of ${job.sidetag_group ?? ''}.` };
    }
    const wanted = need === 'complete' ? [own, ...(job.dependencies ?? [])] : (job.dependencies ?? []);
    const missing = wanted.filter((name) => found?.built.has(name) !== true);
    if (missing.length > 0) {
      return {
        refusal: `Waiting for ${missing.join(', ')} in the side tag${found === undefined ? '' : ` ${found.tag}`}.`,
      };
    }
    if (found !== undefined) return { tag: found.tag };
    if (ctx.dryRun) return { refusal: `Dry run: a side tag of ${base} would be made.` };
    const { name } = await koji.createSideTag(base);
    ctx.ui.info(`Side tag: ${name} (of ${base})`);
    return { tag: name };
  });
}

/** `/packit koji-tag`: the newest stable build of the package into the group's side tag, as a dependency of the others. */
export async function tagNewest(ctx: Context, input: TaskInput): Promise<TaskOutcomes> {
  const outcomes = new Map<string, TaskOutcome>();
  for (const unit of input.units) outcomes.set(unit.key, await tagFor(ctx, input, unit.target ?? ''));
  return outcomes;
}

async function tagFor(ctx: Context, input: TaskInput, branch: string): Promise<TaskOutcome> {
  const { job, pkg } = input.view;
  const own = pkg.downstream_package_name ?? pkg.name;
  try {
    return await withKoji(ctx, async (koji) => {
      const members = [own, ...(job.dependencies ?? []), ...(job.dependents ?? [])];
      const { base, found } = await findTag(ctx, koji, { branch, members });
      const stable = (await koji.ancestors(base)).find(
        (tag) => !tag.includes('-') || tag.endsWith('-updates'),
      );
      const build = stable === undefined ? undefined : await koji.latestTagged(stable, own);
      if (build === undefined) return outcome('neutral', `There is no stable build of ${own} for ${branch}.`);
      const page = koji.buildUrl(build.id);
      if (found !== undefined && (await koji.tagsOf(build.nvr)).includes(found.tag)) {
        return outcome('success', `${build.nvr} is in ${found.tag} already.`, page);
      }
      if (ctx.dryRun) return outcome('neutral', `Dry run: ${build.nvr} would be tagged.`, page);
      const tag = found?.tag ?? (await koji.createSideTag(base)).name;
      const task = await koji.tagBuild(tag, build.nvr);
      return outcome('success', `${build.nvr} is tagged into ${tag}.`, koji.taskUrl(task));
    });
  } catch (error) {
    if (ctx.signal.aborted || !isPackitError(error) || error.code === 'INTERRUPTED') throw error;
    return failed('Not tagged', error);
  }
}

/**
 * Packages that wait for the one whose build came into a side tag, by its own configuration: its `dependents`, or, without any, itself for what
 * its update needs. The same event for each of them is to be handled with its own configuration.
 */
export function dependentsOf(config: Pick<LoadedConfig, 'jobs'>, event: CiEvent): CiEvent[] {
  if (event.message?.of !== 'koji-tag') return [];
  const own = event.project.name;
  const names = config.jobs.flatMap(({ job, sidetag_group: group, dependents, packages }) =>
    job === 'koji_build' && group !== null && packages.some((pkg) => pkg.downstream_package_name === own)
      ? (dependents ?? [own])
      : [],
  );
  return [...new Set(names)].map((name) => ({ ...event, project: { ...event.project, name } }));
}

interface FoundTag {
  tag: string;
  /** Names of the packages it has builds of. */
  built: ReadonlySet<string>;
}

async function findTag(
  ctx: Context,
  koji: Koji,
  { branch, members }: { branch: string; members: readonly string[] },
): Promise<{ base: string; found: FoundTag | undefined }> {
  const name = targetOfBranch(branch);
  const target = await koji.target(name);
  if (target === undefined) {
    throw new PackitError('KOJI_TARGET_UNKNOWN', `Koji has no build target ${name}`, {
      hint: 'Correct dist_git_branches of the job.',
    });
  }
  const base = target.buildTag;
  const tags = await koji.ownSideTags(base);
  const tasks = await koji.ownBuilds(new Date(ctx.now().getTime() - WINDOW_MS));
  let empty: FoundTag | undefined;
  for (const { name: tag } of tags) {
    const built = new Set((await koji.taggedBuilds(tag)).map((build) => build.name));
    const underWay = tasks.flatMap(({ request: [source, into] }) =>
      into === tag ? [packageIn(source)] : [],
    );
    const all = [...built, ...underWay];
    if (all.length === 0) empty ??= { tag, built };
    else if (all.every((one) => members.includes(one))) return { base, found: { tag, built } };
  }
  return { base, found: empty };
}

/** `git+https://src.fedoraproject.org/rpms/hello.git#COMMIT` */
function packageIn(source: unknown): string {
  return /\/([^/#?]+?)(?:\.git)?(?:[?#].*)?$/.exec(typeof source === 'string' ? source : '')?.[1] ?? '';
}

function nameIn(nvr: string): string {
  return nvr.replace(/-[^-]+-[^-]+$/, '');
}

async function withKoji<T>(ctx: Context, work: (koji: Koji) => Promise<T>): Promise<T> {
  const open = openKoji(ctx, await ctx.userConfig());
  try {
    return await work(open.koji);
  } finally {
    await open.close();
  }
}
