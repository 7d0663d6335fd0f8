import { PackitError } from '../../errors.ts';
import type { Tree } from './types.ts';

const MAX_LINKS = 40;

/**
 * The path with every symbolic link and `..` in it followed, relative to the tree's root. What does not
 * exist is taken as it is written.
 * @throws PackitError `SYNC_OUTSIDE_REPOSITORY` if it leaves the tree
 */
export function resolveInside(tree: Tree, path: string): string {
  const pending = splitPath(tree, path, path);
  const done: string[] = [];
  let links = 0;
  while (pending.length > 0) {
    const part = pending.shift() ?? '';
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (done.length === 0) throw outside(tree, path);
      done.pop();
      continue;
    }
    done.push(part);
    const entry = tree.stat(done.join('/'));
    if (entry?.type !== 'symlink' || entry.target === undefined) continue;
    links += 1;
    if (links > MAX_LINKS) {
      throw new PackitError('SYNC_LINK_LOOP', `Too many levels of symbolic links: ${path}`, {
        hint: 'Mend the link or take it out of files_to_sync.',
      });
    }
    if (entry.target.startsWith('/')) done.length = 0;
    else done.pop();
    pending.unshift(...splitPath(tree, entry.target, path));
  }
  return done.join('/');
}

function splitPath(tree: Tree, path: string, asked: string): string[] {
  if (!path.startsWith('/')) return path.split('/');
  if (path === tree.root) return [];
  if (!path.startsWith(`${tree.root}/`)) throw outside(tree, asked);
  return path.slice(tree.root.length + 1).split('/');
}

function outside(tree: Tree, path: string): PackitError {
  return new PackitError('SYNC_OUTSIDE_REPOSITORY', `${path} in files_to_sync leaves the repository`, {
    hint: 'Name only paths inside the repository; symbolic links must not lead out of it either.',
    details: [`The repository is ${tree.root}`],
  });
}
