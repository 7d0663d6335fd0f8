import type { Context } from '../../context.ts';
import type { PackageConfig, UserConfig } from '../../project/config/index.ts';
import type { DistGitInstance, PackageUrls } from '../../project/dist-git/index.ts';
import type { HttpClient } from '../../remote/http/index.ts';
import type { Environment } from '../../tools/process/index.ts';
import type { DistGitRepository } from './dist-git-repository.ts';
import type { ForgeSide } from './forge-side.ts';
import type { RuleSettings } from './rules.ts';
import type { Lookaside } from '../../remote/lookaside/index.ts';
import type { Services } from './services.ts';
import type { Update } from './texts.ts';
import type { ProposeUpdateInput } from './types.ts';
import type { Upstream } from './upstream.ts';

/** One package on its way to all branches: what the branches share. Nothing in it changes. */
export interface PackageUpdate {
  readonly ctx: Context;
  readonly input: ProposeUpdateInput;
  readonly pkg: PackageConfig;
  readonly userConfig: UserConfig;
  readonly http: HttpClient;
  readonly scratch: string;
  readonly instance: DistGitInstance;
  readonly urls: PackageUrls;
  readonly repository: DistGitRepository;
  readonly upstream: Upstream;
  /** What the user calls the directory of the package. */
  readonly sourceName: string;
  /** Name of the configuration file, relative to the package's directory. */
  readonly configFile: string | undefined;
  readonly version: string;
  readonly tag: string | undefined;
  readonly texts: Omit<Update, 'commit'>;
  readonly rules: RuleSettings;
  readonly identity: { name: string; email: string };
  readonly changelogAuthor: string;
  readonly pullRequest: boolean;
  /** Absent where no request is made. */
  readonly forge: ForgeSide | undefined;
  /** Branches of the fork and their commits when the run began; their history is in `refs/packit/fork/`. */
  readonly forkBranches: ReadonlyMap<string, string>;
  /** Where pushes to the fork go; makes the fork if there is none. */
  readonly forkUrl: () => Promise<string>;
  /** Uploads a file unless it is there by now; true if it was sent. One file is sent once, whatever asks for it. */
  readonly upload: Services['upload'];
  readonly download: Services['download'];
  /** git's administrative files of one repository are changed by one at a time. */
  readonly serially: <T>(work: () => Promise<T>) => Promise<T>;
  readonly releaseNotes: () => Promise<string | undefined>;
  readonly credentials: (url: string) => Promise<Environment>;
  /** Finds out first whose token is good for the address. */
  readonly pushCredentials: (url: string) => Promise<Environment>;
  readonly packitVersion: string;
  readonly lookaside: Lookaside | undefined;
}
