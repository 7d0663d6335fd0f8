/** A job as `packit ci` comes to it: configuration through the forge, selection, units, and then the task itself. */
import { join } from 'node:path';
import {
  branchesFor,
  buildTargetsFor,
  bundledAliases,
  kojiTargetsFor,
} from '../../../src/project/distro-aliases/index.ts';
import type { Context } from '../../../src/context.ts';
import type { Forge, ProjectRef } from '../../../src/remote/forge/index.ts';
import { readProjectConfig } from '../../../src/workflows/ci/config/index.ts';
import type { CiEvent } from '../../../src/workflows/ci/event/index.ts';
import { selectJobs, unitsOf } from '../../../src/workflows/ci/select/index.ts';
import { runTask } from '../../../src/workflows/ci/tasks/index.ts';
import type { TaskInput, TaskOutcome } from '../../../src/workflows/ci/tasks/index.ts';
import type { TestForge } from '../forges/index.ts';
import { connectTo } from '../forges/connect.ts';
import { createRepository } from '../git.ts';
import { TOKEN } from '../release-world.ts';
import type { World } from '../release-world.ts';

export interface TaskRun {
  /** `status: state description`, of every unit of every job, at the end. */
  ended: Record<string, TaskOutcome>;
  /** Every report, in order. */
  reports: string[];
  /** `job: reason` of what was not selected. */
  leftOut: string[];
}

export interface TaskOptions extends Partial<TaskInput> {
  /** Where the configuration is read. Default: `HEAD`. */
  ref?: string;
  /** Default: all that the event selects. */
  job?: string;
}

/** Waits are no time. */
export function impatient(ctx: Context, waits: number[] = []): Context {
  return {
    ...ctx,
    sleep: (milliseconds) => {
      waits.push(milliseconds);
      return Promise.resolve();
    },
  };
}

export async function runTasksOf(
  ctx: Context,
  server: TestForge,
  event: CiEvent,
  { ref = 'HEAD', job, ...more }: TaskOptions = {},
): Promise<TaskRun> {
  const { forge, http } = await connectTo(server, { token: TOKEN });
  const aliases = bundledAliases();
  const run: TaskRun = { ended: {}, reports: [], leftOut: [] };
  try {
    const config = await configAt(forge, event.project, ref);
    const { selected, leftOut } = selectJobs(config, event, { instance: 'prod', defaultBranch: 'main' });
    run.leftOut = leftOut.map((one) => `${one.job}: ${one.reason}`);
    const views = selected.filter((view) => job === undefined || view.job.job === job);
    const units = unitsOf(views, event, {
      chroots: (names) => buildTargetsFor(aliases, names),
      branches: (names) =>
        names.length === 0
          ? ['rawhide']
          : branchesFor(aliases, names, { fallback: null, defaultBranch: 'rawhide' }),
      kojiTargets: (names) => kojiTargetsFor(aliases, names),
    });
    for (const view of views) {
      const own = units.filter(({ index, package: name }) => index === view.index && name === view.pkg.name);
      const outcomes = await runTask(ctx, {
        event,
        config,
        view,
        units: own,
        forge,
        foreign: false,
        checkout: undefined,
        cause: 'event',
        onProgress: (unit, { state, description }) => {
          run.reports.push(`${unit.status}: ${state} ${description}`);
          return Promise.resolve();
        },
        ...more,
      });
      for (const unit of own) {
        const ended = outcomes.get(unit.key);
        if (ended === undefined) throw new Error(`nothing is known of ${unit.status}`);
        run.ended[unit.status] = ended;
      }
    }
    return run;
  } finally {
    await http.close();
  }
}

async function configAt(forge: Forge, project: ProjectRef, ref: string) {
  const config = await readProjectConfig({ forge, project, ref, env: {} });
  if (config === undefined) throw new Error('no configuration');
  return config;
}

/** An event of a project on a forge of the tests. */
export function eventAt(server: TestForge, project: ProjectRef, more: Partial<CiEvent>): CiEvent {
  return {
    forge: server.kind,
    instanceUrl: server.url,
    project,
    defaultBranch: 'main',
    kind: 'release',
    trigger: 'release',
    sha: undefined,
    actor: 'admin',
    ...more,
  };
}

/** Gives the package a configuration of its own, on every branch, and names upstream's project on the same forge. Returns the commits. */
export function configurePackage(
  { forge, dir }: Pick<World, 'forge' | 'dir'>,
  jobs: string,
  branches: readonly string[] = ['f42', 'rawhide'],
): Record<string, string> {
  const { directory } = forge.project('rpms', 'hello');
  const clone = createRepository(join(dir, 'config'), join(dir, 'home'));
  const commits: Record<string, string> = {};
  for (const branch of branches) {
    clone.git('fetch', '--quiet', directory, branch);
    clone.git('checkout', '--quiet', '-B', branch, 'FETCH_HEAD');
    clone.write(
      '.packit.yaml',
      `upstream_package_name: hello
downstream_package_name: hello
upstream_tag_template: "v{version}"
upstream_project_url: ${forge.url}/people/hello.git
dist_git_base_url: ${forge.url}/
dist_git_namespace: rpms
${jobs}`,
    );
    commits[branch] = clone.commit('Configure');
    clone.git('push', '--quiet', directory, branch);
  }
  return commits;
}

/** `state description` of every status. */
export function states({ ended }: TaskRun): Record<string, string> {
  return Object.fromEntries(
    Object.entries(ended).map(([name, { state, description }]) => [name, `${state} ${description}`]),
  );
}
