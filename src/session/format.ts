/**
 * The files of a recorded session. `session.json` says what was run and how it ended; `NNNN-*.json` are what passed through the
 * two doors, in the order it began; `bodies/` holds what is too large to read, by its SHA-256; `person/` the settings packit read.
 * Described for readers of other programs in docs/recorded-sessions.md.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PackitError, hasErrnoCode, messageOf } from '../errors.ts';

/** Raised when an older packit could not read what a newer one writes. */
export const FORMAT = 1;
export const HEADER = 'session.json';
export const BODIES = 'bodies';
export const PERSON = 'person';

export interface SessionHeader {
  format: number;
  versions: Record<string, string>;
  /** Arguments of packit, `--record DIR` left out. */
  command: readonly string[];
  /** ISO 8601. The clock of a session stands still but for the time that was waited. */
  startedAt: string;
  /** Variables that packit reads; secrets are masked. */
  variables: Record<string, string>;
  /** Whom git would commit as. */
  identity?: { name: string; email: string };
  /** Absent: the session was broken off. */
  result?: SessionResult;
}

export interface SessionResult {
  exitCode: number;
  /** Lines of stdout. */
  stdout: readonly string[];
  /** The error's code and sentence, if it ended with one. */
  error?: { code: string; message: string };
}

/** A body: JSON as a value if writing it gives the same bytes again, text as lines, the rest and what is large in a file. */
export type StoredBody =
  | { json: unknown; indent: number }
  | { lines: readonly string[] }
  | { base64: string }
  | { file: string; size: number };

export interface Fault {
  name: string;
  code: string;
  message: string;
  hint?: string;
}

export interface HttpRecord {
  kind: 'http';
  /** It changes nothing on the other side: it may be asked any number of times. */
  asks?: true;
  /** What a request must be to be given this answer. */
  key: readonly string[];
  answer?: {
    status: number;
    headers: Record<string, string>;
    body: StoredBody;
    /** The connection broke after this body. */
    broken?: Fault;
  };
  /** No answer came. */
  error?: Fault;
  /** How often in a row the same answer came. */
  times?: number;
}

/** What a git transfer brought: enough to give it again without the server. */
export interface GitTransfer {
  url: string;
  /** Names on the server and their objects. */
  refs: Record<string, string>;
  /** Branch that HEAD of the server stands for. */
  head?: string;
  /** Commits whose parents were left out. */
  shallow?: readonly string[];
  /** A pack with everything the refs lead to. */
  pack?: { file: string; size: number };
}

export interface ProgramRecord {
  kind: 'program';
  asks?: true;
  key: readonly string[];
  exitCode?: number;
  signal?: string;
  /** It could not be started. */
  error?: Fault;
  stdout: StoredBody;
  stderr: StoredBody;
  git?: GitTransfer;
}

export type SessionRecord = HttpRecord | ProgramRecord;

/** A whole session, read and looked at: it may come from somebody else. */
export interface LoadedSession {
  directory: string;
  header: SessionHeader;
  records: { file: string; record: SessionRecord }[];
}

const RECORD_FILE = /^\d{4,}-[\w.-]+\.json$/;

/** @throws PackitError `RECORDING_MISSING`, `RECORDING_INVALID`, `RECORDING_TOO_NEW` */
export function loadSession(directory: string): LoadedSession {
  let names: string[];
  try {
    names = readdirSync(directory).filter((name) => RECORD_FILE.test(name));
  } catch (cause) {
    throw missing(directory, cause);
  }
  const header = readDocument(join(directory, HEADER), directory) as SessionHeader;
  if (typeof header.format !== 'number' || !Array.isArray(header.command))
    throw invalid(join(directory, HEADER));
  if (header.format > FORMAT) {
    throw new PackitError(
      'RECORDING_TOO_NEW',
      `${directory} was recorded in format ${header.format}; this packit reads formats up to ${FORMAT}`,
      {
        hint: `Use the packit it was recorded with (${header.versions.packit ?? 'a newer one'}) or a newer one.`,
      },
    );
  }
  const records = names
    .toSorted((one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10))
    .map((file) => {
      const record = readDocument(join(directory, file), directory) as SessionRecord;
      if (!Array.isArray(record.key) || (record.kind !== 'http' && record.kind !== 'program')) {
        throw invalid(join(directory, file));
      }
      return { file, record };
    });
  return { directory, header, records };
}

function readDocument(path: string, directory: string): unknown {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value === 'object' && value !== null) return value;
  } catch (cause) {
    if (hasErrnoCode(cause, 'ENOENT')) throw missing(directory, cause);
    throw invalid(path, cause);
  }
  throw invalid(path);
}

function missing(directory: string, cause: unknown): PackitError {
  return new PackitError('RECORDING_MISSING', `There is no recorded session in ${directory}`, {
    hint: `Record one first: packit --record ${directory} COMMAND.`,
    cause,
  });
}

function invalid(path: string, cause?: unknown): PackitError {
  return new PackitError('RECORDING_INVALID', `${path} is not a part of a recorded session`, {
    hint: 'Record it again, or restore the file as it was recorded.',
    ...(cause === undefined ? {} : { cause, details: [messageOf(cause)] }),
  });
}
