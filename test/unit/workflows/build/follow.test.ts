import { describe, expect, test } from '@jest/globals';
import { createContext } from '../../../../src/context.ts';
import type { Context } from '../../../../src/context.ts';
import { InterruptedError, ServiceError } from '../../../../src/errors.ts';
import { followBuilds, withTargets } from '../../../../src/workflows/build/index.ts';
import type { Build, LiveBuild } from '../../../../src/workflows/build/index.ts';
import type { RunState } from '../../../../src/run-state.ts';

/** A clock that only sleeping moves. */
function clock() {
  let time = 0;
  return {
    now: () => time,
    sleep: (milliseconds: number) => {
      time += milliseconds;
      return Promise.resolve();
    },
    random: () => 0.5,
  };
}

/** A build that goes through these states, one a look; the last one stays. */
function scripted(
  name: string,
  ...steps: (RunState[] | Error)[]
): LiveBuild & { looks: number; cancelled: number } {
  const build: Build = {
    place: 'copr',
    package: name,
    id: '7',
    state: 'queued',
    targets: [],
    watch: 'packit build watch 7',
  };
  const live = {
    build,
    looks: 0,
    cancelled: 0,
    look(last: Build): Promise<Build> {
      const step = steps[Math.min(live.looks, steps.length - 1)] ?? [];
      live.looks += 1;
      if (step instanceof Error) return Promise.reject(step);
      return Promise.resolve(
        withTargets(
          last,
          step.map((state, index) => ({ name: `c${index}`, state })),
        ),
      );
    },
    cancel(): Promise<void> {
      live.cancelled += 1;
      return Promise.resolve();
    },
  };
  return live;
}

function world(): { ctx: Context; controller: AbortController } {
  const controller = new AbortController();
  return { ctx: createContext({ env: {}, signal: controller.signal }), controller };
}

const AWAY = new ServiceError('HTTP_SERVER_ERROR', 'Copr answered 502', { status: 502 });

describe('followBuilds', () => {
  test('ends when every build has, and asks no more of the ones that have', async () => {
    const { ctx } = world();
    const first = scripted('a', ['running'], ['succeeded']);
    const second = scripted('b', ['queued'], ['running'], ['running'], ['failed']);
    const builds = await followBuilds(ctx, [first, second], { poll: clock() });
    expect(builds.map(({ state }) => state)).toEqual(['succeeded', 'failed']);
    expect([first.looks, second.looks]).toEqual([2, 4]);
  });

  test('what has not ended in time is lost, what has keeps its state', async () => {
    const { ctx } = world();
    const live = scripted('a', ['succeeded', 'running']);
    const [build] = await followBuilds(ctx, [live], { timeout: 3600, poll: clock() });
    expect(build?.targets).toEqual([
      { name: 'c0', state: 'succeeded' },
      { name: 'c1', state: 'lost', note: 'not ended within 1 h 00 min' },
    ]);
  });

  test('a service that is away for minutes is waited for', async () => {
    const { ctx } = world();
    const live = scripted('a', ['running'], AWAY, AWAY, AWAY, AWAY, AWAY, ['succeeded']);
    const [build] = await followBuilds(ctx, [live], { poll: clock() });
    expect(build?.state).toBe('succeeded');
  });

  test('a service that stays away loses the build', async () => {
    const { ctx } = world();
    const [build] = await followBuilds(ctx, [scripted('a', ['running'], AWAY)], { poll: clock() });
    expect(build?.state).toBe('lost');
    expect(build?.targets[0]?.note).toContain('no answer for 30 min 00 s: Copr answered 502');
  });

  test('an hour is at most 100 looks, however often something changes', async () => {
    const { ctx } = world();
    const time = clock();
    const live = scripted('a');
    live.look = (last) => {
      live.looks += 1;
      const done = time.now() >= 3_600_000;
      return Promise.resolve(
        withTargets(last, [
          { name: 'x', state: done ? 'succeeded' : live.looks % 2 === 0 ? 'running' : 'queued' },
        ]),
      );
    };
    await followBuilds(ctx, [live], { poll: time });
    expect(live.looks).toBeLessThanOrEqual(100);
    expect(live.looks).toBeGreaterThan(60);
  });

  test.each([false, true])(
    'an interruption says how to come back; cancels: %s',
    async (cancelOnInterrupt) => {
      const { ctx, controller } = world();
      const live = scripted('a', ['running']);
      const following = followBuilds(ctx, [live], {
        cancelOnInterrupt,
        poll: { sleep: () => Promise.resolve(controller.abort(new InterruptedError())) },
      });
      await expect(following).rejects.toMatchObject({
        code: 'INTERRUPTED',
        exitCode: 1,
        hint: cancelOnInterrupt
          ? undefined
          : 'Come back with: packit build watch 7. To end it: packit build cancel 7.',
      });
      expect(live.cancelled).toBe(cancelOnInterrupt ? 1 : 0);
    },
  );
});
