/**
 * What a status says beyond its text: its address names the build, the test or the claim it stands for. That is all the memory there
 * is: a later run finds from it what an earlier one began.
 */
import { buildIdIn } from '../../../remote/copr/index.ts';
import type { CommitStatus, StatusState } from '../../../remote/forge/index.ts';
import { farmRequestIdIn } from '../../../remote/testing-farm/index.ts';

/** What people see of a unit. */
export interface Shown {
  state: StatusState;
  description: string;
  url: string;
}

/** Somebody has begun: who, and because of what. */
export interface Claim {
  /** The run that made it: a CI system's number of a run, with the attempt. */
  run: string;
  /** `event`, `comment:ID`, `run:ID.ATTEMPT`, `build:ID`. */
  cause: string;
}

export interface StatusRecord extends Shown {
  name: string;
  /** The forge's number; a later one is greater. */
  id: string;
  updatedAt: string | undefined;
  /** Number of the Copr build it speaks of. */
  build?: string;
  /** Of the request at Testing Farm. */
  farm?: string;
  claim?: Claim;
}

export function toRecord({ id, name, state, description, url, updatedAt }: CommitStatus): StatusRecord {
  const claim = claimIn(url);
  const build = claim === undefined && /^https?:/.test(url) ? buildIdIn(url) : undefined;
  const farm = claim === undefined ? farmRequestIdIn(url) : undefined;
  return {
    name,
    id,
    state,
    description,
    url,
    updatedAt,
    ...(build === undefined ? {} : { build }),
    ...(farm === undefined ? {} : { farm }),
    ...(claim === undefined ? {} : { claim }),
  };
}

/** The address of a claim: a page for people, and behind `#` what a program needs. */
export function claimUrl(page: string, { run, cause }: Claim): string {
  const mark = new URLSearchParams({ 'packit-run': run, 'packit-cause': cause });
  return `${page.replace(/#.*$/s, '')}#${mark.toString()}`;
}

export function claimIn(url: string): Claim | undefined {
  const mark = new URLSearchParams(/#(.*)$/s.exec(url)?.[1] ?? '');
  const [run, cause] = [mark.get('packit-run'), mark.get('packit-cause')];
  return run === null || cause === null ? undefined : { run, cause };
}

/** True if it will not change any more. */
export function isEnd(state: StatusState): boolean {
  return state !== 'pending' && state !== 'running';
}

/**
 * True if both look the same to people. Forges do not tell all states apart: what is written as `running` comes back as
 * `pending`, `neutral` as `error`; the text says the rest.
 */
export function looksSame(one: Shown, other: Shown): boolean {
  return (
    kind(one.state) === kind(other.state) && one.description === other.description && one.url === other.url
  );
}

function kind(state: StatusState): string {
  if (!isEnd(state)) return 'open';
  return state === 'success' ? 'good' : 'bad';
}
