import { expandGlob } from './glob.ts';
import { resolveInside } from './resolve.ts';
import type { SyncItem, Tree } from './types.ts';

export interface ReverseOptions {
  /** The upstream tree, where `src` is. */
  upstream: Tree;
  /** The tree of dist-git, where `dest` is. */
  distGit: Tree;
  /** What the user calls the upstream directory: `src: .` stands for a directory of this name. */
  sourceName: string;
  /** Base names that take no part, wherever they are. */
  exclude: readonly string[];
}

/** Files of dist-git alone, at its top: they go upstream only where upstream has them too. */
const OF_DIST_GIT = ['sources', '.gitignore', 'README.packit'];

/**
 * The items for the way back: each entry of `src` becomes a destination, and what `dest` made of it the source. Where
 * an item brings nothing after all (all excluded) it is left out.
 */
export function reverseItems(items: readonly SyncItem[], options: ReverseOptions): SyncItem[] {
  return items.flatMap((item) =>
    item.src.flatMap((entry) =>
      entriesOf(entry, options).flatMap((path) => reverseEntry(item, path, options)),
    ),
  );
}

/** A pattern in a directory's name can only mean directories that are there. One in the last name may match more in dist-git. */
function entriesOf(entry: string, { upstream }: ReverseOptions): string[] {
  const directory = parentOf(trimmed(entry));
  if (!isPattern(directory) && !(isPattern(entry) && entry.endsWith('/'))) return [entry];
  const slash = entry.endsWith('/') ? '/' : '';
  return (expandGlob(upstream, resolveInside(upstream, trimmed(entry))) ?? []).map(
    (path) => `${path}${slash}`,
  );
}

function reverseEntry(item: SyncItem, entry: string, options: ReverseOptions): SyncItem[] {
  const name = nameOf(trimmed(entry));
  if (options.exclude.includes(name)) return [];
  const rules = options.exclude.map((excluded) => `- ${excluded}`);
  const rest = { mkpath: true, delete: item.delete, filters: [...rules, ...item.filters] };
  // The contents of a directory went into `dest`.
  if (entry.endsWith('/')) return [contentsBack({ ...rest, src: [], dest: entry }, item.dest, options)];
  if (trimmed(entry) === '.') {
    return [{ ...rest, src: [`${joined(item.dest, options.sourceName)}/`], dest: './' }];
  }
  if (isPattern(name)) {
    return [{ ...rest, src: [joined(item.dest, name)], dest: `${parentOf(entry) || '.'}/` }];
  }
  const isDirectory = options.upstream.stat(resolveInside(options.upstream, entry))?.type === 'directory';
  const from = isDirectory || goesInto(item, options) ? joined(item.dest, name) : item.dest;
  // A directory keeps its name in the transfer: filters are anchored there.
  return [{ ...rest, src: [from], dest: isDirectory ? `${parentOf(entry) || '.'}/` : entry }];
}

function contentsBack(item: SyncItem, from: string, { upstream }: ReverseOptions): SyncItem {
  const own = trimmed(from) === '.' ? OF_DIST_GIT : [];
  const alone = own.filter(
    (name) => upstream.stat(resolveInside(upstream, joined(item.dest, name))) === undefined,
  );
  return {
    ...item,
    src: [`${trimmed(from)}/`],
    filters: [...alone.map((name) => `- /${name}`), ...item.filters],
  };
}

/** `dest` is a directory that files are put into, not a name for one of them. */
function goesInto({ src, dest }: SyncItem, { distGit }: ReverseOptions): boolean {
  if (dest.endsWith('/') || src.length > 1 || src.some((entry) => isPattern(entry))) return true;
  return distGit.stat(resolveInside(distGit, trimmed(dest)))?.type === 'directory';
}

function isPattern(path: string): boolean {
  return /[*?[]/.test(path);
}

function trimmed(path: string): string {
  return path.replace(/\/+$/, '') || '.';
}

function parentOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function joined(directory: string, name: string): string {
  const base = trimmed(directory);
  return base === '.' ? name : `${base}/${name}`;
}
