/** Commits of dist-git made again in source-git. */
import { PackitError } from '../../errors.ts';
import { displayRaw } from '../../tools/git/index.ts';
import type { Git, RawPath } from '../../tools/git/index.ts';
import { readBlob, writeCommitObject, writeObject } from './commit-object.ts';
import type { DistGitCommit, FileChange } from './dist-git-commits.ts';
import { comparableSpecs, mergeFile } from './merge-file.ts';
import { FROM_DIST_GIT, withTrailers } from './trailers.ts';
import type { IndexEntry, Workshop } from './workshop.ts';

/** Where source-git keeps the files of dist-git. */
export const DISTRO_DIRECTORY = '.distro';

export interface BringOptions {
  workshop: Workshop;
  /** The commit of source-git that the new ones follow. */
  parent: string;
  commits: readonly DistGitCommit[];
  /** `Name <address> <seconds> <zone>` */
  committer: string;
  /** An existing directory of this run. */
  scratch: string;
}

export interface BroughtCommit {
  /** In dist-git. */
  from: string;
  /** In source-git. */
  sha: string;
  subject: string;
  /** Paths that differ now, of people's reading. */
  files: string[];
  /** Paths whose change source-git does not take. */
  leftOut: string[];
}

/**
 * Makes one commit of source-git for each of dist-git, with the message, author and date it had there. A commit that changes nothing
 * in source-git becomes an empty one: it says how far the two are in sync.
 * @throws PackitError SYNC_CONFLICT
 */
export async function bringCommits(options: BringOptions): Promise<BroughtCommit[]> {
  const { workshop, committer } = options;
  const files = await workshop.entries(DISTRO_DIRECTORY);
  const brought: BroughtCommit[] = [];
  let { parent } = options;
  for (const commit of options.commits) {
    const staged = new Map<RawPath, IndexEntry | undefined>();
    const leftOut: string[] = [];
    for (const change of commit.changes) {
      const outcome = await bringFile(change, { ...options, files });
      if (outcome === 'left-out') leftOut.push(displayRaw(change.to));
      else if (outcome === 'conflict') throw conflict(commit, change);
      else for (const [path, entry] of outcome) staged.set(path, entry);
      for (const [path, entry] of staged) {
        if (entry === undefined) files.delete(path);
        else files.set(path, entry);
      }
    }
    await workshop.stage(staged);
    const message = await withTrailers(workshop.git, commit.message, [
      { token: FROM_DIST_GIT, value: commit.sha },
    ]);
    const tree = await workshop.writeTree();
    const { author, encoding, subject, sha: from } = commit;
    parent = await writeCommitObject(workshop.git, { tree, parent, author, committer, encoding, message });
    brought.push({ from, sha: parent, subject, files: [...staged.keys()].map(displayRaw), leftOut });
  }
  return brought;
}

interface Place extends BringOptions {
  files: ReadonlyMap<RawPath, IndexEntry>;
}

type Outcome = ReadonlyMap<RawPath, IndexEntry | undefined> | 'left-out' | 'conflict';

async function bringFile(change: FileChange, place: Place): Promise<Outcome> {
  const [from, to] = [`${DISTRO_DIRECTORY}/${change.from}`, `${DISTRO_DIRECTORY}/${change.to}`];
  const ours = place.files.get(from);
  const content = await bringContent(change, ours, place);
  if (content === 'conflict' && isOfGit(change.to)) return 'left-out';
  if (content === 'conflict') return 'conflict';
  // A file that moves must find its place free, or have been there already.
  if (from !== to && content !== undefined) {
    const there = place.files.get(to);
    if (there !== undefined && !same(there, content)) return 'conflict';
  }
  const result = new Map<RawPath, IndexEntry | undefined>();
  if (from !== to && ours !== undefined) result.set(from, undefined);
  if (!same(place.files.get(to), content)) result.set(to, content);
  return result;
}

/** The file as source-git is to have it; undefined if it is to be gone. */
async function bringContent(
  { before, after, to }: FileChange,
  ours: IndexEntry | undefined,
  place: Place,
): Promise<IndexEntry | undefined | 'conflict'> {
  if (same(ours, before) || same(ours, after)) return after;
  if (ours === undefined) return after === undefined ? undefined : 'conflict';
  if (before === undefined) return 'conflict';
  const { git } = place.workshop;
  const spec = to.endsWith('.spec');
  if (after === undefined) {
    if (!spec) return 'conflict';
    const versions = await read(git, { before, after: before, ours });
    return comparableSpecs(versions).before.equals(versions.ours) ? undefined : 'conflict';
  }
  if (![before, after, ours].every(({ mode }) => mode.startsWith('100'))) return 'conflict';
  const versions = await read(git, { before, after, ours });
  const merged = await mergeFile(place.workshop, spec ? comparableSpecs(versions) : versions, place.scratch);
  if (merged === undefined) return 'conflict';
  const mode = before.mode === after.mode ? ours.mode : after.mode;
  return { mode, sha: await writeObject(git, 'blob', merged) };
}

async function read(
  git: Git,
  entries: { before: IndexEntry; after: IndexEntry; ours: IndexEntry },
): Promise<{ before: Buffer; after: Buffer; ours: Buffer }> {
  return {
    before: await readBlob(git, entries.before.sha),
    after: await readBlob(git, entries.after.sha),
    ours: await readBlob(git, entries.ours.sha),
  };
}

function same(one: IndexEntry | undefined, other: IndexEntry | undefined): boolean {
  return one?.sha === other?.sha && one?.mode === other?.mode;
}

/** `.gitignore` and the like: a source-git repository has its own. */
function isOfGit(path: RawPath): boolean {
  return path.split('/').some((part) => part.startsWith('.git'));
}

function conflict(commit: DistGitCommit, { from, to }: FileChange): PackitError {
  const path = from === to ? displayRaw(to) : `${displayRaw(from)} -> ${displayRaw(to)}`;
  return new PackitError(
    'SYNC_CONFLICT',
    `Commit ${commit.sha.slice(0, 8)} (${commit.subject}) could not be applied to source-git: ${path}`,
    {
      hint: `${DISTRO_DIRECTORY}/${displayRaw(to)} is not what it was in dist-git before that commit. Make the change there by hand and commit it, then record it with --mark-synced, or go on with the commits that follow: give their RANGE.`,
    },
  );
}
