import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createUpdates } from '../../../../src/workflows/update/index.ts';
import type { CreateUpdateInput, CreateUpdateResult } from '../../../../src/workflows/update/index.ts';
import { addUpdate } from '../../../support/bodhi/state.ts';
import { addBuild, addTag } from '../../../support/koji/state.ts';
import { createUpdatesWorld } from '../../../support/updates-world.ts';
import type { UpdatesWorld } from '../../../support/updates-world.ts';

let world: UpdatesWorld;
beforeEach(async () => {
  world = await createUpdatesWorld();
});
afterEach(() => world.close());

const create = (input: CreateUpdateInput = {}, dryRun = false): Promise<CreateUpdateResult> =>
  createUpdates(world.context({ dryRun }), input);
const statuses = ({ updates }: CreateUpdateResult) =>
  updates.map(({ branch, status, code }) => [branch, status, ...(code === undefined ? [] : [code])]);

const NOTES = `Automatic update for hello-1.1-1.fc42.

##### **Changelog for hello**

\`\`\`
* Mon May 06 2024 Jane Doe <jane@example.com> - 1.1-1
- Update to 1.1
- Resolves: rhbz#1234567
\`\`\``;

describe('updates of the newest builds', () => {
  test('one for each branch, with the changelog and its bugs', async () => {
    const result = await create({ distGitBranch: 'f42,f41' });
    expect(result.exitCode).toBe(0);
    expect(result.updates).toMatchObject([
      {
        branch: 'f42',
        status: 'created',
        alias: expect.stringMatching(/^FEDORA-/),
        builds: ['hello-1.1-1.fc42'],
      },
      { branch: 'f41', status: 'created', builds: ['hello-1.1-1.fc41'] },
    ]);
    const made = world.bodhi.state.updates.find(({ release }) => release === 'F42');
    expect(made).toMatchObject({
      notes: NOTES,
      bugs: [1_234_567],
      type: 'enhancement',
      severity: 'unspecified',
    });
    expect(result.updates[0]?.caveats).toEqual(['This update will be tested.']);
    expect(world.koji.logins).toBe(0);
  });

  test('again: there is nothing to do', async () => {
    await create({ distGitBranch: 'f42' });
    const again = await create({ distGitBranch: 'f42' });
    expect(again).toMatchObject({
      exitCode: 0,
      updates: [{ status: 'existing', alias: 'FEDORA-2024-0000000001', code: 'UPDATE_EXISTS' }],
    });
    expect(world.bodhi.posted).toHaveLength(1);
  });

  test('Rawhide has its updates made by Bodhi, which is said and not asked', async () => {
    const result = await create();
    expect(statuses(result)).toEqual([['rawhide', 'skipped', 'RELEASE_AUTOMATIC']]);
    expect(result.exitCode).toBe(0);
    expect(world.bodhi.posted).toEqual([]);
  });

  test('every branch is tried, and some of several failing is exit code 5', async () => {
    world.koji.state.targets.delete('f42-candidate');
    const result = await create({ distGitBranch: 'f42,f39,f41' });
    expect(statuses(result)).toEqual([
      ['f42', 'failed', 'KOJI_TARGET_UNKNOWN'],
      ['f39', 'failed', 'KOJI_TARGET_UNKNOWN'],
      ['f41', 'created'],
    ]);
    expect(result.exitCode).toBe(5);
  });

  test('a build that is stable, one that is not there, one that is not done', async () => {
    world.koji.state.tags.get('f42-updates')?.builds.push('hello-1.1-1.fc42');
    const candidates = world.koji.state.tags.get('f41-updates-candidate');
    if (candidates !== undefined) candidates.builds = [];
    const f41 = world.koji.state.tags.get('f41');
    if (f41 !== undefined) f41.builds = [];
    expect(statuses(await create({ distGitBranch: 'f42,f41' }))).toEqual([
      ['f42', 'skipped', 'BUILD_STABLE'],
      ['f41', 'failed', 'BUILD_NONE'],
    ]);
    addBuild(world.koji.state, { nvr: 'hello-1.2-1.fc41', tag: 'f41-updates-candidate', state: 0 });
    expect(statuses(await create({ distGitBranch: 'f41' }))).toEqual([['f41', 'failed', 'BUILD_NOT_DONE']]);
  });

  test('aliases', async () => {
    const result = await create({ distGitBranch: 'fedora-stable' });
    expect(statuses(result)).toEqual([
      ['f41', 'created'],
      ['f42', 'created'],
    ]);
  });

  test('a dry run sends nothing and shows what it would', async () => {
    const result = await create({ distGitBranch: 'f42', resolveBugs: ['rhbz#99'] }, true);
    expect(result.updates).toMatchObject([
      { status: 'planned', plan: { notes: NOTES, bugs: [99, 1_234_567], release: 'F42' } },
    ]);
    expect(world.bodhi.posted).toEqual([]);
    expect(world.bodhi.provider.given).toEqual([]);
  });

  test('who may not: the reason is Bodhi’s', async () => {
    world.bodhi.state.closed.add('hello');
    const result = await create({ distGitBranch: 'f42' });
    expect(result.updates[0]?.failure?.message).toContain('does not have commit access');
    expect(result.exitCode).toBe(3);
  });
});

describe('what is wished', () => {
  test('notes with braces; the version is the build’s', async () => {
    await create({ distGitBranch: 'f42', updateNotes: 'Version {version}, {"a": {}} %s' });
    expect(world.bodhi.state.updates[0]?.notes).toBe('Version 1.1, {"a": {}} %s');
  });

  test('bugs in every spelling', async () => {
    const bugs = ['rhbz#1', '#2, 3', 'bz4', 'https://bugzilla.redhat.com/show_bug.cgi?id=5', 'RHBZ 6', '1'];
    await create({ distGitBranch: 'f42', resolveBugs: bugs, updateNotes: 'Notes' });
    expect(world.bodhi.state.updates[0]?.bugs).toEqual([1, 2, 3, 4, 5, 6, 1_234_567]);
  });

  test('a security update', async () => {
    expect(statuses(await create({ distGitBranch: 'f42', updateType: 'security' }))).toEqual([
      ['f42', 'failed', 'SEVERITY_MISSING'],
    ]);
    expect(world.bodhi.posted).toEqual([]);
    await create({ distGitBranch: 'f42', updateType: 'security', severity: 'high' });
    expect(world.bodhi.state.updates[0]).toMatchObject({ type: 'security', severity: 'high' });
  });

  test.each<[CreateUpdateInput, string]>([
    [{ resolveBugs: ['CVE-2024-1'] }, 'BUG_INVALID'],
    [{ updateType: 'feature' }, 'UPDATE_TYPE_INVALID'],
    [{ severity: 'bad' }, 'SEVERITY_INVALID'],
    [{ updateNotes: 'x' }, 'NOTES_TOO_SHORT'],
    [{ fromTag: 'x', kojiBuilds: ['y'] }, 'UPDATE_OPTIONS'],
  ])('%j is refused before anybody is asked', async (input, code) => {
    await expect(create(input)).rejects.toMatchObject({ code, exitCode: 2 });
    expect(world.bodhi.service.log).toEqual([]);
    expect(world.koji.calls).toEqual([]);
  });
});

describe('builds that were named', () => {
  test('of two releases: two updates', async () => {
    const result = await create({ kojiBuilds: ['hello-1.1-1.fc42', 'hello-1.1-1.fc41'] });
    expect(statuses(result)).toEqual([
      ['f42', 'created'],
      ['f41', 'created'],
    ]);
  });

  test('that are in another update in part', async () => {
    addBuild(world.koji.state, { nvr: 'world-1-1.fc42', tag: 'f42-updates-candidate' });
    addUpdate(world.bodhi.state, { release: 'F42', builds: ['world-1-1.fc42'] });
    const result = await create({ kojiBuilds: ['hello-1.1-1.fc42', 'world-1-1.fc42'] });
    expect(statuses(result)).toEqual([['f42', 'failed', 'BUILD_IN_UPDATE']]);
  });

  test.each([
    ['hello-9-9.fc42', 'BUILD_UNKNOWN'],
    ['loose-1-1.fc42', 'BUILD_UNTAGGED'],
  ])('%s: %s', async (nvr, code) => {
    addBuild(world.koji.state, { nvr: 'loose-1-1.fc42' });
    expect(statuses(await create({ kojiBuilds: [nvr] }))).toEqual([['-', 'failed', code]]);
  });

  test('of a side tag, of Rawhide too', async () => {
    addTag(world.koji.state, 'f43-build-side-77', ['f43-build']).builds.push('hello-1.2-1.fc43');
    addBuild(world.koji.state, { nvr: 'hello-1.2-1.fc43' });
    const result = await create({ fromTag: 'f43-build-side-77' });
    expect(statuses(result)).toEqual([['rawhide', 'created']]);
    expect(world.bodhi.posted[0]).toMatchObject({ from_tag: 'f43-build-side-77' });
    expect(world.bodhi.posted[0]).not.toHaveProperty('builds');
    expect(statuses(await create({ fromTag: 'f43-build-side-78' }))).toEqual([
      ['-', 'failed', 'SIDE_TAG_UNKNOWN'],
    ]);
  });
});

describe('an update that is changed', () => {
  test('gets newer builds in the place of its own, and keeps the rest', async () => {
    const { alias } = addUpdate(world.bodhi.state, {
      release: 'F42',
      builds: ['hello-1.0-9.fc42', 'world-1-1.fc42'],
      notes: 'As it was',
      bugs: [5],
      type: 'bugfix',
      stableDays: 3,
    });
    addBuild(world.koji.state, { nvr: 'world-1-1.fc42', tag: 'f42-updates-candidate' });
    const result = await create({ edit: alias, kojiBuilds: ['hello-1.1-1.fc42'], resolveBugs: ['6'] });
    expect(statuses(result)).toEqual([['f42', 'edited']]);
    expect(world.bodhi.state.updates).toMatchObject([
      {
        alias,
        builds: ['world-1-1.fc42', 'hello-1.1-1.fc42'],
        notes: 'As it was',
        bugs: [5, 6],
        type: 'bugfix',
      },
    ]);
    expect(world.bodhi.posted[0]).toMatchObject({ stable_days: '3', edited: alias });
  });

  test('that is locked, closed, or none', async () => {
    const locked = addUpdate(world.bodhi.state, {
      release: 'F42',
      builds: ['hello-1.1-1.fc42'],
      locked: true,
    });
    const stable = addUpdate(world.bodhi.state, {
      release: 'F42',
      builds: ['hello-1.0-1.fc42'],
      status: 'stable',
    });
    for (const [alias, code] of [
      [locked.alias, 'UPDATE_LOCKED'],
      [stable.alias, 'UPDATE_CLOSED'],
      ['FEDORA-2024-none', 'UPDATE_UNKNOWN'],
    ] as const)
      expect(statuses(await create({ edit: alias }))).toEqual([['-', 'failed', code]]);
    expect(world.bodhi.posted).toEqual([]);
  });
});

test('the configuration: branches of the job, bodhi_extra_params', async () => {
  await world.close();
  world = await createUpdatesWorld({
    config: 'bodhi_extra_params:\n  type: bugfix\n  severity: low\n  autotime: false\n  stable_days: 5\n',
  });
  await create({ distGitBranch: 'f42' });
  expect(world.bodhi.posted[0]).toMatchObject({
    type: 'bugfix',
    severity: 'low',
    autotime: 'false',
    stable_days: '5',
  });
});

test.each(['cut', 'cut-after', 503] as const)(
  'the request that makes it: %s; there is one update',
  async (fault) => {
    world.bodhi.service.failOn(/^POST \/updates/, fault);
    const result = await create({ distGitBranch: 'f42' });
    expect(result.exitCode).toBe(0);
    expect(result.updates[0]?.alias).toBe('FEDORA-2024-0000000001');
    expect(world.bodhi.state.updates).toHaveLength(1);
  },
);
