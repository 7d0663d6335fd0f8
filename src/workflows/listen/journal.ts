/**
 * What was done and what is being done, for all processes of one machine: lines that are only ever added to a file, whose order
 * decides who was first. A file a day; those older than a week are removed. A lost journal costs an event that is handled twice,
 * which the handlers stand.
 */
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { PackitError, messageOf } from '../../errors.ts';

export interface Journal {
  /** Takes a name for this process: `done` if somebody has finished with it, `busy` if somebody who lives holds it. */
  take(key: string): 'mine' | 'done' | 'busy';
  /** Has somebody finished with it? */
  has(key: string): boolean;
  /** Finished with, for a week. */
  done(key: string): void;
  /** Not held any more; anybody may take it. */
  free(key: string): void;
  /** Keeps a text for a week. */
  remember(text: string): void;
  remembered(): string[];
  /** To be called at least every minute while something is held: others may be on machines whose processes nobody here can see. */
  beat(): void;
  close(): void;
}

interface Line {
  /** Milliseconds. */
  t: number;
  op: 'take' | 'done' | 'free' | 'note' | 'beat' | 'closed';
  key?: string;
  by?: string;
  /** Taken from somebody who is gone. */
  over?: string;
}

interface Held {
  by: string;
}

interface OpenFile {
  fd: number;
  /** Bytes that were read. */
  offset: number;
  /** The beginning of a line that is not all there. */
  rest: string;
  /** Somebody has begun a newer one. */
  closed: boolean;
}

const DAYS_KEPT = 7;
/** Milliseconds after which a process of another machine counts as gone. */
const FOREIGN_LEASE = 180_000;
/** Names that are remembered as done; the oldest are forgotten first. */
const MOST_DONE = 200_000;

export interface JournalOptions {
  directory: string;
  now: () => Date;
  /** Names this process; for tests. */
  holder?: string;
  /** For tests. */
  lives?: (holder: string) => boolean | undefined;
}

/** @throws PackitError `LISTEN_STATE` if the directory cannot be written */
export function openJournal({ directory, now, holder, lives = isAlive }: JournalOptions): Journal {
  const me = holder ?? ownName();
  const held = new Map<string, Held>();
  const done = new Map<string, number>();
  const notes = new Map<string, number>();
  const beats = new Map<string, number>();
  const files = new Map<string, OpenFile>();
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    open(nameOf(now()));
  } catch (cause) {
    throw new PackitError(
      'LISTEN_STATE',
      `The journal in ${directory} cannot be written: ${messageOf(cause)}`,
      {
        hint: 'Name a directory that can: --state DIR.',
        cause,
      },
    );
  }
  catchUp();

  function open(name: string) {
    const known = files.get(name);
    if (known !== undefined) return known;
    const file = { fd: openSync(join(directory, name), 'a+', 0o600), offset: 0, rest: '', closed: false };
    files.set(name, file);
    return file;
  }

  /** Reads what was added to any file, oldest first. */
  function catchUp(): void {
    const names = readdirSync(directory)
      .filter((name) => /^journal-\d{4}-\d\d-\d\d\.jsonl$/.test(name))
      .sort();
    const oldest = nameOf(new Date(now().getTime() - DAYS_KEPT * 86_400_000));
    for (const name of names) {
      if (name < oldest) forgetFile(name);
      else readMore(open(name));
    }
    const limit = now().getTime() - DAYS_KEPT * 86_400_000;
    for (const [key, at] of done) {
      if (at >= limit && done.size <= MOST_DONE) break;
      done.delete(key);
    }
  }

  function forgetFile(name: string): void {
    const file = files.get(name);
    if (file !== undefined) closeSync(file.fd);
    files.delete(name);
    rmSync(join(directory, name), { force: true });
  }

  function readMore(file: OpenFile): void {
    const size = fstatSync(file.fd).size;
    while (file.offset < size) {
      const chunk = Buffer.alloc(Math.min(1 << 20, size - file.offset));
      const length = readSync(file.fd, chunk, 0, chunk.length, file.offset);
      if (length === 0) break;
      file.offset += length;
      // Names are ASCII or at worst look different for everybody in the same way.
      const lines = (file.rest + chunk.toString('latin1', 0, length)).split('\n');
      file.rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') apply(line, file);
    }
  }

  function apply(text: string, file: { closed: boolean }): void {
    // What somebody wrote into a file that was closed for a newer one does not count, for him neither.
    if (file.closed) return;
    let line: Line;
    try {
      line = JSON.parse(text) as Line;
    } catch {
      return; // Whoever wrote it was ended while writing.
    }
    const { op, key = '', by = '', t } = line;
    if (by !== '') beats.set(by, t);
    const holds = held.get(key);
    if (op === 'closed') file.closed = true;
    else if (op === 'note') notes.set(key, t);
    else if (op === 'take') {
      if (!done.has(key) && (holds === undefined || holds.by === line.over)) held.set(key, { by });
    } else if (op === 'done') {
      if (holds?.by === by) held.delete(key);
      done.delete(key);
      done.set(key, t);
    } else if (op === 'free' && holds?.by === by) held.delete(key);
  }

  function write(line: Omit<Line, 't'>): void {
    const name = nameOf(now());
    for (const [other, file] of files) {
      if (other < name && !file.closed) append(file, { op: 'closed' });
    }
    append(open(name), line);
    catchUp();
    // Past midnight meanwhile: somebody may have closed the file before this line. Twice does no harm.
    if (nameOf(now()) !== name) write(line);
  }

  function append(file: { fd: number }, line: Omit<Line, 't'>): void {
    // An empty line first: after a line that somebody did not finish, ours still stands alone.
    writeSync(file.fd, `\n${ascii(JSON.stringify({ t: now().getTime(), ...line }))}\n`);
  }

  function gone(by: string): boolean {
    const alive = lives(by);
    if (alive !== undefined) return !alive;
    return now().getTime() - (beats.get(by) ?? 0) > FOREIGN_LEASE;
  }

  return {
    take(key) {
      catchUp();
      if (done.has(key)) return 'done';
      const before = held.get(key);
      if (before !== undefined && (before.by === me || !gone(before.by))) return 'busy';
      write({ op: 'take', key, by: me, ...(before === undefined ? {} : { over: before.by }) });
      if (done.has(key)) return 'done';
      return held.get(key)?.by === me ? 'mine' : 'busy';
    },
    has(key) {
      catchUp();
      return done.has(key);
    },
    done: (key) => write({ op: 'done', key, by: me }),
    free: (key) => write({ op: 'free', key, by: me }),
    remember(text) {
      // Once a day, as the files of older days go.
      if (now().getTime() - (notes.get(text) ?? 0) > 86_400_000) write({ op: 'note', key: text });
    },
    remembered() {
      catchUp();
      const limit = now().getTime() - DAYS_KEPT * 86_400_000;
      return [...notes].filter(([, at]) => at >= limit).map(([text]) => text);
    },
    beat: () => {
      if ([...held.values()].some(({ by }) => by === me)) write({ op: 'beat', by: me });
    },
    close() {
      for (const { fd } of files.values()) closeSync(fd);
      files.clear();
    },
  };
}

function nameOf(day: Date): string {
  return `journal-${day.toISOString().slice(0, 10)}.jsonl`;
}

/** JSON in which every character is one byte, so that it can be read in pieces. */
function ascii(json: string): string {
  return json.replace(
    /[^\u0020-\u007e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Machine, process and the moment it began: numbers of processes are used again. */
function ownName(): string {
  return `${hostname()}/${process.pid}/${startOf(process.pid) ?? 0}`;
}

/** Undefined where it cannot be known: a process of another machine. */
function isAlive(holder: string): boolean | undefined {
  const [host, pid, start] = holder.split('/');
  if (host !== hostname()) return undefined;
  return startOf(Number(pid)) === start;
}

/** When a process began, in the kernel's ticks. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The program's name comes before, in parentheses, and may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
