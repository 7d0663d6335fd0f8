/**
 * Expands the entries of `src` as the reference does before it calls rsync: a shell's `*`, `?` and
 * `[...]` within one component, names that start with a dot only where the pattern says so.
 */
import { bounded } from '../bounded-regex.ts';
import { wildcardSource } from './wildmatch.ts';
import type { Tree } from './types.ts';

/** Paths (relative to the tree, sorted) that match; `undefined` if `pattern` has no wildcard. */
export function expandGlob(tree: Tree, pattern: string): string[] | undefined {
  if (!/[*?[]/.test(pattern)) return undefined;
  const components = pattern.split('/').filter((part) => part !== '');
  let found = [''];
  for (const [index, component] of components.entries()) {
    const last = index === components.length - 1;
    found = found.flatMap((folder) => children(tree, folder, component, last));
  }
  return found.sort();
}

function children(tree: Tree, folder: string, component: string, last: boolean): string[] {
  const path = (name: string): string => (folder === '' ? name : `${folder}/${name}`);
  if (!/[*?[]/.test(component)) {
    const entry = tree.stat(path(component));
    return entry !== undefined && (last || entry.type !== 'file') ? [path(component)] : [];
  }
  if (tree.stat(folder)?.type !== 'directory') return [];
  // In a shell's pattern `**` is no more than `*`, and a backslash is an ordinary character.
  const source = wildcardSource(component.replace(/\*+/g, '*').replaceAll('\\', '\\\\'));
  const expression = bounded(new RegExp(`^(?:${source})$`, 'u'), `The pattern "${component}"`);
  return tree
    .list(folder)
    .filter((name) => component.startsWith('.') || !name.startsWith('.'))
    .filter((name) => expression.test(name))
    .map(path);
}
