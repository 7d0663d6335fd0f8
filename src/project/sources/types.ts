/** A file that a spec needs and that is somewhere on the network. */
export interface RemoteSource {
  url: string;
  /** Name of the file in the sources directory; may have directories in front, never leaves it. */
  filename: string;
  /** Where it is asked for, for messages: `Source1`, `Patch0`, `sources in the configuration`. */
  origin: string;
  /** What the file must be, where that is known. A hash is lower-case hexadecimal. */
  expected?: { size?: number; hash?: { type: string; value: string } };
  /** A failure is a warning only (the lookaside cache, where the spec names an upstream URL as well). */
  optional?: boolean;
}

/** What of a spec's Source or Patch decides about its download; the spec library's `Source` satisfies it. */
export interface SpecSource {
  kind: 'source' | 'patch';
  number: number;
  location: string;
  expanded: string | undefined;
  filename: string;
  remote: boolean;
  /** False: conditioned away. */
  valid: boolean | undefined;
}

export interface DownloadPlan {
  downloads: RemoteSource[];
  /** Files that are there already. */
  present: RemoteSource[];
}

export interface DownloadedSource {
  filename: string;
  url: string;
  size: number;
  sha512: string;
  /** `cache`: nothing was transferred. */
  from: 'network' | 'cache';
}
