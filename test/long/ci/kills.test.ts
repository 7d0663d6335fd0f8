/** `kill -9` at every request of `packit ci run` in turn; `resume` then leaves what an undisturbed run leaves, and nothing is submitted twice. */
import { expect, jest, test } from '@jest/globals';
import { InterruptedError } from '../../../src/errors.ts';
import { packit } from '../../support/cli.ts';
import { createCiWorld } from '../../support/ci/world.ts';
import type { CiWorld } from '../../support/ci/world.ts';

jest.setTimeout(3_600_000);

interface Ending {
  seen: string[];
  builds: number;
  tests: number;
  comments: number;
}

type Kind = 'github' | 'gitlab' | 'forgejo' | 'pagure';

const SCRIPT = {
  source: { run: 40 },
  chroots: { 'epel-9-x86_64': { run: 60, end: 'failed' as const }, '*': { run: 60 } },
};

function endingOf(world: CiWorld, sha: string): Ending {
  return {
    seen: world.seen(sha),
    builds: world.copr.builds.size,
    tests: world.farm.requests.length,
    comments: world.project.comments.length,
  };
}

/** Requests of all servers, in the order they come. Calls `at` when the given one does. */
function watch(world: CiWorld, number: number, at: () => void): { count: () => number } {
  let count = 0;
  for (const requests of [world.forge.requests, world.copr.requests, world.farm.service.log] as unknown[][]) {
    const push = requests.push.bind(requests);
    requests.push = (...items: unknown[]): number => {
      count += items.length;
      if (count === number) at();
      return push(...items);
    };
  }
  return { count: () => count };
}

async function play(kind: Kind, killAt: number | undefined): Promise<{ ending: Ending; requests: number }> {
  const world = await createCiWorld({ kind });
  try {
    // The processes ask for what was submitted within a week by the time of this machine.
    world.farm.now = () => Date.now() / 1000;
    world.copr.script = SCRIPT;
    const { number, sha } = world.pullRequest();
    const { eventFile, eventName } = world.event(number, sha);
    let kill: (() => void) | undefined;
    const { count } = watch(world, killAt ?? 0, () => kill?.());
    const options = { cwd: world.home, env: { ...world.env } };
    await packit(['ci', 'run', '--event', eventFile, '--event-name', eventName, '--forge', kind], {
      ...options,
      onStart: (child) => (kill = () => child.kill('SIGKILL')),
    });
    const requests = count();
    kill = undefined;
    if (killAt !== undefined) {
      const resumed = await packit(
        [
          'ci',
          'resume',
          '--pull-request',
          String(number),
          '--repository',
          `${world.forge.url}/acme/hello`,
          '--forge',
          kind,
        ],
        { ...options, env: { ...world.env, GITHUB_RUN_ID: '200' } },
      );
      expect({
        killAt,
        code: resumed.exitCode,
        stderr: resumed.exitCode === 5 ? '' : resumed.stderr,
      }).toEqual({ killAt, code: 5, stderr: '' });
    }
    return {
      ending: endingOf(world, sha),
      requests,
    };
  } finally {
    await world.close();
  }
}

/** The same in this process: the signal that a person or a CI system sends. */
async function interrupt(kind: Kind, at: number | undefined): Promise<{ ending: Ending; requests: number }> {
  const world = await createCiWorld({ kind });
  try {
    world.copr.script = SCRIPT;
    const { number, sha } = world.pullRequest();
    const controller = new AbortController();
    const { count } = watch(world, at ?? 0, () => controller.abort(new InterruptedError()));
    const running = world.run(world.event(number, sha), { signal: controller.signal });
    if (at === undefined) await running;
    else await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
    const requests = count();
    if (at !== undefined) {
      const { exitCode, finished } = await world.resume(
        { pullRequest: number },
        { env: { GITHUB_RUN_ID: '200' } },
      );
      expect({ at, exitCode, finished }).toEqual({ at, exitCode: 5, finished: true });
    }
    return { ending: endingOf(world, sha), requests };
  } finally {
    await world.close();
  }
}

// One of them at every request; the others, where every request is the same code's, at some.
test.each([
  ['github', 1],
  ['gitlab', 3],
  ['forgejo', 5],
  ['pagure', 5],
] as const)(
  '%s: interrupted at every request (step %i) and resumed, it ends as if nothing had been',
  async (kind, step) => {
    const { ending, requests } = await interrupt(kind, undefined);
    expect(ending).toMatchObject({ builds: 1, tests: 2 });
    expect(requests).toBeGreaterThan(40);
    // The last request is the last there is to do.
    for (let at = 1; at < requests; at += step) {
      const interrupted = await interrupt(kind, at);
      expect({ at, ...interrupted.ending }).toEqual({ at, ...ending });
    }
  },
);

test('github: kill -9 at every sixth request, and resumed', async () => {
  const { ending, requests } = await play('github', undefined);
  expect(ending).toMatchObject({ builds: 1, tests: 2 });
  for (let number = 1; number <= requests; number += 6) {
    const killed = await play('github', number);
    expect({ number, ...killed.ending }).toEqual({ number, ...ending });
  }
});

test.each(['github', 'gitlab'] as const)('%s: each answer lost in turn, it ends the same', async (kind) => {
  const { ending, requests } = await interrupt(kind, undefined);
  for (let at = 2; at < requests; at += 4) {
    const world = await createCiWorld({ kind });
    try {
      world.copr.script = SCRIPT;
      const { number, sha } = world.pullRequest();
      let count = 0;
      loseAnswer(world, () => (count += 1) === at);
      const { exitCode, finished } = await world.run(world.event(number, sha));
      expect({ at, exitCode, finished }).toEqual({ at, exitCode: 5, finished: true });
      expect({ at, ...endingOf(world, sha) }).toEqual({ at, ...ending });
    } finally {
      await world.close();
    }
  }
});

/** Whichever server is asked: what is asked for is done, and the answer does not come. */
function loseAnswer(world: CiWorld, isNow: () => boolean): void {
  const { forge, copr, farm } = world;
  for (const server of [
    { log: forge.requests as unknown[], fail: (next: number) => forge.failAt(next, 'cut-after') },
    { log: farm.service.log as unknown[], fail: (next: number) => farm.service.failAt(next, 'cut-after') },
  ]) {
    const push = server.log.push.bind(server.log);
    server.log.push = (...items) => {
      if (isNow()) server.fail(server.log.length + 1);
      return push(...items);
    };
  }
  copr.fault = () => (isNow() ? 'cut-after' : undefined);
}
