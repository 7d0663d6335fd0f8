/** `kill -9` at every request of `packit ci run` in turn; `resume` then leaves what an undisturbed run leaves, and nothing is submitted twice. */
import { expect, jest, test } from '@jest/globals';
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

async function play(
  kind: 'github' | 'forgejo' | 'gitlab' | 'pagure',
  killAt: number | undefined,
): Promise<{ ending: Ending; requests: number }> {
  const world = await createCiWorld({ kind });
  try {
    world.copr.script = {
      source: { run: 40 },
      chroots: { 'epel-9-x86_64': { run: 60, end: 'failed' }, '*': { run: 60 } },
    };
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
      ending: {
        seen: world.seen(sha),
        builds: world.copr.builds.size,
        tests: world.farm.requests.length,
        comments: world.project.comments.length,
      },
      requests,
    };
  } finally {
    await world.close();
  }
}

test.each([
  ['github', 1],
  ['forgejo', 3],
  ['gitlab', 3],
  ['pagure', 5],
] as const)('%s: killed at every request (step %i) and resumed', async (kind, step) => {
  const { ending, requests } = await play(kind, undefined);
  expect(ending).toMatchObject({ builds: 1, tests: 2 });
  expect(requests).toBeGreaterThan(40);
  for (let number = 1; number <= requests; number += step) {
    const killed = await play(kind, number);
    expect({ number, ...killed.ending }).toEqual({ number, ...ending });
  }
});
