export interface LookasideService {
  /** Downloads: `<url>/<name>/<file>/<hash type>/<hash>/<file>`. No trailing slash. */
  url: string;
  /** The address files are posted to. */
  cgi: string;
  /** The hash new files are stored under, as the `sources` file writes it in lower case. */
  hash: 'sha512' | 'sha256' | 'md5';
  /** Packages are called `rpms/PACKAGE` there, not `PACKAGE`. */
  namespaced: boolean;
  /** How an upload proves who it comes from. */
  auth: 'kerberos' | 'certificate' | 'none';
}

/** A dist-git: one host with a namespace of package repositories and the lookaside cache behind it. */
export interface DistGitInstance {
  /** The packaging tool the instance is known by, or `configured` for one given by URL. */
  name: string;
  /** What package URLs start with: `https://HOST/`, or as configured for anything but http(s). */
  baseUrl: string;
  /** May be empty: the repositories are then directly below the base URL. */
  namespace: string;
  /** Other names of the same host, found in remotes of existing clones. */
  otherHosts: readonly string[];
  /** The base for pushing with an account; `{user}` is the account's name. Absent: push where one fetches. */
  pushBase?: string;
  /** Absent: no lookaside cache is known. */
  lookaside?: LookasideService;
  /** The Kerberos realm uploads are authenticated in. */
  realm?: string;
}
