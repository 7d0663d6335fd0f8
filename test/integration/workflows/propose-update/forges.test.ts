/** From an upstream tag to pull requests, on every kind of forge, with real git over HTTP. */
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { proposeUpdate } from '../../../../src/workflows/propose-update/index.ts';
import { gitIn } from '../../../support/bare.ts';
import { NOW, createWorld } from '../../../support/release-world.ts';
import type { World, WorldOptions } from '../../../support/release-world.ts';
import { snapshot } from '../../../support/snapshot.ts';

let world: World | undefined;

async function make(options: WorldOptions = {}): Promise<World> {
  world = await createWorld(options);
  return world;
}

afterEach(async () => {
  const open = world;
  world = undefined;
  await open?.close();
});

jest.setTimeout(60_000);

const VERSION = '0.0.1';

describe.each(['pagure', 'gitlab', 'forgejo'] as const)('on %s', (kind) => {
  test('three branches get a request each, and a second run changes nothing', async () => {
    const here = await make({
      kind,
      env: { [`PACKIT_${kind.toUpperCase()}_TOKEN`]: 'token-of-jane-0123456789' },
    });
    const before = snapshot(here.upstream.dir);
    const first = await proposeUpdate(here.context(), {}, VERSION);
    expect(first.packages[0]?.failure).toBeUndefined();
    expect(
      first.packages[0]?.branches.map(({ branch, status, failure }) => [branch, status, failure?.message]),
    ).toEqual([
      ['rawhide', 'proposed', undefined],
      ['f42', 'proposed', undefined],
      ['f41', 'proposed', undefined],
    ]);
    expect(first.exitCode).toBe(0);
    const requests = here.forge.project('rpms', 'hello').pullRequests;
    expect(
      requests
        .map(({ title, targetBranch, sourceBranch, author, state }) => ({
          title,
          targetBranch,
          sourceBranch,
          author,
          state,
        }))
        .toSorted((a, b) => (a.title < b.title ? -1 : 1)),
    ).toEqual(
      ['f41', 'f42', 'rawhide'].map((branch) => ({
        title: `Update ${branch} to upstream release 1.1.0`,
        targetBranch: branch,
        sourceBranch: `${branch}-update`,
        author: 'jane',
        state: 'open',
      })),
    );
    const [request] = requests;
    if (request === undefined) throw new Error('no request');
    expect(gitIn(request.source.directory, ['show', `${request.sourceBranch}:hello.spec`])).toContain(
      `* Mon May 06 2024 Jane Doe <jane@example.com> - 1.1.0-1\n- Update to version 1.1.0\n\n* Mon Jan 01 2024`,
    );

    const state = here.forge.snapshot();
    const second = await proposeUpdate(
      here.context({ now: new Date(NOW.getTime() + 86_400_000) }),
      {},
      VERSION,
    );
    expect(second.packages[0]?.branches.map(({ status }) => status)).toEqual([
      'unchanged',
      'unchanged',
      'unchanged',
    ]);
    expect(here.forge.snapshot()).toEqual(state);
    expect(snapshot(here.upstream.dir)).toEqual(before);
    expect(readdirSync(join(here.dir, 'home')).filter((name) => name.startsWith('packit'))).toEqual([]);
  });
});

describe('a dry run', () => {
  test('shows everything and changes nothing', async () => {
    const here = await make();
    const before = here.forge.snapshot();
    const result = await proposeUpdate(here.context({ dryRun: true }), {}, VERSION);
    expect(here.forge.snapshot()).toEqual(before);
    expect(
      here.forge.requests.filter(
        ({ method, url }) => method !== 'GET' && !url.includes('whoami') && !url.includes('upload-pack'),
      ),
    ).toEqual([]);
    const [plan] = result.packages[0]?.branches.map((branch) => branch.plan) ?? [];
    expect(plan).toMatchObject({
      branch: 'rawhide',
      fromVersion: '1.0.0',
      version: '1.1.0',
      push: { to: 'fork', branch: 'rawhide-update', expected: '' },
      requests: [{ targetBranch: 'rawhide', title: 'Update rawhide to upstream release 1.1.0' }],
    });
    expect(plan?.diff).toContain('+Version:        1.1.0');
    // Version and Release changed, three lines of changelog added.
    expect(plan?.changes).toContainEqual({ file: 'hello.spec', insertions: 5, deletions: 2, binary: false });
  });
});
