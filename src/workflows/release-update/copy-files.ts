import { existsSync, realpathSync } from 'node:fs';
import { diskTree, filesToSync, syncFiles, withoutSource } from '../../project/sync/index.ts';
import type { BranchWork } from './branch-work.ts';
import type { SourceFiles } from './open.ts';
import { upstreamSpecPath } from './specs.ts';

/** `files_to_sync`: all of them, but for the spec file where it was merged. */
export async function copyFiles(work: BranchWork, files: SourceFiles): Promise<void> {
  const { pkg, upstream, distGit, actions } = work;
  const items = filesToSync(
    {
      files_to_sync: pkg.files_to_sync,
      specfile_path: pkg.specfile_path ?? undefined,
      downstream_package_name: pkg.downstream_package_name ?? undefined,
    },
    files.configFile,
  );
  const merged = !pkg.sync_changelog && !actions.has('prepare-files');
  const source = realpathSync(upstream.dir);
  const left =
    merged && pkg.specfile_path !== null && existsSync(upstreamSpecPath(pkg, upstream))
      ? withoutSource(items, pkg.specfile_path, diskTree(source), files.name)
      : items;
  const { missing } = await syncFiles({
    items: left,
    source,
    destination: distGit.dir,
    sourceName: files.name,
  });
  if (missing.length > 0) work.ui.info(`not there, so not copied: ${missing.join(', ')}`);
}
