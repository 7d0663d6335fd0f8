/** A task of Koji that is waited for, with the tasks it is made of. */
import type { KojiTask, TaskState } from '../../../remote/koji/index.ts';
import { ServiceError } from '../../../errors.ts';
import { isFinal } from '../../../run-state.ts';
import type { Run, RunState } from '../../../run-state.ts';
import type { LiveBuild } from '../follow.ts';
import { telltaleLines } from '../log-lines.ts';
import { withTargets } from '../model.ts';
import type { Build, BuildTarget } from '../model.ts';
import type { OpenKoji } from './open.ts';

const STATES: Readonly<Record<TaskState, RunState>> = {
  free: 'queued',
  assigned: 'queued',
  open: 'running',
  closed: 'succeeded',
  canceled: 'cancelled',
  failed: 'failed',
};
/** The logs of a build, the one that says most first. */
const LOGS = ['build.log', 'mock_output.log', 'root.log', 'checkout.log'];
const LOG_BYTES = 512 * 1024;

export function newKojiBuild(
  { koji }: Pick<OpenKoji, 'koji'>,
  about: { package: string; version?: string | undefined },
  task: number,
  name: string,
): Build {
  const url = koji.taskUrl(task);
  const { package: packageName, version } = about;
  const build: Build = {
    place: 'koji',
    package: packageName,
    id: String(task),
    url,
    ...(version === undefined ? {} : { version }),
    state: 'queued',
    targets: [],
    watch: `packit build watch '${url}'`,
  };
  return withTargets(build, [{ name, state: 'queued', url }]);
}

export function liveKojiBuild(build: Build, open: OpenKoji): LiveBuild {
  const { koji } = open;
  const id = Number(build.id);
  return {
    build,
    async look(last) {
      const [top, parts] = await Promise.all([koji.task(id), koji.children(id)]);
      const [before] = last.targets;
      const name = before?.name ?? String(id);
      if (top === undefined) {
        return withTargets(last, [{ name, state: 'lost', note: 'Koji no longer knows the task' }]);
      }
      const run = runOf(top, name, koji.taskUrl(id));
      const reason = run.state === 'failed' ? await koji.taskFailure(id) : undefined;
      return withTargets(last, [
        {
          ...run,
          ...(reason === undefined ? {} : { note: firstLine(reason) }),
          parts: parts.map((part) => runOf(part, partName(part), koji.taskUrl(part.id))),
        },
      ]);
    },
    async explain(ended) {
      // How it ended is known: that its logs cannot be had now must not hide it.
      const targets = await Promise.all(
        ended.targets.map((target) =>
          explain(open, id, target).catch((error: unknown) => {
            if (error instanceof ServiceError) return target;
            throw error;
          }),
        ),
      );
      return { ...ended, targets };
    },
    cancel: () => open.cancel(id),
  };
}

/** The part that failed first, and the lines of its logs that say why. */
async function explain({ koji }: OpenKoji, id: number, target: BuildTarget): Promise<BuildTarget> {
  if (target.state !== 'failed') return target;
  const failed = (await koji.children(id)).filter(({ state }) => state === 'failed');
  for (const task of failed.length > 0 ? failed : [{ id }]) {
    const files = await koji.outputFiles(task.id);
    const name = LOGS.find((log) => files.has(log));
    if (name === undefined) continue;
    const offset = Math.max(0, (files.get(name) ?? 0) - LOG_BYTES);
    const text = await koji.output(task.id, name, { offset, size: LOG_BYTES });
    return { ...target, log: koji.taskUrl(task.id), evidence: telltaleLines(text) };
  }
  return target;
}

function runOf(task: KojiTask, name: string, url: string): Run {
  const state = STATES[task.state];
  const { started, completed, created } = task;
  const since = isFinal(state) ? completed : (started ?? created);
  const seconds =
    started === undefined || completed === undefined
      ? undefined
      : Math.round((Date.parse(completed) - Date.parse(started)) / 1000);
  return {
    name,
    state,
    url,
    ...(since === undefined ? {} : { since }),
    ...(seconds === undefined ? {} : { seconds }),
  };
}

/** `buildArch (x86_64)` */
function partName({ method, label, arch }: KojiTask): string {
  const what = label ?? arch;
  return what === undefined || what === '' ? method : `${method} (${what})`;
}

function firstLine(text: string): string {
  return text.split('\n').find((line) => line.trim() !== '') ?? text;
}
