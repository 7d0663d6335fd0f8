/** One release proposed with the connection cut at one request, then again: the outcome must be the same. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { proposeUpdate } from '../../src/workflows/propose-update/index.ts';
import type { ReleaseUpdateResult } from '../../src/workflows/release-update/index.ts';
import { gitIn } from './bare.ts';
import { packit } from './cli.ts';
import { createWorld, spec } from './release-world.ts';
import type { World, WorldOptions } from './release-world.ts';

export interface FaultPoint {
  server: 'forge' | 'web' | 'lookaside';
  /** Counts from 1. */
  number: number;
  /** `cut`: nothing is done. `cut-after`: it is done, the answer is lost (forge only). */
  fault: 'cut' | 'cut-after';
}

export interface Outcome {
  /** What all servers remember. */
  state: unknown;
  requests: Record<FaultPoint['server'], number>;
  result: ReleaseUpdateResult;
}

const OPTIONS: WorldOptions = {
  branches: { rawhide: '1.0.0', f42: '1.0.0' },
  upstreamSpec: spec('1.1.0', { source: 'Source0:        @WEB@/hello-%{version}.tar.gz\n' }),
  downloads: { '/hello-1.1.0.tar.gz': 'the content of an archive\n' },
  monitored: '1.1.0',
  bug: 1,
};

/** The run nobody disturbs. */
export async function undisturbed(): Promise<Outcome> {
  const world = await createWorld({ ...OPTIONS, lookaside: {} });
  try {
    const result = await propose(world);
    return { state: stateOf(world), requests: requestsOf(world), result };
  } finally {
    await world.close();
  }
}

/** Every request of a run like the undisturbed one, as a point to fail at. */
export function faultPoints({ requests }: Outcome): FaultPoint[] {
  const points: FaultPoint[] = [];
  for (const server of ['forge', 'web', 'lookaside'] as const) {
    for (let number = 1; number <= requests[server]; number += 1) {
      points.push({ server, number, fault: 'cut' });
      if (server === 'forge') points.push({ server, number, fault: 'cut-after' });
    }
  }
  return points;
}

export interface Disturbed {
  first: ReleaseUpdateResult;
  second: ReleaseUpdateResult;
  state: unknown;
}

/** Fails at the point, then runs once more without a fault. */
export async function disturbed(point: FaultPoint): Promise<Disturbed> {
  let healed = false;
  const cut = (server: FaultPoint['server']): NonNullable<WorldOptions['webFault']> => {
    return (_request, response, count) => {
      if (healed || server !== point.server || count !== point.number) return false;
      response.socket?.destroy();
      return true;
    };
  };
  const world = await createWorld({
    ...OPTIONS,
    lookaside: { fault: cut('lookaside') },
    webFault: cut('web'),
  });
  try {
    if (point.server === 'forge') world.forge.failAt(point.number, point.fault);
    const first = await propose(world);
    healed = true;
    world.forge.heal();
    const second = await propose(world);
    return { first, second, state: stateOf(world) };
  } finally {
    await world.close();
  }
}

/** The command killed at a request, at once and for good; then run again to its end. */
export async function killed(
  number: number,
): Promise<{ wasKilled: boolean; exitCode: number | undefined; state: unknown; left: string[] }> {
  const world = await createWorld({ ...OPTIONS, lookaside: {} });
  try {
    const temp = join(world.dir, 'tmp');
    mkdirSync(temp);
    const options = { cwd: world.upstream.dir, env: { ...world.env, TMPDIR: temp } };
    let child: { kill: (signal: NodeJS.Signals) => unknown } | undefined;
    const requests = world.forge.requests;
    const push = requests.push.bind(requests);
    requests.push = (...items) => {
      const length = push(...items);
      if (length === number) child?.kill('SIGKILL');
      return length;
    };
    const first = await packit(['propose-update'], { ...options, onStart: (started) => (child = started) });
    requests.push = push;
    const second = await packit(['propose-update'], options);
    return {
      wasKilled: first.signal === 'SIGKILL',
      exitCode: second.exitCode,
      state: stateOf(world),
      left: readdirSync(temp),
    };
  } finally {
    await world.close();
  }
}

/** What the command leaves when nobody kills it. */
export async function notKilled(): Promise<{ state: unknown; requests: number }> {
  const world = await createWorld({ ...OPTIONS, lookaside: {} });
  try {
    const { exitCode, stderr } = await packit(['propose-update'], {
      cwd: world.upstream.dir,
      env: world.env,
    });
    if (exitCode !== 0) throw new Error(stderr);
    return { state: stateOf(world), requests: world.forge.requests.length };
  } finally {
    await world.close();
  }
}

export function propose(world: World): Promise<ReleaseUpdateResult> {
  return proposeUpdate(world.context(), {}, '0.0.1');
}

/**
 * Contents instead of hashes, without the ports of this world; and the order of pull requests and their
 * numbers, which depend on which branch was quicker, left out.
 */
export function stateOf(world: World): unknown {
  const forge = world.forge.snapshot() as {
    project: string;
    branches: Record<string, string>;
    pullRequests: { number: number; targetBranch: string; description: string }[];
  }[];
  return {
    forge: forge.map(({ pullRequests, branches, ...project }) => ({
      ...project,
      branches: Object.fromEntries(
        Object.keys(branches).map((branch) => [
          branch,
          history(join(world.forge.state.root, `${project.project}.git`), branch),
        ]),
      ),
      pullRequests: pullRequests
        .map(({ number: _number, ...request }) => ({ ...request, description: plain(request.description) }))
        .toSorted((a, b) => (a.targetBranch < b.targetBranch ? -1 : 1)),
    })),
    lookaside: [...(world.lookaside?.files.keys() ?? [])].sort(),
  };
}

function history(directory: string, branch: string): unknown {
  const files = gitIn(directory, ['ls-tree', '-r', '--name-only', branch]).split('\n');
  return {
    commits: gitIn(directory, ['log', '--format=%an %B', branch]).split('\n').map(plain),
    files: files.map((file) => [file, plain(gitIn(directory, ['show', `${branch}:${file}`]))]),
  };
}

function plain(text: string): string {
  return text
    .replaceAll(/\* (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \w{3} \d\d \d{4} (?=.*- 1\.1\.0-)/g, '* DAY ')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')
    .replaceAll(/\b[0-9a-f]{40}\b/g, 'COMMIT');
}

function requestsOf(world: World): Outcome['requests'] {
  return {
    forge: world.forge.requests.length,
    web: world.web.requests.length,
    lookaside: world.lookaside?.requests.length ?? 0,
  };
}
