import { existsSync, realpathSync } from 'node:fs';
import { diskTree, filesToSync, syncFiles, withoutSource } from '../../project/sync/index.ts';
import { isConfigured } from '../../project/actions/index.ts';
import type { BranchWork } from './branch-work.ts';
import { upstreamSpecPath } from './branch-work.ts';

/** `files_to_sync`: all of them, but for the spec file where it was merged. */
export async function copyFiles(work: BranchWork): Promise<void> {
  const { pkg, tree, update } = work;
  const items = filesToSync(
    {
      files_to_sync: pkg.files_to_sync,
      specfile_path: pkg.specfile_path ?? undefined,
      downstream_package_name: pkg.downstream_package_name ?? undefined,
    },
    update.configFile,
  );
  const merged =
    !pkg.sync_changelog && (update.input.noActions === true || !isConfigured(pkg.actions, 'prepare-files'));
  const source = realpathSync(tree.dir);
  const left =
    merged && pkg.specfile_path !== null && existsSync(upstreamSpecPath(work))
      ? withoutSource(items, pkg.specfile_path, diskTree(source), update.sourceName)
      : items;
  const { missing } = await syncFiles({
    items: left,
    source,
    destination: work.dir,
    sourceName: update.sourceName,
  });
  if (missing.length > 0) work.ui.info(`not there, so not copied: ${missing.join(', ')}`);
}
