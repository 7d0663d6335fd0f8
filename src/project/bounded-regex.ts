/**
 * Regular expressions of a configuration, kept from running for ever: an expression such as `(a+)+$` takes twice the
 * time for every further character, and while one runs not even Ctrl-C is heard.
 */
import { Script, createContext } from 'node:vm';
import type { Context } from 'node:vm';
import { PackitError, hasErrnoCode } from '../errors.ts';

const LIMIT_MS = 1000;
/** Repeated groups, and many repetitions in a row, are what makes matching slow. Others are left as they are. */
const REPEATED_GROUP = /\)(?:[*+]|\{\d*,?\d*\})/;
const REPETITION = /[*+?]|\{\d*,?\d*\}/g;
/** What stands after `(`: no repetition, though it has a `?`. */
const GROUP_KIND = /\(\?(?:[:=!]|<[=!]|<\w+>)/g;
const FEW = 3;
/** Even few repetitions take long on a long text. */
const LONG = 300;

const holder: { work?: () => unknown } = {};
let timed: { script: Script; context: Context } | undefined;

/**
 * The same expression with an end to its matching.
 * @param what for the error: `upstream_tag_include "..."`
 */
export function bounded(regex: RegExp, what: string): RegExp {
  const risky = isRisky(regex.source);
  const exec = regex.exec.bind(regex);
  // `test`, `match` and `replace` go through it.
  regex.exec = (text) => (risky || text.length > LONG ? inTime(what, () => exec(text)) : exec(text));
  return regex;
}

/**
 * Does all of `work` (synchronous) within one time limit: for an expression that is matched many times.
 * @throws PackitError `REGEX_TOO_SLOW`
 */
export function inTime<T>(what: string, work: () => T): T {
  if (holder.work !== undefined) return work();
  let result: { value: T } | undefined;
  holder.work = () => void (result = { value: work() });
  try {
    // V8 ends what this starts; a timer would never get its turn.
    timed ??= { script: new Script('work()'), context: createContext(holder) };
    timed.script.runInContext(timed.context, { timeout: LIMIT_MS });
  } catch (error) {
    if (!hasErrnoCode(error, 'ERR_SCRIPT_EXECUTION_TIMEOUT')) throw error;
    throw new PackitError('REGEX_TOO_SLOW', `${what} takes longer than ${LIMIT_MS / 1000} s to match`, {
      hint: 'Write it without repeated groups that fit the same text in several ways: a+ instead of (a+)+.',
      cause: error,
    });
  } finally {
    delete holder.work;
  }
  if (result === undefined) throw new Error('the work did not end');
  return result.value;
}

export function isRisky(source: string): boolean {
  const plain = source.replace(GROUP_KIND, '(');
  return REPEATED_GROUP.test(plain) || (plain.match(REPETITION)?.length ?? 0) > FEW;
}
