/** What the statuses of a build and its tests say, as a function of what Copr and Testing Farm say. Pure. */
import { isFinal, isGood } from '../../../run-state.ts';
import type { RunState } from '../../../run-state.ts';
import type { FarmRequest } from '../../../remote/testing-farm/index.ts';
import { TEXT, statusText } from '../statuses/index.ts';
import type { Shown } from '../statuses/index.ts';
import type { BuildWork } from './work.ts';

/** A build in Copr, as far as it is known. */
export interface BuildSeen {
  id: string;
  /** Page for people. */
  url: string;
  /** What began it: see `Claim`. */
  cause: string;
  /** Of the making of the SRPM. */
  source: RunState;
  /** By name of the chroot. */
  chroots: Readonly<Record<string, { state: RunState; url?: string }>>;
}

/** What is to be seen of a test. */
export type TestSeen =
  | { request: FarmRequest }
  /** It could not be submitted, for good. */
  | { refused: Shown }
  /** To be submitted in a later round. */
  | { later: string };

export function isBuilt(build: BuildSeen): boolean {
  return (
    build.source === 'failed' ||
    build.source === 'cancelled' ||
    Object.values(build.chroots).every(({ state }) => isFinal(state))
  );
}

/**
 * Statuses by name. Chroots that this build has not, an earlier one may have: they are left out.
 * @param builds newest first; each chroot is shown by the newest that has it
 */
export function showBuilds(
  work: BuildWork,
  builds: readonly BuildSeen[],
  tests: ReadonlyMap<string, TestSeen>,
): Map<string, Shown> {
  const shown = new Map<string, Shown>();
  const [newest] = builds;
  if (newest === undefined) return shown;
  shown.set(work.srpm.status, showSource(newest));
  for (const unit of work.chroots) {
    const build = builds.find(({ chroots }) => unit.chroot !== undefined && unit.chroot in chroots);
    if (build === undefined) continue;
    const chroot = showChroot(build, unit.chroot ?? '');
    shown.set(unit.status, chroot);
    for (const test of work.tests) {
      if (test.unit.needs !== unit.key) continue;
      const sync = test.view.pkg.sync_test_job_statuses_with_builds;
      shown.set(
        test.unit.status,
        showTest(build, unit.chroot ?? '', { chroot, seen: tests.get(test.unit.key), sync }),
      );
    }
  }
  return shown;
}

type Said = Omit<Shown, 'url'>;

const LOST: Said = {
  state: 'error',
  description: 'Copr no longer knows the build; comment "/packit build" for a new one.',
};
const SOURCE: Readonly<Record<RunState, Said>> = {
  queued: { state: 'running', description: TEXT.submitted },
  running: { state: 'running', description: TEXT.srpmRunning },
  succeeded: { state: 'success', description: TEXT.srpmDone },
  skipped: { state: 'success', description: TEXT.srpmDone },
  failed: { state: 'failure', description: TEXT.srpmFailed },
  cancelled: { state: 'cancelled', description: TEXT.srpmCancelled },
  lost: LOST,
};
const CHROOT: Readonly<Record<RunState, Said>> = {
  queued: { state: 'running', description: TEXT.waitingForRpms },
  running: { state: 'running', description: TEXT.rpmRunning },
  succeeded: { state: 'success', description: TEXT.rpmDone },
  skipped: { state: 'success', description: TEXT.rpmSkipped },
  failed: { state: 'failure', description: TEXT.rpmFailed },
  cancelled: { state: 'cancelled', description: TEXT.rpmCancelled },
  lost: LOST,
};

function showSource({ source, url }: BuildSeen): Shown {
  return { ...SOURCE[source], url };
}

function showChroot(build: BuildSeen, name: string): Shown {
  // What happens to the SRPM is seen in every chroot: required checks are named after chroots.
  if (!isGood(build.source)) return showSource(build);
  return { ...CHROOT[build.chroots[name]?.state ?? 'queued'], url: build.url };
}

/** @param sync tests show what happens to their build while it lasts */
function showTest(
  build: BuildSeen,
  name: string,
  { chroot, seen, sync }: { chroot: Shown; seen: TestSeen | undefined; sync: boolean },
): Shown {
  const state = isGood(build.source) ? build.chroots[name]?.state : build.source;
  if (state === 'succeeded') return seen === undefined ? due(build.url) : showFarm(seen, build.url);
  if (state === 'skipped') return { state: 'neutral', description: TEXT.nothingToTest, url: build.url };
  if (chroot.state === 'pending' || chroot.state === 'running') {
    return sync ? chroot : { state: 'pending', description: TEXT.waitingForBuild, url: build.url };
  }
  return chroot;
}

function due(url: string): Shown {
  return { state: 'pending', description: TEXT.rpmDone, url };
}

const FARM: Readonly<Record<Exclude<RunState, 'failed'>, Said>> = {
  queued: { state: 'running', description: TEXT.testsSubmitted },
  running: { state: 'running', description: TEXT.testsRunning },
  succeeded: { state: 'success', description: TEXT.testsPassed },
  skipped: { state: 'success', description: TEXT.testsSkipped },
  cancelled: { state: 'neutral', description: TEXT.testsCancelled },
  lost: {
    state: 'error',
    description: 'Testing Farm no longer knows the tests; comment "/packit test".',
  },
};

/** @param page where there is no page of the tests yet */
export function showFarm(seen: TestSeen, page: string): Shown {
  if ('refused' in seen) return seen.refused;
  if ('later' in seen) return { state: 'pending', description: statusText(seen.later), url: page };
  const { state, url, summary, overall } = seen.request;
  const address = url === '' ? page : url;
  if (state !== 'failed') return { ...FARM[state], url: address };
  if (overall === 'failed') return { state: 'failure', description: TEXT.testsFailed, url: address };
  const why = summary === '' ? 'see the log' : summary;
  return { state: 'error', description: statusText(`Tests ended with an error: ${why}`), url: address };
}
