import { statSync } from 'node:fs';
import { join } from 'node:path';
import { makeScratchDirectory, removeLeftovers } from './owner.ts';
import { removeTree } from './remove.ts';

export interface Scratch {
  /** A directory of this run alone. */
  readonly dir: string;
  /** Removes it, and waits for the removal of what earlier runs left behind. Never fails. */
  dispose(): Promise<void>;
}

export interface ScratchOptions {
  /** Where temporary files go: `$TMPDIR`. */
  temp: string;
  /**
   * packit's cache; used where it is on the same file system as `near` and `temp` is not, for reflinks and memory's sake. rpm works
   * in there, so that its path may hold no `%`.
   */
  cache: string;
  /** Large things will be copied from here. */
  near?: string;
}

/** Makes the directory of a run; what crashed runs left behind goes meanwhile. */
export async function openScratch({ temp, cache, near }: ScratchOptions): Promise<Scratch> {
  const workspaces = join(cache, 'workspaces');
  const base =
    near !== undefined &&
    device(temp) !== device(near) &&
    device(cache) === device(near) &&
    !cache.includes('%')
      ? workspaces
      : temp;
  const dir = makeScratchDirectory(base);
  // Later, when the first programs run and are waited for.
  const sweep = new Promise<void>((resolve) => void setImmediate(resolve)).then(() =>
    Promise.all([removeLeftovers(temp), removeLeftovers(workspaces)]),
  );
  return {
    dir,
    async dispose() {
      await removeTree(dir).catch(() => undefined);
      await sweep;
    },
  };
}

function device(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.dev;
}
