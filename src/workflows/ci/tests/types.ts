/** What is known of a test target besides the event and the configuration: asked of Copr and the forge by others. */
import type { BuiltPackage } from '../../../remote/copr/index.ts';

/** A Copr build whose packages are tested, in the chroot that the target stands for. */
export interface TestedBuild {
  id: string;
  owner: string;
  project: string;
  chroot: string;
  /** Undefined if Copr did not say: then all of the build is installed. */
  packages: readonly BuiltPackage[] | undefined;
  srpmUrl?: string | undefined;
  logUrl?: string | undefined;
}

export interface TestFacts {
  /** The project's address, for people and for `git clone` alike: `https://github.com/jane/hello`. */
  projectUrl: string;
  /** The same of the project the pull request's branch is in; undefined if the fork is gone. */
  sourceUrl?: string | undefined;
  /** Head of the target branch. */
  targetSha?: string | undefined;
  /** Systems that were branched a short while ago (`fedora-46`), whose compose may not be there yet. */
  branched?: readonly string[] | undefined;
  /**
   * Builds of the other pull requests that a comment named, in this chroot; empty if they have none that is good. Undefined if none was
   * named.
   */
  otherBuilds?: readonly TestedBuild[] | undefined;
}
