/**
 * From an event to what there is to do: completed from the forge, configuration read there as data, jobs chosen, units made. Nothing is
 * begun and nothing is written.
 */
import type { Context } from '../../../context.ts';
import { isPackitError } from '../../../errors.ts';
import type { LoadedConfig } from '../../../project/config/index.ts';
import { branchesFor, buildTargetsFor, kojiTargetsFor } from '../../../project/distro-aliases/index.ts';
import type { Forge } from '../../../remote/forge/index.ts';
import type { HttpClient } from '../../../remote/http/index.ts';
import { readAliases } from '../../dist-git/index.ts';
import { readProjectConfig } from '../config/index.ts';
import type { CiEvent } from '../event/index.ts';
import { jobOfCommand, selectJobs, unitsOf } from '../select/index.ts';
import type { Expand, FilterOptions, JobView, LeftOut, Unit } from '../select/index.ts';
import { withoutPower } from '../trust/index.ts';
import type { Ignored, Trust } from '../trust/index.ts';

export interface PrepareInput extends Pick<FilterOptions, 'instance' | 'jobs' | 'packages' | 'identifiers'> {
  targets: readonly string[];
  configPath: string | undefined;
  /** Chroots of a Copr project, for jobs that name a project and no targets; undefined if there is none. */
  chrootsOf: (owner: string | undefined, project: string) => Promise<string[] | undefined>;
}

export interface Prepared {
  config: LoadedConfig;
  /** Views that the units were made from. */
  views: JobView[];
  units: Unit[];
  leftOut: LeftOut[];
  /** Keys of the pull request's configuration that were not believed. */
  ignoredKeys: Ignored[];
}

/** Undefined: there is no configuration at the commit. @throws PackitError those of the configuration */
export async function prepare(
  { ctx, http, forge }: { ctx: Context; http: HttpClient; forge: Forge },
  event: CiEvent,
  trust: Trust,
  input: PrepareInput,
): Promise<Prepared | undefined> {
  const head = await readHead(ctx, forge, event, input.configPath);
  if (head === undefined) return undefined;
  const { config, ignored } = await believed(ctx, forge, event, trust, head, input.configPath);
  const { defaultBranch = 'main' } = event;
  const options = { ...input, defaultBranch };
  const selection = selectJobs(config, event, options);
  // A comment that asks for tests is about builds that are there: they are looked at, and not made.
  const asked = event.comment === undefined ? undefined : jobOfCommand(event.comment.command.name);
  const builds = asked === 'tests' ? buildViews(config, event, options) : [];
  const tests = asked === 'copr_build' ? testViews(config, event, options) : [];
  const views = await withProjectTargets([...builds, ...selection.selected, ...tests], input.chrootsOf);
  const units = unitsOf(views, event, await createExpand(ctx, http, views, event));
  return {
    config,
    views,
    units: input.targets.length === 0 ? units : narrow(units, input.targets),
    leftOut: selection.leftOut,
    ignoredKeys: ignored,
  };
}

/** A build in a project of the user's own that names no targets is for all the chroots which that project has. */
async function withProjectTargets(
  views: readonly JobView[],
  chrootsOf: PrepareInput['chrootsOf'],
): Promise<JobView[]> {
  return Promise.all(
    views.map(async (view) => {
      const { job, pkg } = view;
      if (job.job !== 'copr_build' || pkg.project === null || Object.keys(pkg.targets).length > 0)
        return view;
      const chroots = (await chrootsOf(pkg.owner ?? undefined, pkg.project)) ?? [];
      if (chroots.length === 0) return view;
      const targets = Object.fromEntries(chroots.map((chroot) => [chroot, {}]));
      return { ...view, pkg: { ...pkg, targets } };
    }),
  );
}

function buildViews(config: LoadedConfig, event: CiEvent, options: FilterOptions): JobView[] {
  const { comment } = event;
  if (comment === undefined) return [];
  const asBuild: CiEvent = {
    ...event,
    comment: { ...comment, command: { ...comment.command, name: 'build' } },
  };
  return selectJobs(config, asBuild, options).selected.filter(({ job }) => job.job === 'copr_build');
}

/** Tests of what a comment has built anew: those that start by themselves. */
function testViews(config: LoadedConfig, event: CiEvent, options: FilterOptions): JobView[] {
  const { comment, ...rest } = event;
  const packages = comment?.command.packages ?? [];
  const asEvent: CiEvent = { ...rest, kind: event.trigger ?? 'pull_request' };
  return selectJobs(config, asEvent, options).selected.filter(
    ({ job, pkg }) =>
      job.job === 'tests' && !job.skip_build && (packages.length === 0 || packages.includes(pkg.name)),
  );
}

/**
 * The commit's own configuration; in dist-git, whose branches are releases of one package, the default branch's. A fork's commit can be read in the
 * target of its request on some forges only.
 */
async function readHead(
  ctx: Context,
  forge: Forge,
  event: CiEvent,
  configPath: string | undefined,
): Promise<LoadedConfig | undefined> {
  const isRelease = event.forge === 'pagure' && event.pullRequest === undefined;
  const own = isRelease ? undefined : (event.sha ?? event.tag);
  const ref = own ?? event.defaultBranch ?? 'HEAD';
  const where = { forge, ref, env: ctx.env, ...(configPath === undefined ? {} : { configPath }) };
  const found = await readProjectConfig({ ...where, project: event.project });
  const source = event.pullRequest?.source;
  return found === undefined && source !== undefined
    ? readProjectConfig({ ...where, project: source })
    : found;
}

async function believed(
  ctx: Context,
  forge: Forge,
  event: CiEvent,
  trust: Trust,
  head: LoadedConfig,
  configPath: string | undefined,
): Promise<{ config: LoadedConfig; ignored: Ignored[] }> {
  if (!trust.weak || event.pullRequest === undefined) return { config: head, ignored: [] };
  const base = await readProjectConfig({
    forge,
    project: event.project,
    ref: event.pullRequest.targetBranch,
    env: ctx.env,
    ...(configPath === undefined ? {} : { configPath }),
  }).catch((error: unknown) => {
    // A broken one gives no power; the pull request may be what mends it.
    if (!isPackitError(error) || !error.code.startsWith('CONFIG_')) throw error;
    return undefined;
  });
  return withoutPower(head, base);
}

/** What names of targets stand for, in one look at Bodhi's aliases. */
export async function createExpand(
  ctx: Context,
  http: HttpClient,
  views: readonly JobView[],
  event: CiEvent,
): Promise<Expand> {
  const names = views.flatMap(({ pkg }) => [
    ...Object.keys(pkg.targets),
    ...(Array.isArray(pkg.dist_git_branches) ? pkg.dist_git_branches : Object.keys(pkg.dist_git_branches)),
  ]);
  const aliases = await readAliases(ctx, http, views.length === 0 ? [] : ['fedora-stable', ...names]);
  return {
    chroots: (wanted) => buildTargetsFor(aliases, wanted),
    branches: (wanted) =>
      wanted.length === 0
        ? [event.defaultBranch ?? 'rawhide']
        : branchesFor(aliases, wanted, { defaultBranch: 'rawhide', fallback: null }),
    kojiTargets: (wanted) => kojiTargetsFor(aliases, wanted),
  };
}

/** The units of some targets, and what those need. */
export function narrow(units: readonly Unit[], targets: readonly string[]): Unit[] {
  const wanted = units.filter(
    ({ target, chroot }) => targets.includes(target ?? '') || targets.includes(chroot ?? ''),
  );
  const keys = new Set(wanted.flatMap(({ key, needs }) => [key, needs ?? key]));
  for (const { key, needs } of units) if (keys.has(key) && needs !== undefined) keys.add(needs);
  return units.filter(({ key }) => keys.has(key));
}
