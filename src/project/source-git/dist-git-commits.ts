/** The commits of dist-git that source-git lacks, with what each changed. */
import { PackitError } from '../../errors.ts';
import { parseSpec, patches } from '../../spec/index.ts';
import { displayRaw, resolveCommit, splitRaw } from '../../tools/git/index.ts';
import type { Git, RawPath } from '../../tools/git/index.ts';
import { readCommitObject } from './commit-object.ts';
import type { CommitObject } from './commit-object.ts';
import type { IndexEntry } from './workshop.ts';

/** Undefined on one side: the file was added or deleted. */
export interface FileChange {
  /** Where the file was; of a new one where it is. */
  from: RawPath;
  to: RawPath;
  before: IndexEntry | undefined;
  after: IndexEntry | undefined;
}

export interface DistGitCommit extends CommitObject {
  sha: string;
  /** First line of the message, for people. */
  subject: string;
  changes: FileChange[];
}

/**
 * The commits of a range, oldest first, each with its changes since its first parent: a merge stands for all it brought.
 * @param range as git takes it: `HEAD~3..`
 * @throws PackitError RANGE_INVALID
 */
export async function readDistGitCommits(git: Git, range: string): Promise<DistGitCommit[]> {
  const { exitCode, stdout } = await git.exec(
    ['rev-list', '--first-parent', '--topo-order', '--reverse', '--end-of-options', range, '--'],
    { okExitCodes: [0, 128, 129] },
  );
  if (exitCode !== 0) {
    throw new PackitError('RANGE_INVALID', `There are no commits ${range} in dist-git`, {
      hint: 'Give a range as git log takes it, such as HEAD~3.. for the last three commits, or leave it out.',
    });
  }
  const commits: DistGitCommit[] = [];
  for (const sha of stdout.toString('latin1').split('\n')) {
    if (sha === '') continue;
    const object = await readCommitObject(git, sha);
    const subject = new TextDecoder().decode(object.message).split('\n', 1)[0] ?? '';
    commits.push({ ...object, sha, subject, changes: await readChanges(git, sha) });
  }
  return commits;
}

async function readChanges(git: Git, sha: string): Promise<FileChange[]> {
  const parent = await resolveCommit(git, `${sha}^1`);
  const { stdout } = await git.exec([
    'diff-tree',
    '-r',
    '-z',
    '--raw',
    '--no-commit-id',
    '--no-abbrev',
    '--find-renames',
    '--no-ext-diff',
    ...(parent === undefined ? ['--root', sha] : [parent, sha]),
    '--',
  ]);
  return parseRawDiff(stdout);
}

/** Parses `git diff-tree -r -z --raw --no-abbrev`. */
export function parseRawDiff(bytes: Buffer): FileChange[] {
  const fields = splitRaw(bytes);
  const changes: FileChange[] = [];
  for (let at = 0; at < fields.length; ) {
    const [oldMode = '', newMode = '', oldSha = '', newSha = '', status = ''] = (fields[at] ?? '')
      .slice(1)
      .split(' ');
    const moved = /^[RC]/.test(status);
    const from = fields[at + 1] ?? '';
    const to = moved ? (fields[at + 2] ?? '') : from;
    changes.push({
      from,
      to,
      before: oldMode === NONE ? undefined : { mode: oldMode, sha: oldSha },
      after: newMode === NONE ? undefined : { mode: newMode, sha: newSha },
    });
    at += moved ? 3 : 2;
  }
  return changes;
}

const NONE = '000000';

/**
 * Patches are made from source-git's commits, and archives belong to the releases of upstream: a change of either cannot be brought
 * over.
 * @param specPath of the spec in dist-git: what it names as patch is one, whatever it is called
 * @throws PackitError DIST_GIT_SOURCES_CHANGED, DIST_GIT_PATCH_CHANGED
 */
export async function requireNoSourceChanges(
  git: Git,
  commits: readonly DistGitCommit[],
  specPath: string,
): Promise<void> {
  for (const commit of commits) {
    const names = await patchNames(git, commit.sha, specPath);
    for (const { from, to } of commit.changes) {
      if ([from, to].includes('sources')) throw changed(commit, 'SOURCES', 'The sources file', 'sources');
      const patch = [from, to].find((path) => path.endsWith('.patch') || names.has(path));
      if (patch !== undefined) throw changed(commit, 'PATCH', 'A patch', patch);
    }
  }
}

async function patchNames(git: Git, commit: string, specPath: string): Promise<Set<string>> {
  const { exitCode, stdout } = await git.exec(['cat-file', 'blob', `${commit}:${specPath}`], {
    okExitCodes: [0, 128],
  });
  if (exitCode !== 0) return new Set();
  return new Set(patches(parseSpec(stdout)).map(({ filename }) => filename));
}

function changed(commit: DistGitCommit, code: string, what: string, path: RawPath): PackitError {
  return new PackitError(
    `DIST_GIT_${code}_CHANGED`,
    `${what} was modified in dist-git's commit ${commit.sha.slice(0, 8)} (${commit.subject}): ${displayRaw(path)}`,
    {
      hint: 'Make the change in source-git instead: a patch is a commit there, new sources come with a new upstream_ref. Then packit source-git update-dist-git, or record by --mark-synced that both are in sync. A RANGE can leave the commit out.',
    },
  );
}
