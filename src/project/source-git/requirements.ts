/** What has to be so before one repository may be updated from the other. */
import { PackitError } from '../../errors.ts';
import type { Git } from '../../tools/git/index.ts';
import { displayRaw, splitRaw } from '../../tools/git/index.ts';
import type { SyncState, UnsyncedCommit } from './sync-state.ts';

/** The repository that is going to be changed; it must not be ahead. */
export type Side = 'source-git' | 'dist-git';

/**
 * Passes if the side to be updated has no commit of its own since the two were in sync.
 * @throws PackitError SYNC_DIVERGED if both have, with a table of the commits; SYNC_AHEAD if only that side has
 */
export function requireNotAhead(state: SyncState, target: Side): void {
  const { sourceGit, distGit } = state;
  const [own, other] = target === 'source-git' ? [sourceGit, distGit] : [distGit, sourceGit];
  if (own.length === 0) return;
  if (other.length > 0) {
    throw new PackitError(
      'SYNC_DIVERGED',
      'source-git and dist-git have both changed since they were in sync',
      {
        hint: 'Bring the commits of one side over by hand, then record it with packit source-git update-source-git --mark-synced DIST_GIT SOURCE_GIT; or update one side all the same with --force.',
        details: commitTable(state),
      },
    );
  }
  const command = target === 'source-git' ? 'update-dist-git' : 'update-source-git';
  throw new PackitError('SYNC_AHEAD', `${target} has commits that the other repository lacks`, {
    hint: `Bring them over first with packit source-git ${command}, or use --force.`,
    details: commitTable(state),
  });
}

/** Commits to be synced: `source-git  1234abcd  2024-02-29  Jane Doe  Subject`, columns aligned. */
export function commitTable(state: SyncState): string[] {
  const rows = [
    ...state.sourceGit.map((commit) => row('source-git', commit)),
    ...state.distGit.map((commit) => row('dist-git', commit)),
  ];
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(0, ...rows.map((cells) => (cells[column] ?? '').length)),
  );
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function row(side: Side, { sha, date, author, subject }: UnsyncedCommit): string[] {
  return [side, sha.slice(0, 8), date, author, subject];
}

/**
 * Passes if nothing is changed, staged or untracked. Ignored files are not seen as changes: archives and builds lie there.
 * @throws PackitError NOT_PRISTINE
 */
export async function requirePristine(git: Git, side: Side): Promise<void> {
  const { stdout } = await git.exec([
    'status',
    '--porcelain',
    '-z',
    '--no-renames',
    '--untracked-files=normal',
    '--ignore-submodules=none',
  ]);
  const changes = splitRaw(stdout).map(displayRaw);
  if (changes.length === 0) return;
  const shown = changes.slice(0, MOST_SHOWN);
  if (shown.length < changes.length) shown.push(`and ${changes.length - shown.length} more`);
  throw new PackitError('NOT_PRISTINE', `The ${side} repository ${git.dir} is not pristine`, {
    hint: 'Commit the changes, or see git stash --include-untracked. To drop them: git reset --hard HEAD and git clean -xdff.',
    details: shown,
  });
}

const MOST_SHOWN = 10;
