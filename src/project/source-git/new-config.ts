/** What `.distro` of a new source-git repository holds besides the files of dist-git. */
import { stringify } from 'yaml';
import { SOURCE_GIT_CONFIG } from '../config/index.ts';
import type { Source } from '../../spec/index.ts';
import { DISTRO_DIRECTORY } from './bring-commits.ts';

/** Nothing in `.distro` is ignored, whatever upstream's rules say. */
export const DISTRO_GITIGNORE = '# Reset gitignore rules\n!*\n';

export interface NewConfig {
  upstreamUrl: string;
  upstreamRef: string;
  packageName: string;
  /** `patch_generation_patch_id_digits` */
  digits: number;
  /** Files of the lookaside cache. */
  sources: readonly { path: string; url: string }[];
}

/** `source-git.yaml`, keys and order as the Python Packit writes them. */
export function newConfigText(config: NewConfig): string {
  const name = SOURCE_GIT_CONFIG.slice(DISTRO_DIRECTORY.length + 1);
  const values = {
    upstream_project_url: config.upstreamUrl,
    upstream_ref: config.upstreamRef,
    downstream_package_name: config.packageName,
    specfile_path: `${DISTRO_DIRECTORY}/${config.packageName}.spec`,
    patch_generation_ignore_paths: [DISTRO_DIRECTORY],
    patch_generation_patch_id_digits: config.digits,
    sync_changelog: true,
    files_to_sync: [
      {
        // The contents of the directory, not the directory.
        src: `${DISTRO_DIRECTORY}/`,
        dest: '.',
        delete: true,
        filters: ['protect .git*', 'protect sources', `exclude ${name}`, 'exclude .gitignore'],
      },
    ],
    ...(config.sources.length === 0 ? {} : { sources: config.sources }),
  };
  return stringify(values, { indentSeq: false, lineWidth: 0 });
}

/** Digits in the number of the first Patch tag; 0 for a tag without one, 1 without a tag. */
export function patchIdDigits(patches: readonly Source[]): number {
  const name = patches[0]?.tag?.name;
  return name === undefined ? 1 : (/\d*$/.exec(name)?.[0].length ?? 0);
}
