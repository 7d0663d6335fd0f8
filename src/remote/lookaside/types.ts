/** Where a lookaside cache is and how it wants to be spoken to; dist-git's instance table has these. */
export interface LookasideService {
  /** Downloads: `<url>/<name>/<file>/<hash type>/<hash>/<file>`. */
  url: string;
  /** The address of the upload program. */
  cgi: string;
  /** The hash new files are stored under, lower case. */
  hash: string;
  /** Packages are called `rpms/PACKAGE` there. */
  namespaced: boolean;
  auth: 'kerberos' | 'certificate' | 'none';
}

export interface LookasideFile {
  filename: string;
  hashType: string;
  hash: string;
}

export interface LookasideUpload extends LookasideFile {
  /** Absolute path of the content. */
  path: string;
}

export interface LookasideDownload {
  url: string;
  filename: string;
  origin: string;
  expected: { hash: { type: string; value: string } };
}

export interface Lookaside {
  /** Asks the download server, which needs no account. */
  has(packageName: string, file: LookasideFile): Promise<boolean>;
  /**
   * Asks the upload program whether the file is there; like an upload it needs an account.
   * @throws ServiceError `LOOKASIDE_UNAUTHORIZED`, `LOOKASIDE_FORBIDDEN`, `LOOKASIDE_NO_PACKAGE`, ...
   */
  check(packageName: string, file: LookasideFile): Promise<boolean>;
  /**
   * Uploads unless the file is there already, by the upload program's own word.
   * @throws ServiceError as `check`, and `LOOKASIDE_CHECKSUM`, `LOOKASIDE_MD5`, `LOOKASIDE_FULL`, `LOOKASIDE_ANSWER`
   * @throws PackitError `DRY_RUN_WRITE`
   */
  upload(
    packageName: string,
    file: LookasideUpload,
    onProgress?: (done: number, total: number) => void,
  ): Promise<'stored' | 'present'>;
  /** What `downloadSources` needs to fetch the files of a `sources` file. */
  downloads(packageName: string, files: readonly LookasideFile[]): LookasideDownload[];
}
