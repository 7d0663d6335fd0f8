/**
 * Who waits for what: a message that a build has ended does not say which pull request it is for, so that whoever waits for the build
 * leaves his event here. A hint only: without it the event is looked at when its time comes.
 */
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasErrnoCode } from '../../errors.ts';
import type { Lane, WorkMessage } from '../../remote/queue/index.ts';

export interface WaitingRoom {
  /** @param keys `copr 123`: what it waits for */
  wait(keys: readonly string[], message: WorkMessage): void;
  /** Those who wait for it. */
  waitersOf(key: string): WorkMessage[];
}

/** Milliseconds after which nobody waits any more: as long as an event is looked at. */
const KEPT = 7 * 86_400_000;
/** Where woken events go: before new ones. */
export const WOKEN_LANE: Lane = 'results';

export function openWaitingRoom(directory: string, now: () => Date): WaitingRoom {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  clean(directory, now().getTime() - KEPT);
  return {
    wait(keys, message) {
      for (const key of keys) {
        const file = fileOf(directory, key);
        // Whole or not at all: others may read it meanwhile.
        const draft = `${file}.${process.pid}`;
        writeFileSync(draft, JSON.stringify(message), { mode: 0o600 });
        renameSync(draft, file);
      }
    },
    waitersOf(key) {
      try {
        return [JSON.parse(readFileSync(fileOf(directory, key), 'utf8')) as WorkMessage];
      } catch (error) {
        if (hasErrnoCode(error, 'ENOENT') || error instanceof SyntaxError) return [];
        throw error;
      }
    },
  };
}

function fileOf(directory: string, key: string): string {
  return join(directory, encodeURIComponent(key).replaceAll('.', '%2E').slice(0, 200));
}

function clean(directory: string, before: number): void {
  for (const name of readdirSync(directory)) {
    const file = join(directory, name);
    if ((statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? before) < before)
      rmSync(file, { force: true });
  }
}
