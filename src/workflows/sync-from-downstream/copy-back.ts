import { existsSync, lstatSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PackitError } from '../../errors.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import { diskTree, filesToSync, planSyncItem, reverseItems, syncFiles } from '../../project/sync/index.ts';
import type { SyncItem, SyncOperation } from '../../project/sync/index.ts';
import type { Ui } from '../../ui.ts';

export interface CopyBack {
  /** A work tree of dist-git. */
  from: string;
  /** The top of an upstream tree. */
  to: string;
  /** False: only say what would change. */
  write: boolean;
  ui: Ui;
}

/**
 * Copies `files_to_sync` the other way round. Returns the files of upstream that change, relative to its top.
 * Without `files_to_sync` the spec file alone goes back: dist-git's copy of the configuration is an older one.
 * @throws PackitError `SYNC_NOTHING`, and those of the items
 */
export async function copyBack(
  { pkg, exclude }: { pkg: PackageConfig; exclude: readonly string[] },
  { from, to, write, ui }: CopyBack,
): Promise<string[]> {
  const path = pkg.paths[0] ?? '.';
  const source = realpathSync(from);
  const destination = realpathSync(join(to, path));
  const sourceName = basename(destination);
  const items = reverseItems(itemsOf(pkg), {
    upstream: diskTree(destination),
    distGit: diskTree(source),
    sourceName,
    exclude,
  });
  if (items.length === 0) {
    throw new PackitError('SYNC_NOTHING', `No file of ${pkg.name} is to be brought back`, {
      hint: 'Name files in files_to_sync, or leave out --exclude.',
    });
  }
  const plans = items.map((item) =>
    planSyncItem(item, diskTree(source), diskTree(destination), { sourceName: basename(source) }),
  );
  const missing = plans.flatMap((plan) => plan.missing);
  if (missing.length > 0) ui.info(`not in dist-git, so not copied: ${missing.join(', ')}`);
  const changed = plans
    .flatMap(({ operations }) => operations)
    .filter((operation) => changes(operation, source, destination))
    .map((operation) => (path === '.' ? operation.path : join(path, operation.path)));
  if (write) await syncFiles({ items, source, destination, sourceName: basename(source) });
  return [...new Set(changed)].sort();
}

function itemsOf(pkg: PackageConfig): SyncItem[] {
  return filesToSync(
    {
      files_to_sync: pkg.files_to_sync,
      specfile_path: pkg.specfile_path ?? undefined,
      downstream_package_name: pkg.downstream_package_name ?? undefined,
    },
    undefined,
  );
}

/** Whether the file afterwards is another than before. */
function changes(operation: SyncOperation, source: string, destination: string): boolean {
  if (operation.kind === 'directory') return false;
  if (operation.kind === 'delete') return true;
  const path = join(destination, operation.path);
  if (operation.kind === 'symlink') return linkAt(path) !== operation.target;
  if (linkAt(path) !== undefined || !existsSync(path)) return true;
  const executable = (mode: number): boolean => (mode & 0o100) !== 0;
  return (
    executable(lstatSync(path).mode) !== executable(operation.mode) ||
    Buffer.compare(readFileSync(path), readFileSync(join(source, operation.from))) !== 0
  );
}

function linkAt(path: string): string | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
    ? readlinkSync(path)
    : undefined;
}
