import { basename } from 'node:path';
import type { Context } from '../../context.ts';
import { PackitError } from '../../errors.ts';
import {
  bringCommits,
  markSynced,
  openWorkshop,
  placeCommits,
  readDistGitCommits,
  readSyncState,
  requireNoSourceChanges,
  requireNotAhead,
  requirePristine,
} from '../../project/source-git/index.ts';
import type { BroughtCommit } from '../../project/source-git/index.ts';
import { openScratch } from '../../project/workspace/index.ts';
import { resolveCommit } from '../../tools/git/index.ts';
import { committerIn } from './committer.ts';
import { forEachPair } from './pairs.ts';
import type { Pair, PairInput } from './pairs.ts';

export interface UpdateSourceGitInput extends PairInput {
  /** Commits of dist-git as git takes them. Default: those that source-git lacks. */
  range?: string | undefined;
  /** Does not ask whether the two are in sync; needs a range. */
  force?: boolean | undefined;
  /** Brings nothing over, but records that both say the same as they are. */
  markSynced?: boolean | undefined;
}

export interface UpdatedSourceGit {
  package: string;
  repositories: { sourceGit: string; distGit: string };
  /** New commits of source-git, oldest first. */
  commits: BroughtCommit[];
  /** HEAD of source-git before and after. */
  before: string;
  after: string;
  /** False in a dry run. */
  written: boolean;
}

/**
 * `packit source-git update-source-git`: makes the commits again in source-git that dist-git has and source-git lacks. They are made
 * elsewhere; the checkout moves to the last of them when all are done, and stays as it was if one cannot be.
 * @throws PackitError RANGE_MISSING, RANGE_INVALID, NOT_PRISTINE, SYNC_AHEAD, SYNC_DIVERGED, SYNC_CONFLICT,
 *   DIST_GIT_SOURCES_CHANGED, DIST_GIT_PATCH_CHANGED, and those of `readSyncState` and `openPairs`
 */
export async function updateSourceGit(
  ctx: Context,
  input: UpdateSourceGitInput,
): Promise<{ packages: UpdatedSourceGit[] }> {
  if (input.force === true && input.range === undefined) {
    throw new PackitError(
      'RANGE_MISSING',
      '--force needs a RANGE: what to bring over cannot be told without it',
      {
        hint: 'For the last commit of dist-git: packit source-git update-source-git --force DIST_GIT SOURCE_GIT HEAD~..',
      },
    );
  }
  if (input.markSynced === true && input.range !== undefined) {
    throw new PackitError('OPTIONS_EXCLUDE', '--mark-synced and a RANGE exclude each other', {
      hint: 'Bring the range over first, then run with --mark-synced if it is still needed.',
    });
  }
  return { packages: await forEachPair(ctx, input, (pair) => updateOne(ctx, pair, input)) };
}

async function updateOne(ctx: Context, pair: Pair, input: UpdateSourceGitInput): Promise<UpdatedSourceGit> {
  const before = await headOf(pair, 'sourceGit');
  const result = { package: pair.pkg.name, repositories: pair.names, before, written: !ctx.dryRun };
  const range = await chooseRange(ctx, pair, input);
  if (range === undefined) return { ...result, commits: [], after: before, written: false };
  await requirePristine(pair.sourceGit, 'source-git');
  const scratch = await openScratch(ctx.paths);
  try {
    const workshop = await openWorkshop({
      run: ctx.run,
      repository: pair.sourceGit,
      others: [pair.distGit],
      scratch: scratch.dir,
      start: before,
    });
    const committer = await committerIn(ctx, pair.sourceGit);
    const making = { workshop, parent: before, committer, scratch: scratch.dir };
    const commits =
      range === 'mark'
        ? [await markSynced({ ...making, distGit: await headOf(pair, 'distGit') })]
        : await bringCommits({ ...making, commits: await readCommits(ctx, pair, range) });
    const after = commits.at(-1)?.sha ?? before;
    if (!ctx.dryRun && after !== before) {
      await placeCommits({ repository: pair.sourceGit, workshop, tip: after, base: before });
    }
    sayWhatIsLeftOut(ctx, commits);
    return { ...result, commits, after };
  } finally {
    await scratch.dispose();
  }
}

/** Undefined if there is nothing to bring over; `mark` for a mark alone. */
async function chooseRange(
  ctx: Context,
  pair: Pair,
  { range, force, markSynced: mark }: UpdateSourceGitInput,
): Promise<string | undefined> {
  if (mark === true) return 'mark';
  if (force === true) return range;
  const state = await readSyncState(pair);
  requireNotAhead(state, 'source-git');
  if (state.distGit.length > 0) return range ?? `${state.point.distGit}..HEAD`;
  ctx.ui.info(`'${pair.names.sourceGit}' is up to date with '${pair.names.distGit}'.`);
  return undefined;
}

async function readCommits(
  ctx: Context,
  { pkg, distGit }: Pair,
  range: string,
): Promise<Awaited<ReturnType<typeof readDistGitCommits>>> {
  return ctx.ui.step('Reading the commits of dist-git', async () => {
    const commits = await readDistGitCommits(distGit, range);
    const specName = basename(pkg.specfile_path ?? `${pkg.downstream_package_name ?? pkg.name}.spec`);
    await requireNoSourceChanges(distGit, commits, specName);
    return commits;
  });
}

async function headOf(pair: Pair, side: 'sourceGit' | 'distGit'): Promise<string> {
  const head = await resolveCommit(pair[side], 'HEAD');
  if (head !== undefined) return head;
  throw new PackitError('REPOSITORY_EMPTY', `${pair.names[side]} has no commits`, {
    hint: 'Check out the branch you mean, or clone the repository anew.',
  });
}

function sayWhatIsLeftOut(ctx: Context, commits: readonly BroughtCommit[]): void {
  for (const { from, subject, files, leftOut } of commits) {
    const name = `${from.slice(0, 8)} (${subject})`;
    if (leftOut.length > 0) {
      ctx.ui.info(`${name}: source-git has its own ${leftOut.join(', ')}, which stays as it is.`);
    }
    if (files.length === 0) ctx.ui.info(`${name} changes nothing in source-git: its commit there is empty.`);
  }
}
