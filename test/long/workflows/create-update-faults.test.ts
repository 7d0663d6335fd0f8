import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createUpdates } from '../../../src/workflows/update/index.ts';
import type { CreateUpdateInput, CreateUpdateResult } from '../../../src/workflows/update/index.ts';
import { createUpdatesWorld } from '../../support/updates-world.ts';
import type { UpdatesWorld } from '../../support/updates-world.ts';

let world: UpdatesWorld;
beforeEach(async () => {
  world = await createUpdatesWorld();
});
afterEach(() => world.close());

const create = (input: CreateUpdateInput): Promise<CreateUpdateResult> =>
  createUpdates(world.context(), input);

describe('cut at every request, then again', () => {
  test.each(['koji', 'bodhi'] as const)(
    '%s',
    async (server) => {
      const service = world[server].service;
      await create({ distGitBranch: 'f42,f41' });
      const count = service.log.length;
      const state = world.bodhi.state.updates
        .map(({ builds, notes, bugs }) => ({ builds, notes, bugs }))
        .sort(byBuild);
      for (let number = 1; number <= count; number += 1) {
        for (const fault of ['cut', 'cut-after'] as const) {
          await world.close();
          world = await createUpdatesWorld();
          world[server].service.failAt(number, fault);
          await create({ distGitBranch: 'f42,f41' });
          const second = await create({ distGitBranch: 'f42,f41' });
          expect(second.exitCode).toBe(0);
          const now = world.bodhi.state.updates.map(({ builds, notes, bugs }) => ({ builds, notes, bugs }));
          expect(now.sort(byBuild)).toEqual(state);
        }
      }
    },
    240_000,
  );
});

function byBuild(one: { builds: string[] }, other: { builds: string[] }): number {
  return String(one.builds[0]).localeCompare(String(other.builds[0]));
}
