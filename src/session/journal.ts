/** The documents of a recording as they are written, and looked at once more when it ends. */
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PackitError } from '../errors.ts';
import { decodeExactly } from './bodies.ts';
import { BODIES, PERSON } from './format.ts';
import type { HttpRecord, SessionRecord } from './format.ts';
import { suspicion } from './secrets.ts';
import type { Secrets } from './secrets.ts';

export interface Journal {
  /** The number of what begins now. */
  place(): number;
  write(place: number, record: SessionRecord, title: string): void;
  /** What looked like a secret and was therefore not written. */
  problems(): string[];
}

export function createJournal(directory: string, secrets: Secrets): Journal {
  let count = 0;
  const problems: string[] = [];
  /** The newest record of each key, to which the same answer is added as one more time. */
  const newest = new Map<string, { path: string; record: SessionRecord }>();
  return {
    place: () => (count += 1),
    write(place, record, title) {
      const id = record.key.join('\n');
      const before = newest.get(id);
      if (before !== undefined && isSameAnswer(before.record, record)) {
        before.record = {
          ...(before.record as HttpRecord),
          times: ((before.record as HttpRecord).times ?? 1) + 1,
        };
        writeFileSync(before.path, document(before.record));
        return;
      }
      const text = document(record);
      const looks = suspicion(text);
      if (looks !== undefined) {
        problems.push(`${looks} in what ${record.key[0]} said`);
        return;
      }
      const name = secrets
        .text(title)
        .replace(/[^\w.]+/g, '-')
        .replace(/^-|-$/g, '')
        .slice(0, 80);
      const path = join(directory, `${String(place).padStart(4, '0')}-${name}.json`);
      writeFileSync(path, text);
      newest.set(id, { path, record });
    },
    problems: () => problems,
  };
}

function document(record: SessionRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

function isSameAnswer(one: SessionRecord, other: SessionRecord): boolean {
  if (one.kind !== 'http' || other.kind !== 'http' || one.asks !== true) return false;
  return JSON.stringify({ ...one, times: 1 }) === JSON.stringify({ ...other, times: 1 });
}

/**
 * Looks at all that was written once more, with the secrets that became known later, and for what looks like one.
 * @returns what is still suspicious
 */
export function maskAgain(directory: string, secrets: Secrets): string[] {
  const found: string[] = [];
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const path = join(directory, name);
    const isBody = name.startsWith(`${BODIES}/`);
    if (!isBody && !name.endsWith('.json') && !name.startsWith(`${PERSON}/`)) continue;
    const bytes = readFileSync(path);
    const text = decodeExactly(bytes);
    if (isBody) {
      if (secrets.holds(bytes)) found.push(`a known secret in ${name}`);
      else if (text !== undefined && suspicion(text) !== undefined)
        found.push(`${suspicion(text)} in ${name}`);
      continue;
    }
    if (text === undefined) continue;
    const masked = secrets.text(text);
    if (masked !== text) writeFileSync(path, masked);
    const looks = suspicion(masked);
    if (looks !== undefined) found.push(`${looks} in ${name}`);
  }
  return found;
}

/** Removes the recording, and says why. */
export function refused(directory: string, found: readonly string[]): PackitError {
  // What is suspicious must not lie around as if it were fit to be sent.
  rmSync(directory, { recursive: true, force: true });
  return new PackitError(
    'RECORDING_REFUSED',
    'The recording held what looks like a secret, and was removed',
    {
      details: [...new Set(found)].slice(0, 10),
      hint: 'Put the secret into a variable whose name ends in _SECRET: packit then knows and masks it. Then record again.',
    },
  );
}
