/** How units end, in the words of a status. Pure. */
import type { StatusState } from '../../../remote/forge/index.ts';
import { EXIT } from '../../../errors.ts';
import { oneLine } from '../comments/index.ts';
import type { Unit } from '../select/index.ts';
import type { TaskOutcome, TaskOutcomes } from './types.ts';

const LONGEST = 140;

export function outcome(state: StatusState, description: string, url = ''): TaskOutcome {
  return { state, description: oneLine(description, LONGEST), url };
}

/** A failure of the job's own is `failure`, one of a service `error`. */
export function failed(
  what: string,
  { message, exitCode }: { message: string; exitCode: number },
  url = '',
): TaskOutcome {
  return outcome(exitCode === EXIT.service ? 'error' : 'failure', `${what}: ${message}`, url);
}

export function forAll(units: readonly Unit[], ended: TaskOutcome): TaskOutcomes {
  return new Map(units.map(({ key }) => [key, ended]));
}
