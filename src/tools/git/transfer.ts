import { PackitError } from '../../errors.ts';
import type { Run } from '../process/index.ts';
import { createGit, decode, gitText } from './git.ts';
import type { Git, GitRunOptions } from './git.ts';

/** git carries on for ever on a dead connection unless told: below 1 kB/s for a minute is dead. */
const LOW_SPEED = ['-c', 'http.lowSpeedLimit=1000', '-c', 'http.lowSpeedTime=60'];

export interface CloneOptions {
  /** A branch or tag to check out instead of the remote's default. */
  branch?: string;
  /** Do not check files out. */
  bare?: boolean;
  noCheckout?: boolean;
  /** Fetch submodules as well. */
  recurseSubmodules?: boolean;
  /** Borrow objects from this repository instead of downloading them; the clone does not depend on it. */
  reference?: string;
  /** Pass what git says on to the user. */
  live?: boolean;
  /** Also its percentages, which only a terminal can show. */
  progress?: boolean;
}

/** Clones a URL with all tags. The result is packit's own checkout: the user's hooks and signing stay off. */
export async function clone(
  run: Run,
  url: string,
  directory: string,
  options: CloneOptions = {},
): Promise<Git> {
  if (url.startsWith('-')) throw new PackitError('GIT_URL_INVALID', `Not a URL: ${url}`);
  const parent = createGit(run, '/', { isolated: true });
  await parent.exec(
    [
      ...LOW_SPEED,
      'clone',
      ...verbosity(options),
      ...(options.bare === true ? ['--bare'] : []),
      ...(options.noCheckout === true ? ['--no-checkout'] : []),
      ...(options.recurseSubmodules === true ? ['--recurse-submodules'] : []),
      ...(options.reference === undefined ? [] : ['--reference-if-able', options.reference, '--dissociate']),
      ...(options.branch === undefined ? [] : ['--branch', options.branch]),
      '--',
      url,
      directory,
    ],
    { live: options.live === true },
  );
  return createGit(run, directory, { isolated: true });
}

function verbosity({ live, progress }: { live?: boolean; progress?: boolean }): string[] {
  if (live !== true) return ['--quiet'];
  return progress === true ? ['--progress'] : [];
}

export interface FetchOptions {
  /** Refspecs; the remote's configured ones without them. */
  refspecs?: readonly string[];
  tags?: boolean;
  prune?: boolean;
  /** Bring in the history a shallow clone left out. */
  unshallow?: boolean;
  /** Only so many commits of each ref's history. */
  depth?: number;
  force?: boolean;
  live?: boolean;
  /** With `live`: percentages, which only a terminal can show. */
  progress?: boolean;
  env?: GitRunOptions['env'];
}

/** Fetches from a remote (a name or a URL). */
export async function fetch(git: Git, remote: string, options: FetchOptions = {}): Promise<void> {
  await git.exec(
    [
      ...LOW_SPEED,
      'fetch',
      ...verbosity(options),
      ...(options.tags === true ? ['--tags'] : []),
      ...(options.prune === true ? ['--prune'] : []),
      ...(options.unshallow === true ? ['--unshallow'] : []),
      ...(options.depth === undefined ? [] : [`--depth=${options.depth}`]),
      ...(options.force === true ? ['--force'] : []),
      '--',
      remote,
      ...(options.refspecs ?? []),
    ],
    { live: options.live === true, ...(options.env === undefined ? {} : { env: options.env }) },
  );
}

export interface PushOptions {
  /** Without `+` where there is a lease: `+` would force whatever the remote has. */
  refspec: string;
  /**
   * Refuse if the remote branch is not at this commit (an empty string: must not exist). The value is what the caller has
   * seen, never the remote-tracking branch, which a background fetch may have moved.
   */
  lease?: { branch: string; expected: string };
  live?: boolean;
  env?: GitRunOptions['env'];
}

/** Pushes one refspec. @throws PackitError GIT_PUSH_REJECTED with the server's words */
export async function push(git: Git, remote: string, options: PushOptions): Promise<void> {
  const args = [
    'push',
    '--porcelain',
    '--no-verify',
    ...(options.lease === undefined
      ? []
      : [`--force-with-lease=refs/heads/${options.lease.branch}:${options.lease.expected}`]),
    '--',
    remote,
    options.refspec,
  ];
  const result = await git.exec(args, {
    okExitCodes: [0, 1],
    live: options.live === true,
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  if (result.exitCode === 0) return;
  const words = `${decode(result.stdout)}\n${decode(result.stderr)}`
    .split('\n')
    .filter((line) => line.trim() !== '');
  const stale = /stale info|fetch first|non-fast-forward/.test(words.join('\n'));
  throw new PackitError('GIT_PUSH_REJECTED', `The push of ${options.refspec} to ${remote} was rejected`, {
    details: words.slice(-20),
    hint: stale
      ? 'Somebody changed the branch meanwhile: look at what is there (git fetch), then run the command again.'
      : "The lines above are the server's reason; a protected branch or a missing right are the usual ones.",
  });
}

/** Branches and their commits on a remote (a name or a URL). */
export async function remoteBranches(
  git: Git,
  remote: string,
  env: GitRunOptions['env'] = {},
): Promise<Map<string, string>> {
  const text = await gitText(git, ['ls-remote', '--heads', '--quiet', '--', remote], { env });
  const branches = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [sha, ref] = line.split('\t');
    if (sha !== undefined && ref?.startsWith('refs/heads/') === true)
      branches.set(ref.slice('refs/heads/'.length), sha);
  }
  return branches;
}

/** The branch a remote's HEAD names, or undefined. Asks the server. */
export async function remoteDefaultBranch(git: Git, remote: string): Promise<string | undefined> {
  const text = await gitText(git, ['ls-remote', '--symref', '--quiet', '--', remote, 'HEAD']);
  return /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(text)?.[1];
}
