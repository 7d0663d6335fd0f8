/** Real configurations and five events each: nothing breaks, and every job either runs or has a reason not to. */
import { describe, expect, test } from '@jest/globals';
import {
  bundledAliases,
  branchesFor,
  buildTargetsFor,
  kojiTargetsFor,
} from '../../../../src/project/distro-aliases/index.ts';
import { normalise } from '../../../../src/workflows/ci/event/index.ts';
import type { CiEvent } from '../../../../src/workflows/ci/event/index.ts';
import { selectJobs, unitsOf } from '../../../../src/workflows/ci/select/index.ts';
import {
  githubComment,
  githubPullRequest,
  githubPush,
  githubRelease,
  pagurePush,
} from '../../../support/ci/payloads.ts';
import { inspectText, recordedCorpus } from '../../../support/configs.ts';

const aliases = bundledAliases();
const EVENTS: Readonly<Record<string, object>> = {
  pull_request: githubPullRequest({ labels: ['ready'] }),
  push: githubPush(),
  release: githubRelease(),
  issue_comment: githubComment({ body: '/packit test' }),
  'pagure.git.receive': pagurePush(),
};

function eventOf(name: string, payload: object): CiEvent {
  const { event } = normalise({ env: { GITHUB_ACTIONS: 'true' }, name, payload, prefix: '/packit' });
  if (event === undefined) throw new Error(`${name} is no event`);
  return event;
}

const corpus = recordedCorpus()?.filter(({ status }) => status === 'valid');
const title =
  corpus === undefined
    ? 'real configurations (../shared is not here)'
    : `${corpus.length} real configurations`;

(corpus === undefined ? describe.skip : describe)(title, () => {
  test.each(Object.entries(EVENTS))('%s', async (name, payload) => {
    const event = eventOf(name, payload);
    let started = 0;
    let reasons = 0;
    for (const { text, repository, file } of corpus ?? []) {
      const { jobs } = await inspectText(text, { repository });
      const { selected, leftOut } = selectJobs({ jobs }, event, { instance: 'prod', defaultBranch: 'main' });
      const views = jobs.flatMap(({ packages }, index) => packages.map((pkg) => `${index} ${pkg.name}`));
      const accounted = new Set([
        ...selected.map(({ index, pkg }) => `${index} ${pkg.name}`),
        ...leftOut.map((out) => `${out.index} ${out.package}`),
      ]);
      expect({ file, missing: views.filter((view) => !accounted.has(view)) }).toEqual({ file, missing: [] });
      expect(leftOut.filter(({ reason }) => !/^[a-z"].*[^.]$/s.test(reason))).toEqual([]);
      const units = unitsOf(selected, event, {
        chroots: (names) => buildTargetsFor(aliases, names),
        branches: (names) => branchesFor(aliases, names, { fallback: null }),
        kojiTargets: (names) => kojiTargetsFor(aliases, names),
      });
      expect(new Set(units.map(({ key }) => key)).size).toBe(units.length);
      expect(units.filter(({ status }) => status === '' || /\s$|undefined|null/.test(status))).toEqual([]);
      started += units.length;
      reasons += leftOut.length;
    }
    expect(reasons).toBeGreaterThan(0);
    if (name === 'pull_request' || name === 'push') expect(started).toBeGreaterThan(100);
  });
});
