/** What Copr answers, checked field by field: nothing of a foreign shape goes further than this file. */
import { ServiceError } from '../../errors.ts';
import type { RunState } from '../../run-state.ts';

export interface CoprProject {
  owner: string;
  name: string;
  description: string;
  instructions: string;
  unlisted: boolean;
  /** Undefined where the server does not say. */
  deleteAfterDays: number | null | undefined;
  additionalRepos: string[];
  moduleHotfixes: boolean;
  bootstrap: string;
  /** Enabled chroots, sorted. */
  chroots: string[];
}

export interface CoprBuild {
  id: string;
  owner: string;
  project: string;
  /** Copr's own word. */
  word: string;
  state: RunState;
  chroots: string[];
  /** Name and version of the source package, once Copr has read it. */
  packageName: string | undefined;
  version: string | undefined;
  /** Where the source package can be had, once it is made. */
  srpmUrl: string | undefined;
  submitter: string | undefined;
  /** Seconds since 1970. */
  submittedOn: number | undefined;
  startedOn: number | undefined;
  endedOn: number | undefined;
}

export interface CoprChroot {
  name: string;
  word: string;
  state: RunState;
  /** Seconds since 1970. */
  startedOn: number | undefined;
  endedOn: number | undefined;
  /** The directory with RPMs and logs, with a slash at the end. */
  resultUrl: string | undefined;
}

/** A binary or source package (`arch` is `src`) that a chroot has made. */
export interface BuiltPackage {
  name: string;
  /** 0 for none. */
  epoch: number;
  version: string;
  release: string;
  arch: string;
}

/** How the SRPM of a build is made. */
export interface CoprSource {
  /** `upload`, `custom`, `scm`, ... */
  type: string;
  /** Of `custom`. */
  script: string | undefined;
}

const STATES: Readonly<Record<string, RunState>> = {
  importing: 'queued',
  pending: 'queued',
  waiting: 'queued',
  forked: 'skipped',
  starting: 'running',
  running: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'cancelled',
  skipped: 'skipped',
};

/** Copr's word for a state. A word that is unknown is taken for one that may still change. */
export function coprState(word: string): RunState {
  return STATES[word] ?? 'queued';
}

export function toProject(answer: unknown): CoprProject {
  const item = record(answer);
  return {
    owner: text(item.ownername) ?? unexpected('a project'),
    name: text(item.name) ?? unexpected('a project'),
    description: text(item.description) ?? '',
    instructions: text(item.instructions) ?? '',
    unlisted: item.unlisted_on_hp === true,
    deleteAfterDays:
      typeof item.delete_after_days === 'number' || item.delete_after_days === null
        ? item.delete_after_days
        : undefined,
    additionalRepos: texts(item.additional_repos),
    moduleHotfixes: item.module_hotfixes === true,
    bootstrap: text(item.bootstrap) ?? 'default',
    chroots: Object.keys(record(item.chroot_repos)).sort(),
  };
}

export function toBuild(answer: unknown): CoprBuild {
  const item = record(answer);
  const source = record(item.source_package);
  const word = text(item.state) ?? unexpected('a build');
  return {
    id: typeof item.id === 'number' ? String(item.id) : unexpected('a build'),
    owner: text(item.ownername) ?? '',
    project: text(item.projectname) ?? '',
    word,
    state: coprState(word),
    chroots: texts(item.chroots),
    packageName: text(source.name),
    version: text(source.version),
    srpmUrl: text(source.url),
    submitter: text(item.submitter),
    submittedOn: number(item.submitted_on),
    startedOn: number(item.started_on),
    endedOn: number(item.ended_on),
  };
}

export function toChroot(answer: unknown): CoprChroot {
  const item = record(answer);
  const word = text(item.state) ?? unexpected('a chroot');
  const url = text(item.result_url);
  return {
    name: text(item.name) ?? 'srpm-builds',
    word,
    state: coprState(word),
    startedOn: number(item.started_on),
    endedOn: number(item.ended_on),
    resultUrl: url === undefined || url === '' ? undefined : `${url.replace(/\/+$/, '')}/`,
  };
}

export function toSource(answer: unknown): CoprSource {
  const item = record(answer);
  return {
    type: text(item.source_type) ?? unexpected('how a source package is made'),
    script: text(record(item.source_dict).script),
  };
}

/** By chroot; those that have made nothing are there with an empty list. */
export function toBuiltPackages(answer: unknown): Record<string, BuiltPackage[]> {
  return Object.fromEntries(
    Object.entries(record(answer)).map(([chroot, made]) => {
      const { packages } = record(made);
      return [chroot, Array.isArray(packages) ? packages.flatMap(builtPackage) : []];
    }),
  );
}

function builtPackage(answer: unknown): BuiltPackage[] {
  const item = record(answer);
  const [name, version, release, arch] = [item.name, item.version, item.release, item.arch].map(text);
  if (name === undefined || version === undefined || release === undefined || arch === undefined) return [];
  return [{ name, epoch: number(item.epoch) ?? 0, version, release, arch }];
}

/** `items` of a list, which Copr gives page by page. */
export function itemsOf(answer: unknown): unknown[] {
  const { items } = record(answer);
  return Array.isArray(items) ? items : unexpected('a list');
}

export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function unexpected(what: string): never {
  throw new ServiceError('COPR_UNEXPECTED', `Copr answered with something that is not ${what}`, {
    hint: 'Check copr_url in ~/.config/copr; if it is right, Copr has changed and packit needs an update.',
  });
}
