import { existsSync, mkdirSync, statSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { patches, sources } from '../../spec/index.ts';
import type { Evaluation, Source } from '../../spec/index.ts';
import type { PackageWork } from './package-work.ts';

/** Macros no edit of packit's changes. */
const STEADY = /%%|%\{name\}|%name\b/g;

/**
 * The sources and patches of the spec as it is now. rpm is asked again only if a name holds a macro that an edit may have given
 * another value; which conditions hold is known from before.
 */
export async function currentSources(work: PackageWork): Promise<Source[]> {
  const all = (evaluation: Evaluation): Source[] => [
    ...sources(work.spec(), evaluation),
    ...patches(work.spec(), evaluation),
  ];
  const before = work.lastEvaluation();
  if (before !== undefined) {
    const list = all(before);
    if (list.every(({ location }) => !location.replaceAll(STEADY, '').includes('%'))) return list;
  }
  return all(await work.evaluation());
}

/** Downloads what the spec and the configuration name by URL and is not there. */
export async function downloadSources(work: PackageWork): Promise<void> {
  const { ctx, pkg, root } = work;
  // A directory of source code may be called so as well.
  if (statSync(join(root, 'sources'), { throwIfNoEntry: false })?.isFile() === true) {
    ctx.ui.warn({
      code: 'SOURCES_FILE_PRESENT',
      message:
        'The repository has a file called "sources", as dist-git has: remote sources are not downloaded',
      hint: 'Rename it if it is not the list of sources of a dist-git repository.',
    });
    return;
  }
  const list = await currentSources(work);
  if (pkg.sources.length === 0 && !list.some(({ remote, valid }) => remote && valid !== false)) return;
  const { downloadRemoteSources } = await import('./download.ts');
  await downloadRemoteSources(work, list);
}

/** Makes the local sources of the spec visible in `workDir`, where that is not the spec's own directory. */
export async function linkLocalSources(work: PackageWork): Promise<void> {
  const [from, to] = [work.specDir(), work.workDir()];
  if (from === to) return;
  for (const { filename } of await currentSources(work)) {
    const name = basename(filename);
    const target = join(to, name);
    if (existsSync(target) || !existsSync(join(from, name))) continue;
    mkdirSync(dirname(target), { recursive: true });
    await symlink(join(from, name), target);
  }
}
