import type { SourceLocation } from '../../errors.ts';
import type { LoadedConfig } from '../../project/config/index.ts';

/** What `srpm` and `prepare-sources` both take. */
export interface PreparationInput {
  /** A directory, a file in it, or a git URL. Default: the current directory. */
  pathOrUrl?: string;
  /** Names of packages; default all. */
  packages?: readonly string[];
  configPath?: string;
  /** Name of the remote that tells where the project lives; default the first. */
  remote?: string;
  upstreamRef?: string;
  /** Only tags reachable from here count. */
  mergedRef?: string;
  updateRelease?: boolean;
  preserveSpec?: boolean;
  releaseSuffix?: string;
  defaultReleaseSuffix?: boolean;
  reproducible?: boolean;
  unshallow?: boolean;
  submodules?: boolean;
  inPlace?: boolean;
  noActions?: boolean;
  /** What will be checked out was written by others: a pull request. */
  foreign?: boolean;
  /** Read already, as data: it is not looked for. Default: the one found in the checkout. */
  configuration?: LoadedConfig;
}

export interface SrpmInput extends PreparationInput {
  output?: string;
}

/** One package that was built. */
export interface BuiltSrpm {
  package: string;
  /** Absolute path of the SRPM. */
  path: string;
  version: string;
}

/** One package that failed while others were tried. */
export interface FailedPackage {
  package: string;
  code: string;
  message: string;
  hint?: string;
  location?: SourceLocation;
  details: readonly string[];
}

export interface SrpmResult {
  srpms: BuiltSrpm[];
  failed: FailedPackage[];
}
