import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { PackitError } from '../../errors.ts';
import { hashFile } from '../sources/index.ts';
import type { SourcesEntry } from './sources-file.ts';

/** A file for the lookaside cache. */
export interface Upload extends SourcesEntry {
  /** Where it is now. */
  path: string;
  size: number;
}

export interface UploadCandidates {
  /** Absolute paths; the names in the cache are their last parts. */
  files: readonly string[];
  /** Names at the top of the dist-git repository that git tracks: these are not uploaded. */
  tracked: ReadonlySet<string>;
  /** The instance's hash: `sha512`. */
  hashType: string;
}

/**
 * What to upload: each of the files that git does not track, with its hash and size.
 * @throws PackitError `UPLOAD_FILE_MISSING`
 */
export async function planUploads(candidates: UploadCandidates): Promise<Upload[]> {
  const uploads: Upload[] = [];
  for (const path of candidates.files) {
    const filename = basename(path);
    if (candidates.tracked.has(filename) || uploads.some((upload) => upload.path === path)) continue;
    const facts = await stat(path).catch(() => undefined);
    if (facts?.isFile() !== true) {
      throw new PackitError('UPLOAD_FILE_MISSING', `Nothing to upload: ${path} is not a file`, {
        hint: 'The spec names it as a source: check its Source lines, or add the file to the dist-git repository.',
      });
    }
    const hash = await hashFile(path, candidates.hashType);
    uploads.push({ filename, path, size: facts.size, hashType: candidates.hashType, hash });
  }
  return uploads;
}
