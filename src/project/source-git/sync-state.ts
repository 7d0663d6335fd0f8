/** How far a source-git repository and its dist-git have been brought over to each other. */
import { PackitError } from '../../errors.ts';
import { resolveCommit } from '../../tools/git/index.ts';
import type { Git } from '../../tools/git/index.ts';
import { FROM_DIST_GIT, FROM_SOURCE_GIT, trailerValue } from './trailers.ts';

/** Both are only read; HEAD is what counts. */
export interface SyncRepositories {
  sourceGit: Git;
  distGit: Git;
}

/** Commits (full hashes) that say the same. */
export interface SyncPoint {
  sourceGit: string;
  distGit: string;
}

export interface UnsyncedCommit {
  sha: string;
  author: string;
  /** `YYYY-MM-DD`, as the author's clock had it. */
  date: string;
  subject: string;
}

/** Commits after the newest point at which both were in sync, oldest first. */
export interface SyncState {
  point: SyncPoint;
  sourceGit: UnsyncedCommit[];
  distGit: UnsyncedCommit[];
}

/**
 * Looks for the newest trailer on each side. Of two marks the one counts that is later in the history; dates say nothing.
 * @throws PackitError SYNC_COMMIT_UNKNOWN, SYNC_MARK_MISSING, SYNC_POINT_NOT_IN_HISTORY
 */
export async function readSyncState(repositories: SyncRepositories): Promise<SyncState> {
  const { sourceGit, distGit } = repositories;
  const [inSource, inDist] = await Promise.all([
    newestMark(sourceGit, FROM_DIST_GIT),
    newestMark(distGit, FROM_SOURCE_GIT),
  ]);
  const fromDist = inSource && {
    sourceGit: inSource.sha,
    distGit: await namedCommit(distGit, 'dist-git', inSource),
  };
  const fromSource = inDist && {
    sourceGit: await namedCommit(sourceGit, 'source-git', inDist),
    distGit: inDist.sha,
  };
  const point = await laterPoint(sourceGit, fromDist, fromSource);
  await requireInHistory(sourceGit, 'source-git', point.sourceGit);
  await requireInHistory(distGit, 'dist-git', point.distGit);
  return {
    point,
    sourceGit: await commitsAfter(sourceGit, point.sourceGit),
    distGit: await commitsAfter(distGit, point.distGit),
  };
}

interface Mark {
  sha: string;
  token: string;
  /** What the trailer names. */
  named: string;
}

async function newestMark(git: Git, token: string): Promise<Mark | undefined> {
  if ((await resolveCommit(git, 'HEAD')) === undefined) return undefined;
  const { stdout } = await git.exec([
    'log',
    '--max-count=1',
    '--extended-regexp',
    `--grep=^${token}: .+$`,
    '--no-show-signature',
    '--no-notes',
    '--format=tformat:%H%x00%B',
    'HEAD',
    '--',
  ]);
  const end = stdout.indexOf(0);
  if (end < 0) return undefined;
  const named = trailerValue(stdout.subarray(end + 1), token);
  return named === undefined ? undefined : { sha: stdout.toString('latin1', 0, end), token, named };
}

async function namedCommit(git: Git, side: string, { sha, token, named }: Mark): Promise<string> {
  const found = /^[0-9a-f]{4,64}$/i.test(named) ? await resolveCommit(git, named) : undefined;
  if (found !== undefined) return found;
  throw new PackitError(
    'SYNC_COMMIT_UNKNOWN',
    `Commit '${named}' referenced in the ${token} git trailer of ${sha.slice(0, 8)} does not exist in ${side}`,
    {
      hint: `Fetch it into ${git.dir}, or check that these are the two repositories you mean.`,
    },
  );
}

async function laterPoint(
  git: Git,
  fromDist: SyncPoint | undefined,
  fromSource: SyncPoint | undefined,
): Promise<SyncPoint> {
  if (fromDist !== undefined && fromSource !== undefined) {
    return (await isAncestor(git, fromDist.sourceGit, fromSource.sourceGit)) ? fromSource : fromDist;
  }
  const point = fromDist ?? fromSource;
  if (point !== undefined) return point;
  throw new PackitError(
    'SYNC_MARK_MISSING',
    'No git commits with trailers to mark synchronization points were found',
    {
      hint: `No commit says which one of the other repository it was made from (${FROM_DIST_GIT}, ${FROM_SOURCE_GIT}). In a shallow clone run git fetch --unshallow; if both have the same content, run packit source-git update-source-git --mark-synced DIST_GIT SOURCE_GIT.`,
    },
  );
}

/** Of a repository that is not on the branch the other one belongs to, "up to date" would be wrong. */
async function requireInHistory(git: Git, side: string, sha: string): Promise<void> {
  if (await isAncestor(git, sha, 'HEAD')) return;
  throw new PackitError(
    'SYNC_POINT_NOT_IN_HISTORY',
    `Commit ${sha.slice(0, 8)}, the last one in sync, is not in the history of what is checked out in ${side}`,
    {
      hint: `Check out the branch of ${git.dir} that belongs to the other repository (git branch --all --contains ${sha.slice(0, 8)} tells where the commit is).`,
    },
  );
}

async function isAncestor(git: Git, older: string, newer: string): Promise<boolean> {
  const { exitCode } = await git.exec(['merge-base', '--is-ancestor', older, newer], {
    okExitCodes: [0, 1],
  });
  return exitCode === 0;
}

async function commitsAfter(git: Git, sha: string): Promise<UnsyncedCommit[]> {
  const { stdout } = await git.exec([
    'log',
    '--ancestry-path',
    '--topo-order',
    '--reverse',
    '--no-show-signature',
    '--no-notes',
    '--date=short',
    '--format=tformat:%H%x00%an%x00%ad%x00%s%x00',
    `${sha}..HEAD`,
    '--',
  ]);
  const fields = new TextDecoder().decode(stdout).split('\0');
  const commits: UnsyncedCommit[] = [];
  for (let at = 0; at + 4 <= fields.length; at += 4) {
    const [hash = '', author = '', date = '', subject = ''] = fields.slice(at, at + 4);
    commits.push({ sha: hash.trim(), author, date, subject });
  }
  return commits;
}
