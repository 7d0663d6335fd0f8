import { relative } from 'node:path';
import { createPatches } from '../../project/patches/index.ts';
import { addPatch, patches } from '../../spec/index.ts';
import type { PackageWork } from './package-work.ts';

/** Makes patches of the commits after `upstreamRef` and names those in the spec that it does not name yet. */
export async function addPatches(work: PackageWork, upstreamRef: string): Promise<void> {
  const { pkg, project } = work;
  const synced = pkg.files_to_sync.flatMap(({ src }) => src.map((path) => path.replace(/\/$/, '')));
  const made = await createPatches({
    git: project.git,
    upstreamRef,
    directory: work.workDir(),
    ignore: [...pkg.patch_generation_ignore_paths, ...synced, relative(project.root, work.specFile())].filter(
      (path) => path !== '' && path !== '.',
    ),
  });
  const evaluation = await work.evaluation();
  let doc = work.spec();
  const named = new Set(patches(doc, evaluation).map(({ filename }) => filename));
  for (const { name, comment, id, presentInSpec } of made) {
    if (presentInSpec || named.has(name)) continue;
    doc = addPatch(doc, {
      location: name.replaceAll('%', '%%'),
      comment,
      initialNumber: 1,
      numberDigits: pkg.patch_generation_patch_id_digits,
      ...(id === undefined ? {} : { number: id }),
      evaluation,
    });
  }
  work.setSpec(doc);
}
