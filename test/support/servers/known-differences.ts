/** In what the servers of the tests differ from the recorded real ones, and why that is no matter. Listed in docs/conformance-servers.md. */
export interface KnownDifferences {
  /** Lines of `compareServers`. */
  answers: readonly string[];
  /** Steps of the drive with another result. */
  steps: readonly string[];
}

export const KNOWN_DIFFERENCES: Readonly<Record<string, KnownDifferences>> = {
  lookaside: { answers: [], steps: [] },
  forgejo: { answers: [], steps: [] },
  pagure: { answers: [], steps: [] },
};
