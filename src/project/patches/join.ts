/** Patches of single commits become the files of dist-git: neighbours of one name are one file. Pure. */
import { Buffer } from 'node:buffer';
import { PackitError } from '../../errors.ts';

/** What one commit gives. */
export interface CommitPatch {
  sha: string;
  /** Of the file it goes into. */
  name: string;
  content: Buffer;
  /** Lines that begin with `#`; macros in them are not escaped. */
  comment: readonly string[];
  /** The comment was given, not made from the message. */
  commentGiven: boolean;
  id: number | undefined;
  presentInSpec: boolean;
  noPrefix: boolean;
  /** Of the old form: the last commit of a file. */
  endsFile: boolean;
  /** The commit has metadata. */
  defined: boolean;
}

/** A patch file. */
export interface SourceGitPatch extends Omit<CommitPatch, 'sha' | 'endsFile' | 'defined'> {
  /** Hashes of the commits in it, oldest first. */
  commits: readonly string[];
}

/**
 * One file for each run of commits of the same name; the first one says what else there is to say. If any commit has the old
 * `squash_commits`, that decides instead: a marked commit is the last of a file, or one with other metadata is alone in it.
 * @throws PackitError PATCH_NAME_REPEATED
 */
export function joinPatches(commits: readonly CommitPatch[]): SourceGitPatch[] {
  const groups = commits.some(({ endsFile }) => endsFile) ? groupByEnd(commits) : groupByName(commits);
  const seen = new Set<string>();
  return groups.map(({ leader, members }) => {
    if (seen.has(leader.name)) throw repeated(leader.name, members);
    seen.add(leader.name);
    const { name, comment, commentGiven, id, presentInSpec, noPrefix } = leader;
    return {
      name,
      content: Buffer.concat(members.map(({ content }) => content)),
      commits: members.map(({ sha }) => sha),
      comment,
      commentGiven,
      id,
      presentInSpec,
      noPrefix,
    };
  });
}

interface Group {
  leader: CommitPatch;
  members: CommitPatch[];
}

function groupByName(commits: readonly CommitPatch[]): Group[] {
  const groups: Group[] = [];
  for (const commit of commits) {
    const last = groups.at(-1);
    if (last?.leader.name === commit.name) last.members.push(commit);
    else groups.push({ leader: commit, members: [commit] });
  }
  return groups;
}

/** What is younger than the last mark goes into its file as well. */
function groupByEnd(commits: readonly CommitPatch[]): Group[] {
  const groups: Group[] = [];
  let open: CommitPatch[] = [];
  const lastEnd = commits.findLastIndex(({ endsFile }) => endsFile);
  for (const commit of commits.slice(0, lastEnd + 1)) {
    open.push(commit);
    if (!commit.endsFile && !commit.presentInSpec && !commit.defined) continue;
    groups.push({ leader: commit, members: open });
    open = [];
  }
  groups.at(-1)?.members.push(...commits.slice(lastEnd + 1));
  return groups;
}

function repeated(name: string, [first]: readonly CommitPatch[]): PackitError {
  return new PackitError(
    'PATCH_NAME_REPEATED',
    `Commits that do not follow each other have the same Patch-name: ${name}`,
    {
      hint: 'Put the commits next to each other (git rebase -i), or give one of them another Patch-name.',
      ...(first === undefined ? {} : { details: [`The second one is ${first.sha.slice(0, 8)}`] }),
    },
  );
}
