import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readStatus } from '../../../../src/workflows/status/index.ts';
import type { StatusResult } from '../../../../src/workflows/status/index.ts';
import { addUpdate } from '../../../support/bodhi/state.ts';
import { addBuild } from '../../../support/koji/state.ts';
import { createUpdatesWorld } from '../../../support/updates-world.ts';
import type { UpdatesWorld } from '../../../support/updates-world.ts';

let world: UpdatesWorld;
beforeEach(async () => {
  world = await createUpdatesWorld({ monitored: '1.2.0' });
});
afterEach(() => world.close());

const status = (input: object = {}): Promise<StatusResult> => readStatus(world.context(), input);

test('every source, branch by branch', async () => {
  addBuild(world.koji.state, { nvr: 'hello-1.2-1.fc42', state: 0 });
  addUpdate(world.bodhi.state, {
    release: 'F42',
    builds: ['hello-1.0-1.fc42'],
    status: 'stable',
    request: null,
  });
  addUpdate(world.bodhi.state, { release: 'F42', builds: ['hello-1.1-1.fc42'], status: 'testing', karma: 2 });
  world.forge.project('rpms', 'hello').pullRequests.push({
    number: 7,
    title: 'Update to 1.2.0',
    description: '',
    state: 'open',
    author: 'jane',
    source: world.forge.project('rpms', 'hello'),
    sourceBranch: 'x',
    targetBranch: 'f42',
  } as never);
  const result = await status();
  expect(result.exitCode).toBe(0);
  const [hello] = result.packages;
  expect(hello?.failures).toEqual([]);
  expect(hello?.upstream).toEqual({ version: '1.2.0', source: 'release-monitoring.org' });
  expect(hello?.branches.map(({ branch, version, behind }) => [branch, version, behind])).toEqual([
    ['rawhide', '1.0.0', true],
    ['f42', '1.0.0', true],
    ['f41', '1.0.0', true],
  ]);
  expect(hello?.branches.map(({ koji }) => koji && [koji.nvr, koji.state])).toEqual([
    ['hello-1.1-1.fc43', 'complete'],
    ['hello-1.2-1.fc42', 'building'],
    ['hello-1.1-1.fc41', 'complete'],
  ]);
  expect(hello?.branches.map(({ update }) => update && [update.status, update.karma])).toEqual([
    undefined,
    ['testing', 2],
    undefined,
  ]);
  expect(hello?.branches[1]?.pullRequests).toMatchObject([{ number: 7, title: 'Update to 1.2.0' }]);
  expect(world.koji.logins + world.bodhi.provider.given.length).toBe(0);
});

test('nothing is cloned, fetched or checked out', async () => {
  await status();
  expect(world.forge.requests.filter(({ url }) => url.includes('.git/'))).toEqual([]);
  expect(existsSync(join(world.upstream.dir, '.git', 'FETCH_HEAD'))).toBe(false);
  expect(world.upstream.git('status', '--porcelain')).toBe('');
});

test.each(['koji', 'bodhi'] as const)(
  '%s does not answer: said so, and the rest is there',
  async (server) => {
    world[server].service.failOn(/./, 500, 1000);
    const result = await status();
    expect(result.exitCode).toBe(5);
    const [hello] = result.packages;
    expect(hello?.failures).toMatchObject([{ source: server, code: 'HTTP_SERVER_ERROR' }]);
    expect(hello?.branches.map(({ version }) => version)).toContain('1.0.0');
    expect(hello?.upstream?.version).toBe('1.2.0');
  },
);

test('a package Koji and Bodhi have never seen; an upstream version nobody knows', async () => {
  await world.close();
  world = await createUpdatesWorld();
  world.koji.state.packages.clear();
  const [hello] = (await status()).packages;
  expect(hello).toMatchObject({ upstream: undefined, failures: [], copr: [] });
  expect(hello?.branches.every(({ koji, update, behind }) => !koji && !update && behind === undefined)).toBe(
    true,
  );
});

test('with every service answering after 200 ms it takes few rounds', async () => {
  world.koji.delay = 200;
  world.bodhi.delay = 200;
  const start = performance.now();
  await status();
  // Koji and Bodhi are asked two rounds each, side by side; generous, for a machine that is busy.
  expect(performance.now() - start).toBeLessThan(3000);
  expect(world.koji.service.log.length).toBeLessThanOrEqual(2);
  expect(world.bodhi.service.log.length).toBeLessThanOrEqual(2);
});
