/** A file of the repository that a CI system reads. */
export interface CiFile {
  /** Relative to the root of the repository. */
  path: string;
  content: string;
}
