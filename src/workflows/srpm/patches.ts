import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addPatchEntries, createPatches, ignoredInPatches } from '../../project/patches/index.ts';
import type { PackageWork } from './package-work.ts';

/** Makes patches of the commits after `upstreamRef` and names those in the spec that it does not name yet. */
export async function addPatches(work: PackageWork, upstreamRef: string): Promise<void> {
  const { pkg, project, ctx } = work;
  const { patches, history } = await ctx.ui.step('Making patches', () =>
    createPatches({
      git: project.git,
      upstreamRef,
      scratch: project.scratch.dir,
      ignore: ignoredInPatches(pkg, work.subtree),
    }),
  );
  if (history.linear) {
    ctx.ui.info('The history has merges that patches cannot follow: each merge became one patch.');
  }
  for (const { name, content } of patches) {
    const file = join(work.workDir(), name);
    // Never through a link that the repository holds.
    rmSync(file, { force: true });
    writeFileSync(file, content);
  }
  work.setSpec(
    addPatchEntries(work.spec(), patches, {
      digits: pkg.patch_generation_patch_id_digits,
      evaluation: await work.evaluation(),
    }),
  );
}
