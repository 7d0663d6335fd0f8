/** Packages built in Koji: commits of dist-git, or SRPMs. */
import type { Context } from '../../../context.ts';
import { PackitError } from '../../../errors.ts';
import { isFinal } from '../../../run-state.ts';
import { openCheckout, readUserConfig } from '../../checkout.ts';
import { readAliases } from '../../dist-git/index.ts';
import { forEachPackage, openProject } from '../../srpm/index.ts';
import type { FailedPackage } from '../../srpm/index.ts';
import { followBuilds, leaving } from '../follow.ts';
import type { FollowOptions, LiveBuild } from '../follow.ts';
import { buildResult } from '../model.ts';
import type { Build, BuildResult } from '../model.ts';
import { givenSrpm, sourceRpm } from '../source-rpm.ts';
import type { SourceRpmInput } from '../source-rpm.ts';
import { jobsFromDistGit } from './from-dist-git.ts';
import { liveKojiBuild } from './live.ts';
import { openKoji } from './open.ts';
import type { OpenKoji } from './open.ts';
import type { TaskMark } from './mark.ts';
import { createSideTags } from './side-tags.ts';
import { submitJob } from './submit.ts';
import type { KojiJob } from './submit.ts';
import { kojiTargets } from './targets.ts';

export { attachToKoji } from './attach.ts';
export type { TaskMark } from './mark.ts';
export { openKoji } from './open.ts';
export { targetOfBranch } from './targets.ts';

export interface BuildInKojiInput extends SourceRpmInput, FollowOptions {
  wait: boolean;
  scratch: boolean;
  /** Comma-separated branches or aliases. Default: dist-git's default branch. */
  distGitBranch?: string | undefined;
  distGitPath?: string | undefined;
  /** An SRPM of the checkout instead of dist-git's commit. */
  fromUpstream?: boolean | undefined;
  /** Comma-separated targets or aliases. Default: the one of the branch. */
  kojiTarget?: string | undefined;
  /** True: make a side tag; a name: use that one. */
  sideTag?: true | string | undefined;
  /** By branch, or by target for an SRPM: what one's own earlier task is known by, which is attached to. */
  marks?: Readonly<Record<string, TaskMark>> | undefined;
  /** By branch: the commit to be built. Default: the branch's newest. */
  commits?: Readonly<Record<string, string>> | undefined;
  fasUser?: string | undefined;
  keytab?: string | undefined;
}

const DEFAULT_COMMAND = 'koji build';

/**
 * Submits every build, and waits for all of them.
 * @throws PackitError with a single build, what kept it from being submitted
 */
export async function buildInKoji(ctx: Context, input: BuildInKojiInput): Promise<BuildResult> {
  const userConfig = await readUserConfig(ctx, input);
  const open = openKoji(ctx, userConfig);
  try {
    if (input.fromUpstream !== true && input.srpm === undefined) {
      const { scratch, config: _config, packages } = await openCheckout(ctx, input);
      try {
        const settings = {
          ctx,
          http: open.http,
          userConfig,
          scratch: scratch.dir,
          distGitBranch: input.distGitBranch,
          distGitPath: input.distGitPath,
          kojiTarget: input.kojiTarget,
          marks: input.marks,
          commits: input.commits,
        };
        const { done, failed } = await forEachPackage(ctx, packages, (pkg, packageCtx) =>
          jobsFromDistGit({ ...settings, ctx: packageCtx }, pkg),
        );
        return await submitAndFollow(ctx, input, open, { jobs: done.flat(), failed, command: undefined });
      } finally {
        await scratch.dispose();
      }
    }
    const project = await openProject(ctx, input);
    try {
      givenSrpm(ctx, input, project.packages);
      const targets = await requiredTargets(ctx, input, open);
      const jobs = project.packages.flatMap((pkg): KojiJob[] => {
        let making: Promise<string> | undefined;
        const path = (): Promise<string> =>
          (making ??= sourceRpm(ctx, input, project, pkg).then((made) => made.path));
        return targets.map((target) => ({
          package: pkg.name,
          name: target,
          target,
          source: { kind: 'srpm', path },
          // Koji gives the release its own %dist: what it will be called is not known here.
          nvr: () => Promise.resolve(undefined),
          mark: input.marks?.[target],
        }));
      });
      const { koji_build_command: command } = userConfig;
      return await submitAndFollow(ctx, input, open, {
        jobs,
        failed: [],
        command: command.trim() === DEFAULT_COMMAND ? undefined : command,
      });
    } finally {
      await project.dispose();
    }
  } finally {
    await open.close();
  }
}

async function requiredTargets(ctx: Context, input: BuildInKojiInput, { http }: OpenKoji): Promise<string[]> {
  const names = (input.kojiTarget ?? '').split(',').map((name) => name.trim());
  const targets = kojiTargets(input.kojiTarget, await readAliases(ctx, http, names));
  if (targets.length > 0) return targets;
  throw new PackitError('USAGE', 'An SRPM belongs to no branch: the target has to be named', {
    hint: 'Name it with --koji-target, such as rawhide or f42-candidate.',
  });
}

interface Submission {
  jobs: readonly KojiJob[];
  /** Packages whose builds could not even be planned. */
  failed: readonly FailedPackage[];
  command: string | undefined;
}

async function submitAndFollow(
  ctx: Context,
  input: BuildInKojiInput,
  open: OpenKoji,
  { jobs, failed, command }: Submission,
): Promise<BuildResult> {
  const { scratch } = input;
  const sideTags = createSideTags(ctx, open.koji, input.sideTag);
  const several = new Set(jobs.map((job) => job.package)).size > 1;
  const named = jobs.map((job) => ({ job, name: several ? `${job.package} ${job.name}` : job.name }));
  const lives: LiveBuild[] = [];
  const submitted = await forEachPackage(ctx, named, async ({ job }, jobCtx) => {
    const build = await submitJob(jobCtx, job, { open, sideTags, scratch, command });
    if (!ctx.dryRun && !isFinal(build.state)) lives.push(liveKojiBuild(build, open));
    return build;
  }).catch((error: unknown) => leaving(ctx, error, lives, input));
  const all = [...failed, ...submitted.failed];
  if (ctx.dryRun || !input.wait) return buildResult(submitted.done, all, false);
  const finished = submitted.done.filter(({ state }) => isFinal(state));
  const ended: Build[] = await followBuilds(ctx, lives, input);
  return buildResult([...finished, ...ended], all, true);
}
