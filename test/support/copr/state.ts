/** What the stand-in for Copr knows: accounts, projects, builds and how they go. */
import type { Recorded, TestServer } from '../http/server.ts';

export interface ChrootScript {
  /** Seconds in the queue, then seconds it runs; `Infinity` never ends. */
  queue?: number;
  run?: number;
  end?: 'succeeded' | 'failed' | 'canceled' | 'skipped';
  log?: string;
}

export interface BuildScript {
  /** Seconds the making of the SRPM takes, and how it ends. */
  source?: {
    run?: number;
    end?: 'succeeded' | 'failed';
    log?: string;
    /** File name of the SRPM that a script makes. */
    srpm?: string;
  };
  /** Seconds Copr takes to import it. */
  import?: number;
  /** By chroot; `*` for all others. */
  chroots?: Record<string, ChrootScript>;
  /** The server of the results does not say that logs are packed. */
  plainFiles?: boolean;
}

export interface CoprAccount {
  name: string;
  login: string;
  token: string;
  groups: string[];
}

export interface StoredProject {
  id: number;
  ownername: string;
  name: string;
  description: string;
  instructions: string;
  contact: string | null;
  unlisted_on_hp: boolean;
  delete_after_days: number | null;
  additional_repos: string[];
  module_hotfixes: boolean;
  bootstrap: string;
  chroots: string[];
  /** Not the owner's own. */
  admins: string[];
  builders: string[];
  /** `name: roles` in the order they were asked for. */
  requests: { name: string; roles: Record<string, boolean> }[];
}

/** Where the SRPM comes from, as Copr keeps it. */
export type StoredSource =
  | { type: 'upload' }
  | {
      type: 'custom';
      dict: { script: string; chroot: string; builddeps: string; resultdir: string; repos: string };
    };

export interface StoredBuild {
  id: number;
  project: StoredProject;
  chroots: string[];
  submitter: string;
  /** Seconds since 1970, by the stand-in's clock. */
  submitted: number;
  script: BuildScript;
  /** When somebody cancelled it. */
  canceled?: number;
  filename: string;
  size: number;
  source: StoredSource;
  options: Record<string, unknown>;
}

/** A chroot as it is at a moment. */
export interface ChrootMoment {
  state: string;
  started: number | null;
  ended: number | null;
}

export function sourceMoment(build: StoredBuild, now: number): ChrootMoment {
  const { run = 0, end = 'succeeded' } = build.script.source ?? {};
  const ended = build.submitted + run;
  return now < ended
    ? { state: 'running', started: build.submitted, ended: null }
    : { state: end, started: build.submitted, ended };
}

export function chrootMoment(build: StoredBuild, chroot: string, now: number): ChrootMoment {
  const source = sourceMoment(build, now);
  if (source.state === 'failed') return { state: 'failed', started: null, ended: null };
  const {
    queue = 0,
    run = 0,
    end = 'succeeded',
  } = build.script.chroots?.[chroot] ?? build.script.chroots?.['*'] ?? {};
  const imported = build.submitted + (build.script.source?.run ?? 0) + (build.script.import ?? 0);
  const started = imported + queue;
  const ended = started + run;
  const until = build.canceled ?? Number.POSITIVE_INFINITY;
  if (Math.min(now, until) >= ended) return { state: end, started, ended };
  if (now >= until) return { state: 'canceled', started: until > started ? started : null, ended: until };
  if (now < imported) return { state: 'waiting', started: null, ended: null };
  return now < started
    ? { state: 'pending', started: null, ended: null }
    : { state: 'running', started, ended: null };
}

/** As Copr sums it up: cancelled, then the source, then the first of these that some chroot is in. */
export function buildState(build: StoredBuild, now: number): string {
  if (build.canceled !== undefined && now >= build.canceled) return 'canceled';
  const source = sourceMoment(build, now);
  if (source.state !== 'succeeded') return source.state;
  const states = build.chroots.map((chroot) => chrootMoment(build, chroot, now).state);
  if (states.every((state) => state === 'waiting')) return 'importing';
  const order = ['running', 'starting', 'pending', 'failed', 'succeeded', 'skipped', 'forked'];
  return order.find((state) => states.includes(state)) ?? 'unknown';
}

/** How a request fails. `cut`: before anything is done; `cut-after`: it is done, but the answer never comes. */
export type Fault = 'cut' | 'cut-after' | number;

export interface CoprServer extends TestServer {
  projects: Map<string, StoredProject>;
  builds: Map<number, StoredBuild>;
  accounts: CoprAccount[];
  offered: string[];
  /** How builds go that are submitted from now on. */
  script: BuildScript;
  /** Results were removed. */
  cleaned: boolean;
  /** Builds of this number are unknown. */
  forgotten: Set<number>;
  /** Requests that were not as they ought to be. */
  unexpected: string[];
  /** Asked for each request, before it is handled. */
  fault: (request: Recorded, index: number) => Fault | undefined;
  /** Seconds since 1970. */
  now: () => number;
  addProject(owner: string, name: string, values?: Partial<StoredProject>): StoredProject;
  /** Puts a login into `<home>/.config/copr`. */
  writeLogin(home: string, changes?: Record<string, string | undefined>): void;
}
