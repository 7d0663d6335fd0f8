/** What a run found and did, as data: the table, `--json` and the exit code are made from it. */
import { EXIT } from '../../../errors.ts';
import type { CiEvent } from '../event/index.ts';
import type { Prepared } from './prepare.ts';
import { shellWord } from '../../../tools/process/index.ts';
import { unitsIn } from '../reconcile/index.ts';
import type { Work } from '../reconcile/index.ts';
import type { LeftOut, Unit } from '../select/index.ts';
import { isEnd } from '../statuses/index.ts';
import type { Board, Shown } from '../statuses/index.ts';
import type { Ignored } from '../trust/index.ts';

/** How one unit stands. */
export interface CiUnit extends Pick<Unit, 'key' | 'kind' | 'package' | 'identifier' | 'target'>, Shown {
  /** Name of its status. */
  status: string;
}

export interface CiRunResult {
  event: CiEvent | undefined;
  /** Why there was nothing to do, in one sentence. */
  ignored: string | undefined;
  configuration: string | undefined;
  units: CiUnit[];
  leftOut: LeftOut[];
  /** Keys of a pull request's configuration that the target branch decides. */
  ignoredKeys: Ignored[];
  /** False: something is still under way. */
  finished: boolean;
  /** Command that goes on with it. */
  resume: string | undefined;
  exitCode: number;
}

export interface Outcome {
  event: CiEvent;
  board: Board;
  prepared: Prepared;
  work: Work;
  /** Everything has ended. */
  finished: boolean;
  /** The end was waited for. */
  waited: boolean;
}

/**
 * The units as they stand now; what nobody has spoken of is pending.
 * @param page the address of those
 */
export function unitsShown(work: Work, board: Board, page = ''): CiUnit[] {
  return unitsIn(work).map(({ key, kind, package: name, identifier, target, status }) => {
    const now = board.now(status) ?? { state: 'pending', description: '', url: page };
    const { state, description, url } = now;
    return { key, kind, package: name, identifier, target, status, state, description, url };
  });
}

export function resultOf({ event, board, prepared, work, finished, waited }: Outcome): CiRunResult {
  const units = unitsShown(work, board, board.page);
  return {
    event,
    ignored: undefined,
    configuration: prepared.config.file,
    units,
    leftOut: prepared.leftOut,
    ignoredKeys: prepared.ignoredKeys,
    finished,
    resume: finished ? undefined : resumeCommand(event),
    exitCode: exitCode(units, finished || !waited),
  };
}

/** @param counted what is under way was not to be waited for */
function exitCode(units: readonly CiUnit[], counted: boolean): number {
  const ended = units.filter(({ state }) => isEnd(state));
  const bad = ended.filter(({ state }) => state !== 'success' && state !== 'neutral');
  if (bad.length > 0) return bad.length === units.length ? EXIT.failure : EXIT.partial;
  return counted ? EXIT.ok : EXIT.service;
}

/** Names of branches come from outside, and people copy commands. */
function resumeCommand({ pullRequest, branch, tag }: CiEvent): string {
  if (pullRequest !== undefined) return `packit ci resume --pull-request ${pullRequest.number}`;
  if (tag !== undefined) return `packit ci resume --tag ${shellWord(tag)}`;
  return branch === undefined ? 'packit ci resume' : `packit ci resume --branch ${shellWord(branch)}`;
}

export function nothing(event: CiEvent | undefined, ignored: string): CiRunResult {
  return {
    event,
    ignored,
    configuration: undefined,
    units: [],
    leftOut: [],
    ignoredKeys: [],
    finished: true,
    resume: undefined,
    exitCode: EXIT.ok,
  };
}
