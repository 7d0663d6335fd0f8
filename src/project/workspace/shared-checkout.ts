/** One private checkout for the packages of a run, one after the other, each of which finds it as it was copied. */
import { copyFileSync, existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from './remove.ts';
import { readTreeState, restoreTree } from './tree-state.ts';
import type { TreeState } from './tree-state.ts';

export interface SharedCheckoutOptions<T> {
  /** Existing directory of the run. */
  scratch: string;
  /** The top of the checkout that is copied. */
  source: string;
  /** How often `use` will be called: after the last time nothing is put back. */
  uses: number;
  /** Makes a copy in a new directory. */
  make: (parent: string) => Promise<T>;
  signal?: AbortSignal;
}

export interface SharedCheckout<T> {
  /** Calls `work` with a copy that is as the checkout is. What `work` leaves in it nobody sees. */
  use<R>(work: (copy: T) => Promise<R>): Promise<R>;
}

interface Copy<T> {
  parent: string;
  tree: T;
  state: TreeState | undefined;
}

/**
 * Files that one package changed are put back for the next one. Only where that cannot be done file by file, because git has other
 * commits or settings now, the next one gets another copy.
 */
export function createSharedCheckout<T extends { root: string }>(
  options: SharedCheckoutOptions<T>,
): SharedCheckout<T> {
  let left = options.uses;
  let kept: Copy<T> | undefined;

  const fresh = async (): Promise<Copy<T>> => {
    const parent = await mkdtemp(join(options.scratch, 'checkout-'));
    const tree = await options.make(parent);
    if (left <= 0) return { parent, tree, state: undefined };
    const index = join(tree.root, '.git/index');
    if (existsSync(index)) copyFileSync(index, join(parent, 'index'));
    return { parent, tree, state: await readTreeState(tree.root, options.signal) };
  };

  const putBack = async ({ parent, tree, state }: Copy<T>): Promise<Copy<T> | undefined> => {
    if (left <= 0 || state === undefined || kept !== undefined) return undefined;
    const restored = await restoreTree({
      source: options.source,
      root: tree.root,
      state,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    if (restored === undefined) return undefined;
    // git rewrites the index while it only looks.
    const saved = join(parent, 'index');
    if (existsSync(saved)) copyFileSync(saved, join(tree.root, '.git/index'));
    return { parent, tree, state: restored };
  };

  return {
    async use(work) {
      left -= 1;
      const copy = kept ?? (await fresh());
      kept = undefined;
      try {
        return await work(copy.tree);
      } finally {
        const again = await putBack(copy).catch(() => undefined);
        if (again === undefined) await removeTree(copy.parent).catch(() => undefined);
        else kept = again;
      }
    },
  };
}
