import { existsSync, realpathSync } from 'node:fs';
import { diskTree, filesToSync, syncFiles, withoutSource } from '../../project/sync/index.ts';
import type { BranchWork } from './branch-work.ts';
import type { SourceFiles } from './release.ts';
import { copiesSpec, distGitSpecName, upstreamSpecPath } from './specs.ts';

/**
 * `files_to_sync`: all of them, but for the spec file where it was edited, and what dist-git keeps for itself. Where the
 * spec is dist-git's own, nothing is copied that is not named.
 */
export async function copyFiles(work: BranchWork, files: SourceFiles): Promise<void> {
  const { pkg, upstream, distGit, actions, specs } = work;
  if (specs.edited === 'dist-git' && pkg.files_to_sync.length === 0) return;
  const items = filesToSync(
    {
      files_to_sync: pkg.files_to_sync,
      specfile_path: pkg.specfile_path ?? undefined,
      downstream_package_name: pkg.downstream_package_name ?? undefined,
    },
    files.configFile,
  );
  const merged = !copiesSpec(pkg, specs) && !actions.has('prepare-files');
  const source = realpathSync(upstream.dir);
  const left =
    merged &&
    specs.edited === 'upstream' &&
    pkg.specfile_path !== null &&
    existsSync(upstreamSpecPath(pkg, upstream))
      ? withoutSource(items, pkg.specfile_path, diskTree(source), files.name)
      : items;
  const ownSpec = specs.edited === 'dist-git' && !copiesSpec(pkg, specs) ? [distGitSpecName(pkg)] : [];
  const { missing, kept } = await syncFiles({
    items: left,
    source,
    destination: distGit.dir,
    sourceName: files.name,
    keep: [...files.kept, ...ownSpec],
  });
  if (missing.length > 0) work.ui.info(`not there, so not copied: ${missing.join(', ')}`);
  if (kept.length > 0) work.ui.info(`dist-git's own, so not replaced: ${kept.join(', ')}`);
}
