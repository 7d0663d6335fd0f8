/** One file of dist-git brought to source-git, where it may not be the same. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSpec, patches, stringifySpec } from '../../spec/index.ts';
import { withoutPatchEntries } from '../patches/index.ts';
import type { Workshop } from './workshop.ts';

export interface FileVersions {
  /** In dist-git, before and after. */
  before: Buffer;
  after: Buffer;
  /** In source-git. */
  ours: Buffer;
}

/** What came into dist-git's file, brought into ours; undefined if both changed the same lines, or it is not text. */
export async function mergeFile(
  workshop: Workshop,
  versions: FileVersions,
  scratch: string,
): Promise<Buffer | undefined> {
  const { before, after, ours } = versions;
  if (before.equals(ours)) return after;
  const directory = await mkdtemp(join(scratch, 'merge-'));
  const paths = ['ours', 'before', 'after'].map((name) => join(directory, name));
  for (const [index, content] of [ours, before, after].entries()) {
    await writeFile(paths[index] ?? '', content);
  }
  const { exitCode, stdout } = await workshop.git.exec(['merge-file', '--stdout', '--quiet', ...paths], {
    // Otherwise the number of conflicts, or 255.
    okExitCodes: Array.from({ length: 256 }, (_unused, code) => code),
  });
  return exitCode === 0 ? stdout : undefined;
}

/**
 * Versions of a spec made comparable: source-git's has no tags for the patches that are commits, so that they are taken out of
 * dist-git's as well.
 */
export function comparableSpecs({ before, after, ours }: FileVersions): FileVersions {
  const own = new Set(patches(parseSpec(ours)).map(({ filename }) => filename));
  const bare = (content: Buffer): Buffer =>
    Buffer.from(stringifySpec(withoutPatchEntries(parseSpec(content), own)));
  return { before: bare(before), after: bare(after), ours };
}
