/** The services a release needs besides git and the forge: lookaside cache, release monitoring, bug tracker. */
import type { Ui } from '../../ui.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import type { DistGitInstance } from '../../project/dist-git/index.ts';
import type { Settings } from './open-package.ts';
import type { UploadPlan } from './types.ts';

export interface Lookaside {
  /** Is this very file there? */
  has(file: { filename: string; hashType: string; hash: string }): Promise<boolean>;
}

export interface Services {
  lookaside: Lookaside | undefined;
  /** @throws PackitError if an upload could not be authenticated */
  checkUploadRights: () => Promise<void>;
  latestVersion: () => Promise<string | undefined>;
  /** The bugs given, else the one release monitoring has filed. */
  bugs: (given: readonly string[], version: string) => Promise<string[]>;
  upload: (upload: UploadPlan, ui: Ui) => Promise<boolean>;
}

export interface ServiceSettings extends Settings {
  instance: DistGitInstance;
  pkg: PackageConfig;
  scratch: string;
}

export function createServices(_settings: ServiceSettings): Services {
  return {
    lookaside: undefined,
    checkUploadRights: () => Promise.resolve(),
    latestVersion: () => Promise.resolve(undefined),
    bugs: (given) => Promise.resolve([...given]),
    upload: () => Promise.resolve(false),
  };
}
