/** Events of a daemon against a forge, Copr and Testing Farm: the handlers of packit ci, a look at a time. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createHandle } from '../../../../src/workflows/listen/index.ts';
import type { Handled, HandledEvent } from '../../../../src/workflows/listen/index.ts';
import { createCiWorld } from '../../../support/ci/world.ts';
import type { CiWorld } from '../../../support/ci/world.ts';

let world: CiWorld;

afterEach(async () => {
  const { unexpected } = world.copr;
  await world.close();
  expect(unexpected).toEqual([]);
});

const handle = createHandle({ instance: undefined, commentPrefix: undefined });

const SEEN = [
  'rpm-build:epel-9-x86_64: failure RPMs failed to be built.',
  'rpm-build:fedora-43-x86_64: success RPMs were built successfully.',
  'rpm-build:fedora-44-x86_64: success RPMs were built successfully.',
  'srpm-build: success SRPM was built successfully.',
  'testing-farm:centos-stream-9-x86_64: failure RPMs failed to be built.',
  'testing-farm:fedora-43-x86_64: success Tests passed ...',
  'testing-farm:fedora-44-x86_64: success Tests passed ...',
];

/** Time goes on from look to look. */
let passed = 0;

async function scene(): Promise<{ sha: string; number: number; event: HandledEvent }> {
  world = await createCiWorld();
  const { now } = world.copr;
  passed = 0;
  world.copr.now = () => now() + passed;
  world.farm.now = world.copr.now;
  world.farm.life = () => [
    { state: 'queued', at: 0 },
    { state: 'running', at: 60 },
    { state: 'complete', overall: 'passed', at: 180 },
  ];
  world.copr.script = {
    source: { run: 40 },
    chroots: { 'epel-9-x86_64': { queue: 30, run: 60, end: 'failed' }, '*': { queue: 30, run: 60 } },
  };
  const { number, sha } = world.pullRequest();
  const { eventFile, eventName: name } = world.event(number, sha);
  const payload: unknown = JSON.parse(readFileSync(eventFile, 'utf8'));
  return { sha, number, event: { source: 'webhook', forge: 'github', name, payload, id: 'github:d1' } };
}

/** Looks until there is no next one. */
async function looks(event: HandledEvent): Promise<Handled[]> {
  const all: Handled[] = [];
  for (let round = 0; round < 40; round += 1) {
    passed += 60;
    const handled = await handle(world.context(), { ...event, round });
    all.push(handled);
    if (handled.outcome !== 'later') break;
  }
  return all;
}

describe('a pull request that a daemon hears of', () => {
  it('comes to its last status look by look, and says what it waits for', async () => {
    const { sha, event } = await scene();
    const all = await looks(event);
    expect(world.seen(sha)).toEqual(SEEN);
    expect(all.at(-1)).toEqual({ outcome: 'done', note: '7 statuses: 5 success, 2 failure' });
    const [build] = world.copr.builds.keys();
    expect(all[0]).toMatchObject({ outcome: 'later', waitsFor: [`copr ${build}`] });
    expect(all.flatMap(({ waitsFor = [] }) => waitsFor).some((key) => key.startsWith('testing-farm '))).toBe(
      true,
    );
    expect(world.copr.builds.size).toBe(1);
    expect(world.farm.requests).toHaveLength(2);
  });

  it('by two deliveries under different names begins one build', async () => {
    const { sha, event } = await scene();
    await handle(world.context(), event);
    await looks({ ...event, id: 'github:d2' });
    await looks(event);
    expect(world.seen(sha)).toEqual(SEEN);
    expect(world.copr.builds.size).toBe(1);
    expect(world.farm.requests).toHaveLength(2);
  });

  it('is brought to its end by sweeps as well', async () => {
    const { sha, event } = await scene();
    await handle(world.context(), event);
    const payload = {
      forge: 'github',
      instanceUrl: world.forge.url,
      project: { namespace: 'acme', name: 'hello' },
    };
    const notes: string[] = [];
    for (let count = 0; count < 12; count += 1) {
      passed += 60;
      notes.push(
        (await handle(world.context(), { source: 'sweep', name: 'sweep', payload, id: `sweep:${count}` }))
          .note,
      );
    }
    expect(world.seen(sha)).toEqual(SEEN);
    expect(notes[0]).toBe(`${world.forge.url}/acme/hello: 1 looked at, 1 still under way, 0 failed`);
    expect(notes.at(-1)).toBe(`${world.forge.url}/acme/hello: 0 looked at, 0 still under way, 0 failed`);
  });

  it('is woken by news of Copr and Testing Farm', async () => {
    await scene();
    const news = (name: string, payload: object) =>
      handle(world.context(), { source: 'message', name, payload, id: 'm' });
    expect(
      await news('copr.build.end', {
        build: 7,
        chroot: 'fedora-43-x86_64',
        owner: 'o',
        copr: 'p',
        status: 1,
      }),
    ).toEqual({
      outcome: 'ignored',
      note: 'build 7 of Copr is succeeded (fedora-43-x86_64)',
      wakes: 'copr 7',
    });
    expect(await news('testing-farm', { request_id: 'abc' })).toEqual({
      outcome: 'ignored',
      note: 'request abc of Testing Farm has changed',
      wakes: 'testing-farm abc',
    });
    expect(await news('bodhi.update', {})).toMatchObject({ outcome: 'ignored' });
  });
});
