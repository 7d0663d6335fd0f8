import { PackitError } from '../../errors.ts';
import type { Context } from '../../context.ts';
import { checkout, fetch, gitText, readIdentity, readRemotes, resolveCommit } from '../../tools/git/index.ts';
import type { Git } from '../../tools/git/index.ts';

export interface RefRequest {
  /** A branch, tag or commit. */
  ref?: string;
  /** Number of a pull or merge request. */
  prId?: string;
  /** Merge the request into its target; else take it as it is. */
  mergePr: boolean;
  targetBranch?: string;
  remote?: string;
}

/** Where forges keep the head of a request. */
const REQUEST_REFS: readonly ((id: string) => string)[] = [
  (id) => `refs/pull/${id}/head`,
  (id) => `refs/merge-requests/${id}/head`,
];

export function wantsRef(request: RefRequest): boolean {
  return (request.ref ?? '') !== '' || (request.prId ?? '') !== '';
}

/**
 * Checks out a ref, or a pull request merged into its target branch, in a checkout of packit's own.
 * @throws PackitError REF_NOT_FOUND, PULL_REQUEST_NOT_FOUND, PULL_REQUEST_CONFLICT
 */
export async function checkoutRequested(git: Git, ctx: Context, request: RefRequest): Promise<void> {
  const remote = request.remote ?? (await readRemotes(git))[0]?.name ?? 'origin';
  if (request.prId !== undefined && request.prId !== '') {
    await checkoutPullRequest(git, ctx, { ...request, prId: request.prId, remote });
  } else if (request.ref !== undefined && request.ref !== '') {
    await checkoutRef(git, request.ref, remote);
  }
}

async function checkoutRef(git: Git, ref: string, remote: string): Promise<void> {
  const here = await findRef(git, ref, remote);
  if (here !== undefined) return checkoutFound(git, ref, here);
  await fetch(git, remote, { refspecs: [ref], tags: true }).catch(() => undefined);
  const fetched = await resolveCommit(git, 'FETCH_HEAD');
  if (fetched === undefined) {
    throw new PackitError(
      'REF_NOT_FOUND',
      `There is no branch, tag or commit "${ref}" here or on ${remote}`,
      {
        hint: `See what there is: git ls-remote ${remote}.`,
      },
    );
  }
  await checkoutFound(git, ref, fetched);
}

/** A local branch or tag, a commit, or the remote's branch. */
async function findRef(git: Git, ref: string, remote: string): Promise<string | undefined> {
  return (await resolveCommit(git, ref)) ?? (await resolveCommit(git, `refs/remotes/${remote}/${ref}`));
}

/** On a branch if the name can be one: its name becomes part of Release. */
async function checkoutFound(git: Git, ref: string, sha: string): Promise<void> {
  const isHash = /^[0-9a-f]{7,64}$/.test(ref) && sha.startsWith(ref);
  const isTag = (await resolveCommit(git, `refs/tags/${ref}`)) !== undefined;
  const name = ref.replace(/^refs\/heads\//, '');
  const onBranch = !isHash && !isTag && (await canBeBranch(git, name));
  await checkout(git, sha, onBranch ? name : undefined);
}

/** `HEAD~2` and `:/words` name commits, but no branch can be called so. */
async function canBeBranch(git: Git, name: string): Promise<boolean> {
  const { exitCode } = await git.exec(['check-ref-format', '--branch', name], { okExitCodes: [0, 1, 128] });
  return exitCode === 0;
}

async function checkoutPullRequest(
  git: Git,
  ctx: Context,
  request: RefRequest & { prId: string; remote: string },
): Promise<void> {
  const { prId, remote } = request;
  if (!/^\d+$/.test(prId)) {
    throw new PackitError('PULL_REQUEST_ID_INVALID', `--pr-id is not a number: ${prId}`, {
      hint: 'Give the number of the pull request: --pr-id 123.',
    });
  }
  const head = await fetchRequest(git, prId, remote);
  const branch = `pr/${prId}`;
  if (!request.mergePr) return checkout(git, head, branch);
  const target = request.targetBranch ?? (await currentBranch(git)) ?? 'HEAD';
  const base = await findRef(git, target, remote);
  if (base === undefined) {
    throw new PackitError(
      'REF_NOT_FOUND',
      `There is no target branch "${target}" to merge pull request ${prId} into`,
      {
        hint: 'Name an existing branch with --target-branch, or use --no-merge-pr.',
      },
    );
  }
  await checkout(git, base, branch);
  const identity = (await readIdentity(git)) ?? { name: 'Packit', email: 'packit@localhost' };
  const merge = await git.exec(
    [
      '-c',
      `user.name=${identity.name}`,
      '-c',
      `user.email=${identity.email}`,
      'merge',
      '--no-edit',
      '--quiet',
      head,
    ],
    { okExitCodes: [0, 1] },
  );
  if (merge.exitCode === 0) return;
  throw new PackitError('PULL_REQUEST_CONFLICT', `Pull request ${prId} cannot be merged into ${target}`, {
    details: merge.stdout
      .toString()
      .split('\n')
      .filter((line) => line.startsWith('CONFLICT')),
    hint: 'Rebase the pull request, or use --no-merge-pr to take it as it is.',
  });
}

async function fetchRequest(git: Git, id: string, remote: string): Promise<string> {
  let cause: unknown;
  for (const refOf of REQUEST_REFS) {
    try {
      await fetch(git, remote, { refspecs: [refOf(id)] });
      return await gitText(git, ['rev-parse', 'FETCH_HEAD']);
    } catch (error) {
      cause = error;
      if (error instanceof PackitError && error.code.startsWith('GIT_')) throw error;
    }
  }
  throw new PackitError('PULL_REQUEST_NOT_FOUND', `${remote} has no pull or merge request ${id}`, {
    hint: `Check the number, and which remote is asked: git remote get-url ${remote}.`,
    cause,
  });
}

async function currentBranch(git: Git): Promise<string | undefined> {
  const name = await gitText(git, ['symbolic-ref', '--quiet', '--short', 'HEAD'], { okExitCodes: [0, 1] });
  return name === '' ? undefined : name;
}
