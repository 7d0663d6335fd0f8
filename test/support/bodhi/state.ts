/** What Bodhi knows: releases, builds, updates, who may do what. */

export interface TestRelease {
  name: string;
  branch: string;
  distTag: string;
  state: string;
  composed: boolean;
}

export interface TestUpdate {
  alias: string;
  status: string;
  request: string | null;
  type: string;
  severity: string;
  notes: string;
  karma: number;
  stableDays: number;
  /** `2024-05-01 07:08:09` */
  dateTesting: string | null;
  locked: boolean;
  release: string;
  builds: string[];
  bugs: number[];
  fromTag: string | null;
}

export interface BodhiState {
  releases: TestRelease[];
  updates: TestUpdate[];
  /** Tags that builds have, as Koji says it. */
  buildsOf: (tag: string) => string[];
  /** Packages whose commits are others' alone. */
  closed: Set<string>;
}

export function bodhiState(): BodhiState {
  return {
    releases: [
      // Before the one of packages, on the same branch.
      { name: 'F42C', branch: 'f42', distTag: 'f42-container', state: 'current', composed: true },
      { name: 'F43', branch: 'rawhide', distTag: 'f43', state: 'pending', composed: false },
      { name: 'F42', branch: 'f42', distTag: 'f42', state: 'current', composed: true },
      { name: 'F41', branch: 'f41', distTag: 'f41', state: 'current', composed: true },
      { name: 'F39', branch: 'f39', distTag: 'f39', state: 'archived', composed: true },
    ],
    updates: [],
    buildsOf: () => [],
    closed: new Set(),
  };
}

export function addUpdate(
  state: BodhiState,
  update: Partial<TestUpdate> & { builds: string[]; release: string },
): TestUpdate {
  const made: TestUpdate = {
    alias: `FEDORA-2024-${String(state.updates.length + 1).padStart(10, '0')}`,
    status: 'pending',
    request: 'testing',
    type: 'enhancement',
    severity: 'unspecified',
    notes: 'Notes',
    karma: 0,
    stableDays: 7,
    dateTesting: null,
    locked: false,
    bugs: [],
    fromTag: null,
    ...update,
  };
  state.updates.push(made);
  return made;
}

export function shownUpdate(state: BodhiState, update: TestUpdate, url: string): Record<string, unknown> {
  const release = state.releases.find(({ name }) => name === update.release);
  return {
    alias: update.alias,
    title: update.builds.join(' '),
    url: `${url}/updates/${update.alias}`,
    status: update.status,
    request: update.request,
    type: update.type,
    severity: update.severity,
    notes: update.notes,
    karma: update.karma,
    stable_karma: 2,
    unstable_karma: -2,
    stable_days: update.stableDays,
    date_testing: update.dateTesting,
    meets_testing_requirements: false,
    locked: update.locked,
    release: { name: update.release, branch: release?.branch ?? '' },
    builds: update.builds.map((nvr) => ({ nvr, epoch: 0, signed: true })),
    bugs: update.bugs.map((bug_id) => ({ bug_id, title: 'a bug' })),
    from_tag: update.fromTag,
  };
}
