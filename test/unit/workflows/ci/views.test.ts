import { describe, expect, test } from '@jest/globals';
import { unitsOf } from '../../../../src/workflows/ci/select/index.ts';
import { githubPullRequest } from '../../../support/ci/payloads.ts';
import { eventFrom, viewsFor } from '../../../support/ci/views.ts';

const EVENT = eventFrom('pull_request', githubPullRequest());
const JOB = (packages: string): string =>
  `  - {job: copr_build, trigger: pull_request, targets: [fedora-44-x86_64], packages: ${packages}}\n`;

describe('jobs of a monorepo', () => {
  const config = `packages:\n  one: {specfile_path: one.spec}\n  two: {specfile_path: two.spec}\njobs:\n${JOB('[one]')}${JOB('[two]')}${JOB('[one, two]')}`;

  test('are counted for each package among those about it', async () => {
    const views = await viewsFor(config.replace('[one, two]', '[one, two], enable_net: true'), EVENT);
    expect(views.map(({ pkg, index, packageIndex }) => [pkg.name, index, packageIndex])).toEqual([
      ['one', 0, 0],
      ['two', 1, 0],
      ['one', 2, 1],
      ['two', 2, 1],
    ]);
    expect(views.every(({ several }) => several)).toBe(true);
  });

  test('have the package for an identifier, even of one package alone, and share a Copr project', async () => {
    const views = await viewsFor(config.replace(JOB('[one, two]'), ''), EVENT);
    expect(views.map(({ identifier }) => identifier)).toEqual(['one', 'two']);
    const units = unitsOf(views, EVENT, {
      chroots: (names) => [...names],
      branches: () => [],
      kojiTargets: () => [],
    });
    expect(units.map(({ status }) => status)).toEqual([
      'srpm-build:one',
      'rpm-build:fedora-44-x86_64:one',
      'srpm-build:two',
      'rpm-build:fedora-44-x86_64:two',
    ]);
    expect(new Set(units.map(({ copr }) => copr?.project))).toEqual(new Set(['jane-hello-7']));
  });

  test('a package without a job makes it one as well', async () => {
    const [view] = await viewsFor(config.slice(0, config.indexOf('jobs:')) + `jobs:\n${JOB('[one]')}`, EVENT);
    expect(view).toMatchObject({ several: true, identifier: 'one' });
  });
});

test('a configuration of one package has no identifier of its own', async () => {
  const jobs = `${JOB('[one]')}${JOB('[one]').replace('[fedora-44-x86_64]', '[fedora-45-x86_64]')}`;
  const views = await viewsFor(`packages:\n  one: {specfile_path: one.spec}\njobs:\n${jobs}`, EVENT);
  expect(views.map(({ several, identifier, packageIndex }) => [several, identifier, packageIndex])).toEqual([
    [false, undefined, 0],
    [false, undefined, 1],
  ]);
});
