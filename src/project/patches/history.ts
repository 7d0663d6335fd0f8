/** The history patches are made of: as it is, or made a line where merges would give patches that cannot be applied. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { Buffer } from 'node:buffer';
import { gitText, readLayout } from '../../tools/git/index.ts';
import type { Git, GitRunOptions } from '../../tools/git/index.ts';
import { replicateGitDirectory } from '../workspace/index.ts';
import { readRange } from './commits.ts';
import type { RangeCommit } from './commits.ts';

export interface History {
  /** git in the user's repository, or in one of our own that borrows its objects. */
  git: Git;
  /** Full hashes. */
  base: string;
  tip: string;
  /** Parents before children. */
  commits: readonly RangeCommit[];
  /** Each merge stands for all that it merged. */
  linear: boolean;
}

/**
 * The commits of `base..HEAD`. Where one has a parent that is neither among them nor `base`, or where a merge holds changes of its
 * own, patches of the single commits would not lead from `base` to HEAD. Then each merge becomes one commit, with the whole change
 * against the parent that leads to `base`. That is written down in a repository of our own, as replacements: hashes stay those of
 * the user's commits, nothing in the user's repository changes.
 */
export async function readHistory(git: Git, base: string, scratch: string): Promise<History> {
  const tip = await gitText(git, ['rev-parse', '--verify', 'HEAD^{commit}']);
  const commits = await readRange(git, base, tip);
  if (!(await needsLine(git, commits, base))) return { git, base, tip, commits, linear: false };
  const own = await openReplica(git, scratch);
  for (const [sha, parent] of lineOf(commits, base, tip)) await replaceParents(own, sha, parent);
  return { git: own, base, tip, commits: await readRange(own, base, tip), linear: true };
}

async function needsLine(git: Git, commits: readonly RangeCommit[], base: string): Promise<boolean> {
  const merges = commits.filter(({ parents }) => parents.length > 1);
  if (merges.length === 0) {
    // A commit without a parent, or one that left the line before base, still makes a patch of its own change.
    return false;
  }
  const known = new Set([base, ...commits.map(({ sha }) => sha)]);
  if (commits.some(({ parents }) => parents.some((parent) => !known.has(parent)))) return true;
  for (const { sha } of merges) if (await hasOwnChanges(git, sha)) return true;
  return false;
}

/** True if a merge is not what git makes of its parents by itself. */
async function hasOwnChanges(git: Git, sha: string): Promise<boolean> {
  const show = (how: string, okExitCodes: readonly number[]) =>
    git.exec(['show', '--format=', '--no-color', '--no-ext-diff', '--no-show-signature', how, sha, '--'], {
      okExitCodes,
    });
  const remerged = await show('--remerge-diff', [0, 128, 129]);
  // Before git 2.35: what differs from all parents, which is more than what was decided by hand.
  const { stdout } = remerged.exitCode === 0 ? remerged : await show('--cc', [0]);
  return stdout.length > 0;
}

/** Commits of the line from `base` to `tip` that must forget parents, each with the one that stays. */
export function lineOf(commits: readonly RangeCommit[], base: string, tip: string): Map<string, string> {
  const bySha = new Map(commits.map((commit) => [commit.sha, commit]));
  const descends = new Set([base]);
  for (const { sha, parents } of commits) {
    if (parents.some((parent) => descends.has(parent))) descends.add(sha);
  }
  const changed = new Map<string, string>();
  for (let at = bySha.get(tip); at !== undefined; ) {
    const parent = at.parents.find((candidate) => descends.has(candidate)) ?? at.parents[0];
    if (parent === undefined) break;
    if (at.parents.length > 1) changed.set(at.sha, parent);
    at = bySha.get(parent);
  }
  return changed;
}

async function openReplica(git: Git, scratch: string): Promise<Git> {
  const layout = await readLayout(git);
  const directory = await mkdtemp(join(scratch, 'history-'));
  replicateGitDirectory(layout, directory);
  // Attributes are those of the work tree, as for the repository itself.
  const env = { GIT_DIR: directory, GIT_WORK_TREE: layout.top, GIT_NO_REPLACE_OBJECTS: undefined };
  const exec = (args: readonly string[], options: GitRunOptions = {}) =>
    git.exec(['-c', 'core.bare=false', '-c', 'core.useReplaceRefs=true', ...args], {
      ...options,
      env: { ...env, ...options.env },
    });
  return {
    ...git,
    exec,
    execAll: (commands) =>
      Promise.all(
        commands.map(async ({ args, ...rest }) => {
          const result = await exec(args, rest);
          return () => result;
        }),
      ),
  };
}

async function replaceParents(git: Git, sha: string, parent: string): Promise<void> {
  const { stdout } = await git.exec(['cat-file', 'commit', sha]);
  const made = await git.exec(['hash-object', '-t', 'commit', '-w', '--stdin'], {
    input: withParent(stdout, parent),
  });
  await git.exec(['update-ref', `refs/replace/${sha}`, made.stdout.toString('latin1').trim()]);
}

/** A commit object with one parent, and without signatures, which are of what it was. */
function withParent(commit: Buffer, parent: string): Buffer {
  const text = commit.toString('latin1');
  const end = text.indexOf('\n\n');
  const headers = text
    .slice(0, end)
    .split(/\n(?! )/)
    .filter((header) => !/^(?:parent|gpgsig|gpgsig-sha256|mergetag) /.test(header));
  const [tree = '', ...rest] = headers;
  return Buffer.from([tree, `parent ${parent}`, ...rest].join('\n') + text.slice(end), 'latin1');
}
