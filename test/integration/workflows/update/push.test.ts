import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pushUpdates } from '../../../../src/workflows/update/index.ts';
import type { PushUpdatesResult } from '../../../../src/workflows/update/index.ts';
import { addUpdate } from '../../../support/bodhi/state.ts';
import { createUpdatesWorld } from '../../../support/updates-world.ts';
import type { UpdatesWorld } from '../../../support/updates-world.ts';

let world: UpdatesWorld;
beforeEach(async () => {
  world = await createUpdatesWorld();
});
afterEach(() => world.close());

/** The world's clock stands at 2024-05-06 07:08:09. */
const add = (version: string, dateTesting: string | null, more: object = {}) =>
  addUpdate(world.bodhi.state, {
    release: 'F42',
    builds: [`hello-${version}-1.fc42`],
    status: 'testing',
    request: null,
    dateTesting,
    ...more,
  });
const push = (input: object = {}, dryRun = false): Promise<PushUpdatesResult> =>
  pushUpdates(world.context({ dryRun }), input);
const facts = ({ updates }: PushUpdatesResult) =>
  updates.map(({ alias, status, reason }) => [alias.slice(-1), status, reason]);

test('those that were in testing long enough are pushed, and why the others are not is said', async () => {
  add('1', '2024-04-29 07:08:09');
  add('2', '2024-04-29 07:08:10');
  add('3', '2024-05-06 01:00:00', { stableDays: 1 });
  add('4', '2024-01-01 00:00:00', { locked: true });
  add('5', '2024-01-01 00:00:00', { request: 'stable' });
  add('6', null);
  add('7', '2024-01-01 00:00:00', { status: 'stable' });
  const result = await push();
  expect(facts(result)).toEqual([
    ['6', 'not-pushed', 'Bodhi does not say since when it is in testing'],
    ['5', 'not-pushed', 'it is on its way to stable already'],
    ['4', 'not-pushed', 'it is locked: a compose is under way'],
    ['3', 'not-pushed', '0 of 1 days in testing: 1 more day'],
    ['2', 'not-pushed', '6 of 7 days in testing: 1 more day'],
    ['1', 'pushed', undefined],
  ]);
  expect(result.exitCode).toBe(0);
  expect(world.bodhi.state.updates[0]?.request).toBe('stable');
  expect(world.bodhi.posted).toEqual([{ update: 'FEDORA-2024-0000000001', request: 'stable' }]);
  expect(facts(await push()).at(-1)).toEqual(['1', 'not-pushed', 'it is on its way to stable already']);
});

test('a dry run pushes nothing; one update can be named', async () => {
  add('1', '2024-01-01 00:00:00');
  add('2', '2024-01-01 00:00:00');
  expect(facts(await push({ updateAlias: 'FEDORA-2024-0000000001' }, true))).toEqual([
    ['1', 'planned', undefined],
  ]);
  expect(world.bodhi.posted).toEqual([]);
});

test('several packages; one that is refused keeps none of the others', async () => {
  world.upstream.write(
    '.packit.yaml',
    'packages:\n  a:\n    downstream_package_name: hello\n    specfile_path: hello.spec\n    paths: ["."]\n  b:\n    downstream_package_name: world\n    specfile_path: hello.spec\n    paths: ["."]\n',
  );
  add('1', '2024-01-01 00:00:00');
  add('2', '2024-01-01 00:00:00');
  addUpdate(world.bodhi.state, {
    release: 'F42',
    builds: ['world-1-1.fc42', 'hello-3-1.fc42'],
    status: 'testing',
    request: null,
    dateTesting: '2024-01-01 00:00:00',
  });
  world.bodhi.service.failOn(/^POST .*0000000002/, 403);
  const result = await push();
  expect(result.updates.map(({ package: name, alias, status }) => [name, alias.slice(-1), status])).toEqual([
    ['a', '3', 'pushed'],
    ['a', '2', 'failed'],
    ['a', '1', 'pushed'],
  ]);
  expect(result.exitCode).toBe(5);
});

test.each(['cut', 'cut-after'] as const)('%s at any request, then again: pushed once', async (fault) => {
  for (let number = 1; number <= 7; number += 1) {
    world.bodhi.state.updates.length = 0;
    add('1', '2024-01-01 00:00:00');
    world.bodhi.service.failAt(world.bodhi.service.log.length + number, fault);
    await push();
    expect((await push()).exitCode).toBe(0);
    expect(world.bodhi.state.updates[0]?.request).toBe('stable');
  }
});
