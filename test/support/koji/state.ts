/** What a hub knows: packages, tags with their parents, targets, builds, tasks. */

export interface HubBuild {
  id: number;
  nvr: string;
  name: string;
  version: string;
  release: string;
  /** 0 building, 1 complete, 2 deleted, 3 failed, 4 cancelled. */
  state: number;
  /** Seconds since 1970. */
  completed: number;
  changelog: { time: number; author: string; text: string }[];
}

export interface HubTag {
  id: number;
  name: string;
  locked: boolean;
  /** Nearest first. */
  parents: string[];
  /** In the order they were tagged: the last is the latest. */
  builds: string[];
}

export interface HubTask {
  id: number;
  method: string;
  owner: number;
  state: number;
  created: number;
  request: unknown[];
  parent?: number;
  arch?: string;
  label?: string;
  /** The sentence of its fault. */
  failure?: string;
  /** Files it has made, by name. */
  output?: Map<string, string>;
}

export interface HubState {
  packages: Map<string, number>;
  tags: Map<string, HubTag>;
  targets: Map<string, { id: number; buildTag: string; destTag: string }>;
  builds: Map<string, HubBuild>;
  tasks: HubTask[];
  /** Path on the hub -> content. */
  files: Map<string, Buffer>;
}

export function emptyState(): HubState {
  return {
    packages: new Map(),
    tags: new Map(),
    targets: new Map(),
    builds: new Map(),
    tasks: [],
    files: new Map(),
  };
}

/** Releases as Fedora has them: candidate tags, their stable parents, targets. */
export function addBranch(state: HubState, branch: string, dist = branch): void {
  const isRawhide = branch === 'rawhide';
  const stable = isRawhide ? dist : `${dist}-updates`;
  const candidate = isRawhide ? `${dist}-updates-candidate` : `${dist}-updates-candidate`;
  addTag(state, dist, []);
  if (!isRawhide) addTag(state, stable, [dist]);
  addTag(state, candidate, isRawhide ? [dist] : [stable, dist]);
  addTag(state, `${dist}-build`, [stable]);
  state.targets.set(isRawhide ? 'rawhide' : `${branch}-candidate`, {
    id: state.targets.size + 1,
    buildTag: `${dist}-build`,
    destTag: candidate,
  });
}

export function addTag(state: HubState, name: string, parents: readonly string[]): HubTag {
  const tag: HubTag = { id: state.tags.size + 100, name, locked: false, parents: [...parents], builds: [] };
  state.tags.set(name, tag);
  return tag;
}

export interface NewBuild {
  nvr: string;
  tag?: string;
  state?: number;
  /** Seconds since 1970. */
  completed?: number;
  changelog?: HubBuild['changelog'];
}

export function addBuild(state: HubState, { nvr, tag, changelog = [], ...rest }: NewBuild): HubBuild {
  const [, name = '', version = '', release = ''] = /^(.+)-([^-]+)-([^-]+)$/.exec(nvr) ?? [];
  if (!state.packages.has(name)) state.packages.set(name, state.packages.size + 1);
  const id = 1000 + state.builds.size;
  const build: HubBuild = {
    id,
    nvr,
    name,
    version,
    release,
    state: rest.state ?? 1,
    completed: rest.completed ?? 1_714_000_000 + id,
    changelog,
  };
  state.builds.set(nvr, build);
  if (tag !== undefined) {
    const found = state.tags.get(tag);
    if (found === undefined) throw new Error(`no tag ${tag}`);
    found.builds.push(nvr);
  }
  return build;
}
