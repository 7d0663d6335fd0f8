/** What is decided before anything is sent to Copr. */
import { describe, expect, test } from '@jest/globals';
import { bundledAliases } from '../../../../../src/project/distro-aliases/index.ts';
import { defaultProject } from '../../../../../src/workflows/build/copr/destination.ts';
import { planProject } from '../../../../../src/workflows/build/copr/project-plan.ts';
import type { ProjectFacts } from '../../../../../src/workflows/build/copr/project-plan.ts';
import { nearChroots, resolveChroots } from '../../../../../src/workflows/build/copr/targets.ts';

const OFFERED = [
  'epel-10-x86_64',
  'epel-9-x86_64',
  'fedora-43-x86_64',
  'fedora-44-aarch64',
  'fedora-44-x86_64',
  'fedora-rawhide-x86_64',
  'rhel+epel-10-x86_64',
];
const resolve = (...names: string[]) =>
  resolveChroots({
    names,
    from: '--targets',
    offered: OFFERED,
    aliases: () => Promise.resolve(bundledAliases()),
  });

describe('targets', () => {
  test.each([
    [['fedora-44-x86_64', 'fedora-44-x86_64'], ['fedora-44-x86_64'], []],
    [['fedora-44-aarch64', 'epel-9'], ['epel-9-x86_64', 'fedora-44-aarch64'], []],
    [['fedora-stable'], ['fedora-43-x86_64', 'fedora-44-x86_64'], ['fedora-45-x86_64']],
    [['epel-10-all'], ['epel-10-x86_64', 'rhel+epel-10-x86_64'], []],
    [['fedora-stable-aarch64'], ['fedora-44-aarch64'], ['fedora-43-aarch64', 'fedora-45-aarch64']],
  ])('%j', async (names, chroots, missing) => {
    expect(await resolve(...names)).toEqual({ chroots, missing });
  });

  test('nobody is asked what aliases mean where there are none', async () => {
    const aliases = (): never => {
      throw new Error('asked');
    };
    await expect(
      resolveChroots({ names: ['epel-9-x86_64'], from: '', offered: OFFERED, aliases }),
    ).resolves.toBeDefined();
  });

  test.each([['fedora-99-x86_64'], ['fedora-stable-s390x'], ['debian-13-x86_64']])(
    '%s is unknown',
    async (name) => {
      await expect(resolve(name)).rejects.toMatchObject({ code: 'COPR_CHROOT_UNKNOWN' });
    },
  );

  test('near ones are of the same distribution and architecture, the newest first', () => {
    expect(nearChroots('fedora-99-aarch64', OFFERED)).toContain('fedora-44-aarch64');
    expect(nearChroots('debian-13-x86_64', OFFERED)).toEqual([]);
  });
});

describe('the project', () => {
  const nothing: ProjectFacts['wanted'] = {
    description: undefined,
    instructions: undefined,
    listOnHomepage: undefined,
    preserve: undefined,
    additionalRepos: undefined,
    moduleHotfixes: undefined,
    bootstrap: undefined,
  };
  const current: NonNullable<ProjectFacts['current']> = {
    owner: 'jane',
    name: 'p',
    description: 'd',
    instructions: 'i',
    unlisted: false,
    deleteAfterDays: undefined,
    additionalRepos: ['r'],
    moduleHotfixes: true,
    bootstrap: 'default',
    chroots: ['b', 'c'],
  };
  const plan = (wanted: Partial<ProjectFacts['wanted']>, changes = {}, chroots = ['c']) =>
    planProject({
      current: { ...current, ...changes },
      wanted: { ...nothing, ...wanted },
      chroots,
      upstreamUrl: undefined,
    });

  test('nothing asked for: nothing to do, whatever it is like', () => {
    expect(plan({})).toEqual({ action: 'none' });
    expect(plan({}, { unlisted: true, deleteAfterDays: 14, bootstrap: 'on' })).toEqual({ action: 'none' });
  });

  test.each<[Partial<ProjectFacts['wanted']>, object, object]>([
    [{ listOnHomepage: false }, {}, { unlisted: true }],
    [{ listOnHomepage: true }, { unlisted: true }, { unlisted: false }],
    [{ preserve: true }, { deleteAfterDays: 14 }, { deleteAfterDays: -1 }],
    [{ moduleHotfixes: false }, {}, { moduleHotfixes: false }],
    [{ additionalRepos: ['s', 'r'] }, {}, { additionalRepos: ['r', 's'] }],
    [{ bootstrap: 'image' }, {}, { bootstrap: 'image' }],
  ])('%j of %j edits %j', (wanted, changes, settings) => {
    expect(plan(wanted, changes)).toEqual({ action: 'edit', settings });
  });

  test.each<[Partial<ProjectFacts['wanted']>, object]>([
    [{ preserve: true }, {}],
    [{ preserve: true }, { deleteAfterDays: null }],
    [{ additionalRepos: ['r'] }, {}],
    [{ description: 'd', instructions: 'i', moduleHotfixes: true, listOnHomepage: true }, {}],
  ])('%j of %j is there already', (wanted, changes) => {
    expect(plan(wanted, changes)).toEqual({ action: 'none' });
  });

  test('chroots are added, never taken away', () => {
    expect(plan({}, {}, ['a', 'c'])).toEqual({ action: 'edit', settings: { chroots: ['a', 'b', 'c'] } });
  });
});

test.each([
  ['hello', 'main', 'packit-cli-hello-main'],
  ['hello', 'fix/a#1:b', 'packit-cli-hello-fix-a-1-b'],
])('the project of %s at %s is %s', (repository, ref, name) => {
  expect(defaultProject(repository, ref)).toBe(name);
});
