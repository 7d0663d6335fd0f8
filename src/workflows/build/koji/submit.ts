/** One build handed to Koji, after the checks that would fail it there. */
import type { Context } from '../../../context.ts';
import { EXIT, PackitError, ServiceError } from '../../../errors.ts';
import { splitCommand } from '../../../project/actions/index.ts';
import { CommandError } from '../../../errors.ts';
import type { KojiBuild, KojiTarget } from '../../../remote/koji/index.ts';
import { withTargets } from '../model.ts';
import type { Build, PlannedStep } from '../model.ts';
import { checkTarget, existingBuild } from './checks.ts';
import { newKojiBuild } from './live.ts';
import { earlierTask, markOptions, uploadDirectory } from './mark.ts';
import type { TaskMark } from './mark.ts';
import type { OpenKoji } from './open.ts';
import type { SideTags } from './side-tags.ts';

/** What is built for a target. */
export interface KojiJob {
  package: string;
  /** What tells it from its siblings: the branch, or the target. */
  name: string;
  target: string;
  source:
    | { kind: 'git'; url: string; branch: string; commit: string }
    | { kind: 'srpm'; path: () => Promise<string> };
  /** What it would be built as, if that can be known before. */
  nvr: (destTag: string) => Promise<string | undefined>;
  /** One's own task with this mark is attached to, instead of beginning another. */
  mark?: TaskMark | undefined;
}

export interface SubmitSettings {
  open: OpenKoji;
  sideTags: SideTags;
  scratch: boolean;
  /** `koji_build_command` for SRPMs, where the user has set another than the default. */
  command: string | undefined;
}

/** A build that was submitted, found under way, or found done. */
export async function submitJob(ctx: Context, job: KojiJob, settings: SubmitSettings): Promise<Build> {
  const { open, sideTags, scratch } = settings;
  const base = await checkTarget(open.koji, job.target, scratch);
  const nvr = scratch ? undefined : await job.nvr(base.destTag);
  const existing = await existingBuild(open.koji, nvr, scratch);
  const about = { package: job.package, version: nvr };
  if (existing !== undefined) return knownBuild(ctx, job, existing, open);
  const earlier =
    job.mark === undefined || ctx.dryRun ? undefined : await earlierTask(open.koji, job.mark, ctx.now());
  if (earlier !== undefined) {
    ctx.ui.info(`There is a task for it already: ${open.koji.taskUrl(earlier.id)}`);
    return newKojiBuild(open, about, earlier.id, job.target);
  }
  if (ctx.dryRun) {
    const plan = planOf(job, base, settings, nvr);
    return { place: 'koji', package: job.package, state: 'queued', targets: [], plan };
  }
  const target = await sideTags.targetFor(base);
  const { source } = job;
  if (source.kind === 'git') {
    ctx.ui.info(`Starting build for branch '${source.branch}', target '${target}'...`);
    const options = {
      ...(scratch ? { scratch: true } : {}),
      ...(job.mark === undefined ? {} : markOptions(job.mark)),
    };
    const task = await open.koji.startBuild({ source: source.url, target, options });
    return submitted(ctx, open, about, task, target);
  }
  const path = await source.path();
  ctx.ui.info(`Starting build for target '${target}'...`);
  const task =
    settings.command === undefined
      ? await uploadAndStart(ctx, open, path, { target, scratch, mark: job.mark })
      : await startByCommand(ctx, settings.command, path, { target, scratch });
  return submitted(ctx, open, about, task, target);
}

function submitted(
  ctx: Context,
  open: OpenKoji,
  about: { package: string; version: string | undefined },
  task: number,
  target: string,
): Build {
  ctx.ui.info(`Created task: ${task}`);
  ctx.ui.info(`Task info: ${open.koji.taskUrl(task)}`);
  return newKojiBuild(open, about, task, target);
}

/** Koji would refuse a second build of that name. One that is under way is waited for. */
function knownBuild(ctx: Context, job: KojiJob, build: KojiBuild, open: OpenKoji): Build {
  const { nvr, id, taskId } = build;
  const url = open.koji.buildUrl(id);
  if (build.state === 'building' && taskId !== undefined) {
    ctx.ui.info(`${nvr} is being built already: ${url}`);
    return newKojiBuild(open, { package: job.package, version: nvr }, taskId, job.target);
  }
  const note = `${nvr} is built already`;
  const known: Build = {
    place: 'koji',
    package: job.package,
    url,
    version: nvr,
    state: 'skipped',
    targets: [],
  };
  return withTargets(known, [{ name: job.target, state: 'skipped', url, note }]);
}

interface SrpmBuild {
  target: string;
  scratch: boolean;
  mark?: TaskMark | undefined;
}

async function uploadAndStart(
  ctx: Context,
  { koji }: OpenKoji,
  path: string,
  { target, scratch, mark }: SrpmBuild,
): Promise<number> {
  const progress = ctx.ui.progress('Uploading the source RPM');
  try {
    const source = await koji.upload(
      path,
      (done, total) => progress.update(done, total),
      mark === undefined ? undefined : uploadDirectory(mark),
    );
    return await koji.startBuild({ source, target, options: scratch ? { scratch: true } : {} });
  } finally {
    progress.end();
  }
}

/** The user's own way to submit an SRPM. It does not wait: packit does. */
async function startByCommand(
  ctx: Context,
  command: string,
  path: string,
  { target, scratch }: SrpmBuild,
): Promise<number> {
  const words = splitCommand(command, 'koji_build_command');
  const argv = [...words, ...(scratch ? ['--scratch'] : []), '--nowait', target, path];
  try {
    const { stdout } = await ctx.run(argv, { cwd: ctx.cwd, live: true });
    const [, task] = /^Created task: (\d+)\s*$/m.exec(stdout.toString('utf8')) ?? [];
    if (task !== undefined) return Number(task);
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'COMMAND_FAILED') throw error;
    throw new PackitError('KOJI_COMMAND_FAILED', `${words.join(' ')} did not submit the build`, {
      exitCode: EXIT.failure,
      details: error.details,
      hint: 'It is koji_build_command of the user configuration; without that packit submits builds itself.',
      cause: error,
    });
  }
  throw new ServiceError('KOJI_ANSWER', `${words.join(' ')} did not say which task it has begun`, {
    hint: 'It is expected to print "Created task: NUMBER", as koji build does.',
  });
}

function planOf(
  job: KojiJob,
  base: KojiTarget,
  { sideTags, scratch, command }: SubmitSettings,
  nvr: string | undefined,
): PlannedStep[] {
  const tag = sideTags.planFor(base);
  const { source } = job;
  const what =
    source.kind === 'git'
      ? source.url
      : command === undefined
        ? 'the source RPM, uploaded'
        : `the source RPM, by ${command}`;
  const summary = `${scratch ? 'scratch ' : ''}build ${what} for ${tag === undefined ? base.name : 'that tag'}`;
  return [
    ...(tag === undefined ? [] : [{ action: 'create-side-tag', summary: tag }]),
    {
      action: 'build',
      summary: nvr === undefined ? summary : `${summary}, as ${nvr}`,
      details: { target: base.name, destination: base.destTag, scratch },
    },
  ];
}
