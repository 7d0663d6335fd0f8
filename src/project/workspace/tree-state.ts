/** What is in a private checkout, and how it gets back into the state it had: cheaper than another copy for every package. */
import { Buffer } from 'node:buffer';
import { lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { hasErrnoCode } from '../../errors.ts';
import { copyOne } from './copy-tree.ts';
import { joinRaw } from './raw-path.ts';

/** Signatures by path, relative to the checkout's top (bytes as `latin1`). */
export type TreeState = ReadonlyMap<string, string>;

/** In `.git`: what only grows, is a memory of what was done, or is put back by itself. */
const PASSED_OVER = new Set([
  'objects',
  'index',
  'logs',
  'COMMIT_EDITMSG',
  'FETCH_HEAD',
  'ORIG_HEAD',
  'gc.log',
]);
const ENTRIES_PER_TURN = 2000;
/** Whoever changed more than this has another copy as quickly. */
const MANY = 5000;

/** Looks at every file without reading it; a change of its content or mode changes its signature. */
export async function readTreeState(root: string, signal?: AbortSignal): Promise<TreeState> {
  const state = new Map<string, string>();
  const walk = async (directory: Buffer, prefix: string): Promise<void> => {
    for (const entry of readdirSync(directory, { withFileTypes: true, encoding: 'buffer' })) {
      const name = entry.name.toString('latin1');
      if (prefix === '.git/' && PASSED_OVER.has(name)) continue;
      const path = joinRaw(directory, entry.name);
      state.set(prefix + name, signature(path));
      if (state.size % ENTRIES_PER_TURN === 0) {
        await setImmediate();
        signal?.throwIfAborted();
      }
      if (entry.isDirectory()) await walk(path, `${prefix}${name}/`);
    }
  };
  await walk(Buffer.from(root), '');
  return state;
}

/** The time of the last change of content or mode cannot be set by anybody. Of a directory its entries are looked at instead. */
function signature(path: Buffer): string {
  const stat = lstatSync(path);
  return stat.isDirectory() ? 'directory' : `${stat.ino} ${stat.mode} ${stat.size} ${stat.ctimeMs}`;
}

export interface RestoreOptions {
  /** The checkout it was copied from. */
  source: string;
  /** The copy. */
  root: string;
  /** The state it had. */
  state: TreeState;
  signal?: AbortSignal;
}

/**
 * Puts files back that were changed, added or removed since. Returns the state afterwards, or undefined if this cannot be done file
 * by file (commits, tags, settings of git): then the copy is of no more use.
 */
export async function restoreTree({
  source,
  root,
  state,
  signal,
}: RestoreOptions): Promise<TreeState | undefined> {
  const now = await readTreeState(root, signal);
  const added = [...now.keys()].filter((path) => !state.has(path));
  const changed = [...state].filter(([path, was]) => now.get(path) !== was).map(([path]) => path);
  if ([...added, ...changed].some(isOfGit) || added.length + changed.length > MANY) return undefined;
  for (const path of [...added, ...changed]) rmSync(raw(root, path), { recursive: true, force: true });
  const restored = new Map(state);
  for (const path of changed) {
    if (state.get(path) === 'directory') {
      mkdirSync(raw(root, path), { recursive: true });
      continue;
    }
    mkdirSync(raw(root, dirname(path)), { recursive: true });
    if (!copiedAgain(path, source, root)) return undefined;
    restored.set(path, signature(raw(root, path)));
  }
  return restored;
}

function isOfGit(path: string): boolean {
  return /(?:^|\/)\.git(?:\/|$)/.test(path);
}

function copiedAgain(path: string, source: string, root: string): boolean {
  try {
    copyOne(raw(source, path), raw(root, path), { source, target: root });
    return true;
  } catch (error) {
    // The person has removed it meanwhile.
    if (hasErrnoCode(error, 'ENOENT')) return false;
    throw error;
  }
}

function raw(root: string, path: string): Buffer {
  return joinRaw(Buffer.from(root), Buffer.from(path, 'latin1'));
}
