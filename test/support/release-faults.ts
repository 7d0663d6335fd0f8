/** One release brought to dist-git, or files back from there, with the connection cut at one request, then again: the outcome must be the same. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PackitError } from '../../src/errors.ts';
import { initDistGit } from '../../src/workflows/init-dist-git/index.ts';
import { proposeUpdate } from '../../src/workflows/propose-update/index.ts';
import { pullFromUpstream } from '../../src/workflows/pull-from-upstream/index.ts';
import { syncFromDownstream } from '../../src/workflows/sync-from-downstream/index.ts';
import { gitIn } from './bare.ts';
import { packit } from './cli.ts';
import { clonePackage } from './package-checkout.ts';
import { putUpstreamOnForge } from './sync-world.ts';
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
  result: Ended;
}

const OPTIONS: WorldOptions = {
  branches: { rawhide: '1.0.0', f42: '1.0.0' },
  upstreamSpec: spec('1.1.0', { source: 'Source0:        @WEB@/hello-%{version}.tar.gz\n' }),
  downloads: { '/hello-1.1.0.tar.gz': 'the content of an archive\n' },
  monitored: '1.1.0',
  bug: 1,
};

/** What a run leaves to be looked at. */
interface Ended {
  exitCode: number;
}

/** A command that writes to a forge, and where a person starts it. */
export interface Subject {
  command: string;
  /** What follows the command in a process of its own. */
  args?: (world: World) => string[];
  options: WorldOptions;
  /** Returns the directory to start it in. */
  prepare(world: World): string;
  run(world: World, cwd: string): Promise<Ended>;
}

export const PROPOSE_UPDATE: Subject = {
  command: 'propose-update',
  options: OPTIONS,
  prepare: (world) => world.upstream.dir,
  run: (world, cwd) => proposeUpdate(world.context({ cwd }), {}, '0.0.1'),
};

export const PULL_FROM_UPSTREAM: Subject = {
  command: 'pull-from-upstream',
  options: OPTIONS,
  prepare: (world) => {
    const source = `Source0:        ${world.web.url}/hello-%{version}.tar.gz\n`;
    return clonePackage(world, { files: { 'hello.spec': spec('1.0.0', { release: '3%{?dist}', source }) } })
      .dir;
  },
  run: (world, cwd) => pullFromUpstream(world.context({ cwd }), {}, '0.0.1'),
};

export const SYNC_FROM_DOWNSTREAM: Subject = {
  command: 'sync-from-downstream',
  options: {
    ...OPTIONS,
    distGitFiles: { 'fix.patch': 'a patch\n' },
    config: 'files_to_sync: [hello.spec, fix.patch]\n',
  },
  prepare: (world) => {
    putUpstreamOnForge(world);
    return world.upstream.dir;
  },
  run: (world, cwd) => syncFromDownstream(world.context({ cwd }), { distGitBranch: 'rawhide,f42' }),
};

export const DIST_GIT_INIT: Subject = {
  command: 'dist-git init',
  options: OPTIONS,
  prepare: (world) => world.dir,
  args: ({ forge }) => ['--create-pr', `${forge.url}/rpms/hello`],
  run: (world, cwd) =>
    initDistGit(world.context({ cwd }), { createPr: true, pathOrUrl: `${world.forge.url}/rpms/hello` }).then(
      () => ({ exitCode: 0 }),
      (error: unknown) => ({ exitCode: error instanceof PackitError ? error.exitCode : 4 }),
    ),
};

/** The run nobody disturbs. */
export async function undisturbed(subject = PROPOSE_UPDATE): Promise<Outcome> {
  const world = await createWorld({ ...subject.options, lookaside: {} });
  try {
    const result = await subject.run(world, subject.prepare(world));
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
  first: Ended;
  second: Ended;
  state: unknown;
}

/** Fails at the point, then runs once more without a fault. */
export async function disturbed(point: FaultPoint, subject = PROPOSE_UPDATE): Promise<Disturbed> {
  let healed = false;
  const cut = (server: FaultPoint['server']): NonNullable<WorldOptions['webFault']> => {
    return (_request, response, count) => {
      if (healed || server !== point.server || count !== point.number) return false;
      response.socket?.destroy();
      return true;
    };
  };
  const world = await createWorld({
    ...subject.options,
    lookaside: { fault: cut('lookaside') },
    webFault: cut('web'),
  });
  try {
    const cwd = subject.prepare(world);
    if (point.server === 'forge') world.forge.failAt(point.number, point.fault);
    const first = await subject.run(world, cwd);
    healed = true;
    world.forge.heal();
    const second = await subject.run(world, cwd);
    return { first, second, state: stateOf(world) };
  } finally {
    await world.close();
  }
}

/** The command killed at a request, at once and for good; then run again to its end. */
export async function killed(
  number: number,
  subject = PROPOSE_UPDATE,
): Promise<{ wasKilled: boolean; exitCode: number | undefined; state: unknown; left: string[] }> {
  const world = await createWorld({ ...subject.options, lookaside: {} });
  try {
    const temp = join(world.dir, 'tmp');
    mkdirSync(temp);
    const options = { cwd: subject.prepare(world), env: { ...world.env, TMPDIR: temp } };
    const argv = commandLine(subject, world);
    let child: { kill: (signal: NodeJS.Signals) => unknown } | undefined;
    const requests = world.forge.requests;
    const push = requests.push.bind(requests);
    requests.push = (...items) => {
      const length = push(...items);
      if (length === number) child?.kill('SIGKILL');
      return length;
    };
    const first = await packit(argv, { ...options, onStart: (started) => (child = started) });
    requests.push = push;
    const second = await packit(argv, options);
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
export async function notKilled(subject = PROPOSE_UPDATE): Promise<{ state: unknown; requests: number }> {
  const world = await createWorld({ ...subject.options, lookaside: {} });
  try {
    const { exitCode, stderr } = await packit(commandLine(subject, world), {
      cwd: subject.prepare(world),
      env: world.env,
    });
    if (exitCode !== 0) throw new Error(stderr);
    return { state: stateOf(world), requests: world.forge.requests.length };
  } finally {
    await world.close();
  }
}

interface TestRequest {
  number: number;
  sourceBranch: string;
  targetBranch: string;
  description: string;
}

function keyOf({ sourceBranch, targetBranch }: Pick<TestRequest, 'sourceBranch' | 'targetBranch'>): string {
  return `${targetBranch} ${sourceBranch}`;
}

function commandLine({ command, args }: Subject, world: World): string[] {
  return [...command.split(' '), ...(args?.(world) ?? [])];
}

/**
 * Contents instead of hashes, without the ports of this world; and the order of pull requests and their
 * numbers, which depend on which branch was quicker, left out.
 */
export function stateOf(world: World): unknown {
  const forge = world.forge.snapshot() as {
    project: string;
    branches: Record<string, string>;
    tags: Record<string, string>;
    pullRequests: TestRequest[];
  }[];
  return {
    forge: forge.map(({ pullRequests, branches, tags, ...project }) => ({
      ...project,
      tags: Object.keys(tags),
      branches: Object.fromEntries(
        Object.keys(branches).map((branch) => [
          branch,
          history(join(world.forge.state.root, `${project.project}.git`), branch),
        ]),
      ),
      pullRequests: pullRequests
        .map(({ number: _number, ...request }) => ({ ...request, description: plain(request.description) }))
        .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
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
    .replaceAll(/\S*\/packit-world-\w+/g, 'WORLD')
    .replaceAll(/\b[0-9a-f]{40}\b|(?<=Upstream commit: \[?)[0-9a-f]{8}\b/g, 'COMMIT');
}

function requestsOf(world: World): Outcome['requests'] {
  return {
    forge: world.forge.requests.length,
    web: world.web.requests.length,
    lookaside: world.lookaside?.requests.length ?? 0,
  };
}
