import { Buffer } from 'node:buffer';
import { mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { joinRaw } from './raw-path.ts';

/** What rpmbuild makes beside the sources: a link of that name would let it write into the checkout. */
const RPM_DIRECTORIES = new Set(['BUILD', 'BUILDROOT', 'RPMS', 'SRPMS']);

/**
 * Makes `target` a directory in which everything of `source` is seen through symbolic links, so that a build finds the files
 * beside the spec while nothing is written there. Names in `leaveOut` and dangling links are left out: whoever writes a file in
 * `target` must find the name free.
 */
export function linkFarm(source: string, target: string, leaveOut: ReadonlySet<string> = new Set()): void {
  mkdirSync(target, { recursive: true });
  const from = Buffer.from(source);
  const to = Buffer.from(target);
  for (const entry of readdirSync(from, { withFileTypes: true, encoding: 'buffer' })) {
    const name = entry.name.toString();
    if (name === '.git' || RPM_DIRECTORIES.has(name) || leaveOut.has(name)) continue;
    const file = joinRaw(from, entry.name);
    if (entry.isSymbolicLink() && statSync(file, { throwIfNoEntry: false }) === undefined) continue;
    symlinkSync(file, joinRaw(to, entry.name));
  }
}
