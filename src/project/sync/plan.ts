/**
 * What `rsync --archive --ignore-missing-args [--delete] [--mkpath] [--filter ...] SRC... DEST` would do,
 * computed from two directory trees and nothing else. Owner, times of directories and devices are left
 * out: git keeps none of them. The `.git` of either repository is never touched.
 */
import { PackitError } from '../../errors.ts';
import { isExcluded, parseFilters } from './filters.ts';
import type { FilterRule } from './filters.ts';
import { expandGlob } from './glob.ts';
import { resolveInside } from './resolve.ts';
import type { SyncItem, SyncOperation, SyncPlan, Tree, TreeEntry } from './types.ts';

export interface PlanOptions {
  /** What `src: .` without a trailing slash is called in the destination. */
  sourceName: string;
}

/** A file of the transfer: where it comes from, and its name in the transfer. */
interface Transferred {
  from: string;
  entry: TreeEntry;
}

/**
 * @throws PackitError `SYNC_OUTSIDE_REPOSITORY`, `SYNC_LINK_LOOP`, `SYNC_FILTER_INVALID`,
 * `SYNC_NOT_A_DIRECTORY`, `SYNC_DEST_MISSING`, `SYNC_DEST_NOT_A_DIRECTORY`, `SYNC_IN_THE_WAY`
 */
export function planSyncItem(
  item: SyncItem,
  source: Tree,
  destination: Tree,
  options: PlanOptions,
): SyncPlan {
  const rules = parseFilters(item.filters);
  const missing: string[] = [];
  const transfer = new Map<string, Transferred>();
  for (const written of item.src) {
    const paths = sourcePaths(source, written);
    for (const path of paths) {
      if (!addArgument(transfer, path, { source, rules, sourceName: options.sourceName }))
        missing.push(written);
    }
  }
  const operations: SyncOperation[] = [];
  if (transfer.size > 0) {
    const base = destinationBase(item, transfer, destination, operations);
    if (item.delete) planDeletions(transfer, base, { destination, rules, operations });
    planCopies(transfer, base, { destination, operations, item, rules });
  }
  return { operations, missing };
}

/** Relative paths, with a trailing slash where the contents of a directory are meant. */
function sourcePaths(source: Tree, written: string): string[] {
  const slash = written.endsWith('/');
  const resolved = resolveInside(source, written);
  const found = expandGlob(source, resolved);
  if (found === undefined || found.length === 0) return [slash ? `${resolved}/` : resolved];
  const paths = slash ? found.filter((path) => targetType(source, path) === 'directory') : found;
  for (const path of paths) resolveInside(source, parentOf(path));
  return paths.map((path) => (slash ? `${path}/` : path));
}

interface Walk {
  source: Tree;
  rules: readonly FilterRule[];
  sourceName: string;
}

/** Adds one argument of the command line to the transfer; false if there is no such path. */
function addArgument(transfer: Map<string, Transferred>, argument: string, walk: Walk): boolean {
  const contents = argument.endsWith('/');
  const written = contents ? argument.slice(0, -1) : argument;
  const path = contents ? resolveInside(walk.source, written) : written;
  const entry = walk.source.stat(path);
  if (entry === undefined) return false;
  if (!contents) {
    const name = path === '' ? walk.sourceName : (path.split('/').at(-1) ?? path);
    addTree(transfer, { name, path, entry }, walk);
    return true;
  }
  if (entry.type !== 'directory') {
    throw new PackitError('SYNC_NOT_A_DIRECTORY', `${argument} in files_to_sync is not a directory`, {
      hint: 'Leave out the trailing slash to copy a file.',
    });
  }
  addOnce(transfer, '', { from: path, entry });
  addChildren(transfer, path, '', walk);
  return true;
}

function addTree(
  transfer: Map<string, Transferred>,
  found: { name: string; path: string; entry: TreeEntry },
  walk: Walk,
): void {
  const { name, path, entry } = found;
  const isDirectory = entry.type === 'directory';
  if (path === '.git' || entry.type === 'other') return;
  if (isExcluded(walk.rules, 'sender', name, isDirectory)) return;
  addOnce(transfer, name, { from: path, entry });
  if (isDirectory) addChildren(transfer, path, name, walk);
}

function addChildren(transfer: Map<string, Transferred>, path: string, name: string, walk: Walk): void {
  for (const child of [...walk.source.list(path)].sort()) {
    const childPath = joined(path, child);
    const entry = walk.source.stat(childPath);
    if (entry !== undefined) addTree(transfer, { name: joined(name, child), path: childPath, entry }, walk);
  }
}

/** The first of two of the same name wins, but a directory wins over anything else. */
function addOnce(transfer: Map<string, Transferred>, name: string, file: Transferred): void {
  const present = transfer.get(name);
  if (present === undefined) transfer.set(name, file);
  else if (present.entry.type !== 'directory' && file.entry.type === 'directory') transfer.set(name, file);
}

/** Name in the transfer -> path in the destination. */
type Base = (name: string) => string;

function destinationBase(
  item: SyncItem,
  transfer: ReadonlyMap<string, Transferred>,
  destination: Tree,
  operations: SyncOperation[],
): Base {
  const trailingSlash = item.dest.endsWith('/');
  const dest = resolveInside(destination, item.dest);
  const present = destination.stat(dest);
  const inside: Base = (name) => joined(dest, name);
  if (present?.type === 'directory') return inside;
  const several = transfer.size > 1 || trailingSlash;
  if (present !== undefined) {
    const [only] = transfer.values();
    if (several || only?.entry.type === 'directory') {
      throw new PackitError(
        'SYNC_DEST_NOT_A_DIRECTORY',
        `${item.dest} in dist-git is not a directory, but files_to_sync copies ${several ? 'several files' : 'a directory'} to it`,
        { hint: 'Give "dest" the name of a directory, with a trailing slash.' },
      );
    }
    return () => dest;
  }
  const parents = missingParents(destination, dest);
  if (parents.length > 0) {
    if (!item.mkpath) {
      throw new PackitError('SYNC_DEST_MISSING', `There is no directory for ${item.dest} in dist-git`, {
        hint: 'Set "mkpath: true" for this entry of files_to_sync.',
      });
    }
    for (const path of parents) operations.push({ kind: 'directory', path });
  }
  if (!several) return () => dest;
  operations.push({ kind: 'directory', path: dest });
  return inside;
}

function missingParents(tree: Tree, path: string): string[] {
  const missing: string[] = [];
  for (let parent = parentOf(path); parent !== ''; parent = parentOf(parent)) {
    const present = tree.stat(parent);
    if (present?.type === 'directory') break;
    if (present !== undefined) {
      throw new PackitError('SYNC_DEST_NOT_A_DIRECTORY', `${parent} in dist-git is not a directory`, {
        hint: `Give "dest" another name than ${path}.`,
      });
    }
    missing.unshift(parent);
  }
  return missing;
}

interface Receiving {
  destination: Tree;
  rules: readonly FilterRule[];
  operations: SyncOperation[];
}

function planDeletions(transfer: ReadonlyMap<string, Transferred>, base: Base, to: Receiving): void {
  for (const [name, { entry }] of transfer) {
    if (entry.type !== 'directory') continue;
    const folder = base(name);
    if (to.destination.stat(folder)?.type !== 'directory') continue;
    for (const child of [...to.destination.list(folder)].sort()) {
      const childName = joined(name, child);
      if (!transfer.has(childName)) planDeletion(joined(folder, child), childName, to);
    }
  }
}

/** Deletes a file, or a directory as far as nothing in it is protected. True if it is gone. */
function planDeletion(path: string, name: string, to: Receiving): boolean {
  const entry = to.destination.stat(path);
  if (entry === undefined) return true;
  if (path === '.git' || isExcluded(to.rules, 'receiver', name, entry.type === 'directory')) return false;
  if (entry.type === 'directory') {
    const results = [...to.destination.list(path)]
      .sort()
      .map((child) => planDeletion(joined(path, child), joined(name, child), to));
    if (results.includes(false)) return false;
  }
  to.operations.push({ kind: 'delete', path });
  return true;
}

function planCopies(
  transfer: ReadonlyMap<string, Transferred>,
  base: Base,
  to: Receiving & { item: SyncItem },
): void {
  for (const [name, { from, entry }] of transfer) {
    const path = base(name);
    const present = to.destination.stat(path);
    if (path === '.git') continue;
    if (present !== undefined && isInTheWay(present, entry)) makeWay(path, name, present, to);
    if (entry.type === 'directory') {
      if (present?.type !== 'directory') to.operations.push({ kind: 'directory', path });
    } else if (entry.type === 'symlink') {
      to.operations.push({ kind: 'symlink', path, target: entry.target ?? '' });
    } else {
      to.operations.push({ kind: 'file', path, from, mode: entry.mode });
    }
  }
}

function isInTheWay(present: TreeEntry, wanted: TreeEntry): boolean {
  return (present.type === 'directory') !== (wanted.type === 'directory');
}

function makeWay(path: string, name: string, present: TreeEntry, to: Receiving & { item: SyncItem }): void {
  if (present.type !== 'directory') {
    to.operations.push({ kind: 'delete', path });
    return;
  }
  const empty = to.destination.list(path).length === 0;
  const removed =
    empty || to.item.delete
      ? [...to.destination.list(path)].every((child) =>
          planDeletion(joined(path, child), joined(name, child), to),
        )
      : false;
  if (!removed) {
    throw new PackitError(
      'SYNC_IN_THE_WAY',
      `dist-git has a directory where files_to_sync puts a file: ${path}`,
      {
        hint: 'Remove the directory from dist-git, or set "delete: true" for this entry of files_to_sync.',
      },
    );
  }
  to.operations.push({ kind: 'delete', path });
}

function targetType(tree: Tree, path: string): TreeEntry['type'] | undefined {
  return tree.stat(resolveInside(tree, path))?.type;
}

function joined(folder: string, name: string): string {
  return folder === '' ? name : name === '' ? folder : `${folder}/${name}`;
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}
