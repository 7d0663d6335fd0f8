/** `vm_image_build`: an image with the packages that Copr has built of the commit. Nothing of the pull request is read but its configuration. */
import type { Context } from '../../../context.ts';
import type { RunState } from '../../../run-state.ts';
import { buildImage, imageJob } from '../../build/image-builder/index.ts';
import type { ImageJob } from '../../build/image-builder/index.ts';
import { ranOutOfTime } from '../../build/index.ts';
import type { Build } from '../../build/index.ts';
import { coprProjectName } from '../select/index.ts';
import type { Unit } from '../select/index.ts';
import { readCurrent, statusProject } from '../statuses/index.ts';
import { configOfJob } from './one-job.ts';
import { forAll, outcome } from './outcome.ts';
import type { TaskInput, TaskOutcome, TaskOutcomes } from './types.ts';

export async function buildVmImage(ctx: Context, input: TaskInput): Promise<TaskOutcomes> {
  const { units, view } = input;
  const [unit] = units;
  if (unit === undefined) return new Map();
  const chroot = view.pkg.copr_chroot;
  if (chroot !== null && !(await isBuilt(input, chroot))) {
    const missing = `No successful Copr build found for this commit and ${chroot}: comment /packit build first.`;
    return forAll(units, outcome('neutral', missing));
  }
  const job = withProject(input, imageJob(configOfJob(input), view.pkg, 0));
  await input.onProgress(unit, outcome('running', 'Building VM Image...'));
  const timeout = input.wait === false ? 0 : input.timeout;
  const built = await buildImage(ctx, {
    job,
    packageName: view.pkg.name,
    name: imageName(input, unit),
    isSame: (name) => name.includes(`.${shortKey(unit)}.`),
    again: (name) => input.cause !== 'event' && !name.endsWith(`.${plain(input.cause)}`),
    ...(timeout === undefined ? {} : { timeout }),
    onProgress: async ([build]) => {
      const seen = build === undefined ? undefined : outcomeOf(build);
      if (seen?.state === 'running') await input.onProgress(unit, seen);
    },
  });
  return forAll(units, outcomeOf(built));
}

/** A build of the chroot that packit has reported on the commit as good. */
async function isBuilt({ forge, event }: TaskInput, chroot: string): Promise<boolean> {
  const sha = event.sha ?? event.pullRequest?.headSha;
  if (sha === undefined) return false;
  const project = statusProject({ ...event, source: event.pullRequest?.source });
  const current = await readCurrent(forge, project, sha, await forge.whoami());
  return current.some(
    ({ name, state }) =>
      state === 'success' && name.split(':')[0] === 'rpm-build' && name.split(':').includes(chroot),
  );
}

/** Where the job names no project, it is that of the package's builds. */
function withProject({ config, view, event }: TaskInput, job: ImageJob): ImageJob {
  const { pkg } = view;
  if (job.copr !== undefined || pkg.copr_chroot === null) return job;
  for (const { job: type, packages } of config.jobs) {
    const built = packages.find(({ name }) => name === pkg.name);
    if (type !== 'copr_build' || built === undefined) continue;
    const project = built.project ?? coprProjectName(event, built, packages.length > 1);
    return {
      ...job,
      copr: { owner: built.owner ?? pkg.owner ?? undefined, project, chroot: pkg.copr_chroot },
    };
  }
  return job;
}

/** `hello-7.0123456789abcdef.comment-5`: what it is of, and why it was begun. At most 100 characters. */
function imageName({ view, event, cause }: TaskInput, unit: Unit): string {
  const number = event.pullRequest?.number;
  const what = `${plain(view.pkg.name).slice(0, 40)}${number === undefined ? '' : `-${number}`}`;
  return `${what}.${shortKey(unit)}.${plain(cause)}`;
}

function shortKey({ key }: Unit): string {
  return key.slice(0, 16);
}

function plain(text: string): string {
  return text.replace(/[^\w-]+/g, '-').slice(0, 30);
}

const TEXTS: Readonly<Record<RunState, Parameters<typeof outcome>>> = {
  queued: ['running', 'Building VM Image...'],
  running: ['running', 'Building VM Image...'],
  succeeded: ['success', 'VM Image build is complete'],
  skipped: ['success', 'VM Image build is complete'],
  failed: ['failure', 'VM Image build failed...'],
  cancelled: ['error', 'VM Image build error...'],
  lost: ['error', 'VM Image build error...'],
};

function outcomeOf({ targets: [target], plan, url = '' }: Build): TaskOutcome {
  if (plan !== undefined) return outcome('neutral', 'Dry run: an image would be made.', url);
  const { state = 'lost', note } = target ?? {};
  if (target !== undefined && ranOutOfTime(target)) return outcome('running', 'Building VM Image...', url);
  const [shown, text] = TEXTS[state];
  return outcome(shown, note === undefined || shown === 'running' ? text : `${text} ${note}`, url);
}
