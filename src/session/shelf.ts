/**
 * The records of a session on their way out. What changes something is given once and in order. What only asks is answered by
 * what has been changed so far: several branches or chroots are worked on side by side, and a replay need not take turns as the
 * recorded run did.
 */
import { PackitError } from '../errors.ts';
import type { LoadedSession, SessionRecord } from './format.ts';
import { compareKeys, nearestKey } from './nearest.ts';

export interface Shelf {
  /** The next record of this key. @throws PackitError `REPLAY_UNEXPECTED` */
  take(kind: SessionRecord['kind'], key: readonly string[]): SessionRecord;
  broken(record: SessionRecord): PackitError;
  /** What was asked for in vain, also where packit went on without it, and what was never asked for. */
  problem(): PackitError | undefined;
}

interface Entry {
  record: SessionRecord;
  file: string;
  /** How often it has been given. */
  given: number;
  /** For what only asks: how many changes were recorded before it. */
  epoch: number;
}

const MEANT =
  'The command, the project or packit is not as it was when the session was recorded. Record it again if that is meant.';

export function createShelf(recording: LoadedSession): Shelf {
  const queues = new Map<string, Entry[]>();
  const all: Entry[] = [];
  const changes: Entry[] = [];
  for (const { file, record } of recording.records) {
    const entry = { record, file, given: 0, epoch: changes.length };
    const id = identify(record.kind, record.key);
    all.push(entry);
    if (record.asks !== true) changes.push(entry);
    queues.set(id, [...(queues.get(id) ?? []), entry]);
  }
  let unexpected: PackitError | undefined;

  function next(queue: readonly Entry[]): Entry | undefined {
    const [first] = queue;
    if (first === undefined || first.record.asks !== true) return queue.find(({ given }) => given === 0);
    const open = changes.findIndex(({ given }) => given === 0);
    const done = open < 0 ? changes.length : open;
    const epoch = queue.findLast((entry) => entry.epoch <= done)?.epoch ?? first.epoch;
    const answers = queue.filter((entry) => entry.epoch === epoch);
    // A question may be asked any number of times: it keeps its last answer.
    return answers.find(({ record, given }) => given < timesOf(record)) ?? answers.at(-1);
  }

  return {
    take(kind, key) {
      const queue = queues.get(identify(kind, key)) ?? [];
      const entry = next(queue);
      if (entry !== undefined) {
        entry.given += 1;
        return entry.record;
      }
      const error = unexpectedError(key, kind, all, queue.length > 0);
      unexpected ??= error;
      throw error;
    },
    broken: (record) =>
      new PackitError('RECORDING_INVALID', `The recorded session has no answer for ${record.key[0]}`, {
        hint: 'Record it again, or restore the file as it was recorded.',
      }),
    problem: () => unexpected ?? unusedError([...queues.values()].flatMap(unusedOf)),
  };
}

function identify(kind: string, key: readonly string[]): string {
  return [kind, ...key].join('\n');
}

function timesOf(record: SessionRecord): number {
  return record.kind === 'http' ? (record.times ?? 1) : 1;
}

/** Of a question one answer is enough, of changes all must have been made. */
function unusedOf(queue: readonly Entry[]): Entry[] {
  const unused = queue.filter(({ given }) => given === 0);
  const [first] = queue;
  return first !== undefined && first.record.asks === true && unused.length < queue.length ? [] : unused;
}

function unexpectedError(
  key: readonly string[],
  kind: SessionRecord['kind'],
  all: readonly Entry[],
  usedUp: boolean,
): PackitError {
  const same = all.filter(({ record }) => record.kind === kind).map(({ record }) => record.key);
  const near = usedUp ? undefined : nearestKey(key, same);
  const what = kind === 'http' ? 'A request' : 'A program';
  const said = kind === 'http' ? key[0] : key.map((word) => word.trim()).join(' ');
  return new PackitError(
    'REPLAY_UNEXPECTED',
    usedUp ? `${what} came more often than was recorded: ${said}` : `${what} was not recorded: ${said}`,
    {
      details:
        near === undefined
          ? []
          : ['The nearest that was recorded (-) and what came (+):', ...compareKeys(near, key)],
      hint: MEANT,
    },
  );
}

function unusedError(unused: readonly Entry[]): PackitError | undefined {
  if (unused.length === 0) return undefined;
  const were = unused.length === 1 ? 'was' : 'were';
  return new PackitError(
    'REPLAY_UNUSED',
    `${unused.length} of the recorded requests and programs ${were} not asked for`,
    { details: unused.slice(0, 10).map(({ file, record }) => `${file}: ${record.key[0]}`), hint: MEANT },
  );
}
