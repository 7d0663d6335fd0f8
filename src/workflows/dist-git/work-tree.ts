/** One branch of dist-git, checked out. */
import { randomUUID } from 'node:crypto';
import { lstat, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PackitError } from '../../errors.ts';
import { addWorktree, createGit, gitText } from '../../tools/git/index.ts';
import type { Git } from '../../tools/git/index.ts';
import type { Run } from '../../tools/process/index.ts';
import type { Repository } from './repository.ts';

export interface WorkTree {
  /** The branch of dist-git. */
  readonly branch: string;
  readonly dir: string;
  /** git in `dir`. */
  readonly git: Git;
  /** Commit of dist-git's branch. */
  readonly base: string;
}

export interface WorkTreeOptions {
  run: Run;
  /** A branch that has been fetched. */
  branch: string;
  /** What the branch is called here. */
  localBranch: string;
  /** Must not be there yet; its parent must. */
  directory: string;
  /** The error for a branch that is not there. Default: about dist-git. */
  missing?: (branch: string, there: readonly string[]) => PackitError;
}

/**
 * A work tree on a branch of its own that starts at the server's `branch`.
 * @throws PackitError `DIST_GIT_BRANCH_MISSING`
 */
export async function openWorkTree(
  repository: Repository,
  { run, branch, localBranch, directory, missing = branchMissing }: WorkTreeOptions,
): Promise<WorkTree> {
  if (!repository.branches.has(branch)) {
    throw missing(branch, [...repository.branches.keys()].sort());
  }
  await repository.serially(() =>
    addWorktree(repository.git, directory, `refs/remotes/origin/${branch}`, localBranch),
  );
  const git = createGit(run, directory, { isolated: true });
  return { branch, dir: directory, git, base: await gitText(git, ['rev-parse', 'HEAD']) };
}

function branchMissing(branch: string, there: readonly string[]): PackitError {
  return new PackitError('DIST_GIT_BRANCH_MISSING', `dist-git has no branch ${branch}`, {
    hint: 'Name an existing branch with --dist-git-branch or in dist_git_branches; a new one is asked for with fedpkg request-branch.',
    details: there.length === 0 ? ['The repository is empty.'] : [`Branches: ${there.join(', ')}`],
  });
}

/** Replaces a file of a work tree: whole at once, never through a symbolic link. */
export async function replaceFile(
  { dir }: Pick<WorkTree, 'dir'>,
  name: string,
  content: Uint8Array | string,
): Promise<void> {
  const path = join(dir, name);
  const mode = await lstat(path).then(
    (found) => (found.isFile() ? found.mode & 0o777 : 0o644),
    () => 0o644,
  );
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, content, { mode });
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}
