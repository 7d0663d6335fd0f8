import { replaceFile } from './branch-work.ts';
import type { BranchWork } from './branch-work.ts';
import { syncNote } from './texts.ts';

/** `README.packit` tells who comes across the repository that packit keeps it. */
export async function syncNoteStep(work: BranchWork): Promise<void> {
  await replaceFile(work, 'README.packit', syncNote(work.update.packitVersion));
}
