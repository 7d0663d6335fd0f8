/** A package with builds in Koji and updates in Bodhi: a release world with both beside it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBodhi } from './bodhi/server.ts';
import type { TestBodhi } from './bodhi/server.ts';
import { bodhiState } from './bodhi/state.ts';
import { fakeKerberos } from './kerberos/fake-tools.ts';
import { startKoji } from './koji/server.ts';
import type { TestKoji } from './koji/server.ts';
import { addBranch, addBuild, emptyState } from './koji/state.ts';
import { createWorld } from './release-world.ts';
import type { World, WorldOptions } from './release-world.ts';

export interface UpdatesWorld extends World {
  readonly koji: TestKoji;
  readonly bodhi: TestBodhi;
}

const DAY = 86_400;
const FIRST = 1_714_521_600;

export function entry(
  version: string,
  text: string,
  days = 0,
): { time: number; author: string; text: string } {
  return { time: FIRST + days * DAY, author: `Jane Doe <jane@example.com> - ${version}`, text };
}

/** `hello` is 1.0 in the stable tags, and 1.1 in the candidate tags of f42 and f41 and in Rawhide. */
export async function createUpdatesWorld(options: WorldOptions = {}): Promise<UpdatesWorld> {
  const dir = mkdtempSync(join(tmpdir(), 'packit updates '));
  const state = emptyState();
  addBranch(state, 'rawhide', 'f43');
  const old = [entry('1.0-1', '- First')];
  for (const branch of ['f42', 'f41']) {
    addBranch(state, branch);
    const dist = branch.replace('f', 'fc');
    addBuild(state, { nvr: `hello-1.0-1.${dist}`, tag: branch, changelog: old });
    addBuild(state, {
      nvr: `hello-1.1-1.${dist}`,
      tag: `${branch}-updates-candidate`,
      changelog: [entry('1.1-1', '- Update to 1.1\n- Resolves: rhbz#1234567', 5), ...old],
    });
  }
  addBuild(state, { nvr: 'hello-1.1-1.fc43', tag: 'f43' });
  const koji = await startKoji(state);
  const releases = bodhiState();
  releases.buildsOf = (tag) => koji.state.tags.get(tag)?.builds ?? [];
  const bodhi = await startBodhi(releases);
  const world = await createWorld({
    ...options,
    env: {
      PATH: fakeKerberos(dir),
      PACKIT_KOJI_URL: koji.url,
      PACKIT_BODHI_URL: bodhi.url,
      PACKIT_BODHI_LOGIN_URL: `${bodhi.url}/idp/openidc`,
      ...options.env,
    },
  });
  return {
    ...world,
    koji,
    bodhi,
    async close() {
      try {
        await world.close();
        await koji.close();
        await bodhi.close();
      } finally {
        rmSync(dir, { recursive: true, force: true });
      }
    },
  };
}
