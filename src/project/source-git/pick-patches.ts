/** The commits that `%prep` made of patches, on top of upstream's history. */
import { Buffer } from 'node:buffer';
import { PackitError } from '../../errors.ts';
import { displayText, encodeText } from '../../spec/index.ts';
import type { Source } from '../../spec/index.ts';
import { gitText } from '../../tools/git/index.ts';
import { readCommitObject, writeCommitObject } from './commit-object.ts';
import type { CommitObject } from './commit-object.ts';
import { FROM_DIST_GIT, withTrailers } from './trailers.ts';
import type { Trailer } from './trailers.ts';
import type { Workshop } from './workshop.ts';

/** A Patch tag of the spec with the commits its file became. */
export interface PatchCommits {
  entry: Source;
  /** Its commits, as git names them: `A..B`. There may be several in one file. */
  range: string;
  /** The commits have a message of their own. */
  mail: boolean;
  /** Applied with `-p0`. */
  noPrefix: boolean;
  /** Who wrote the file, where the commits do not say it: as a commit object has it. */
  author: string;
}

export interface PickOptions {
  /** Its objects must include those of the commits. */
  workshop: Workshop;
  parent: string;
  patches: readonly PatchCommits[];
  /** Full hash of dist-git's commit. */
  distGit: string;
  committer: string;
}

export interface PickedPatch {
  name: string;
  /** Full hashes in source-git. */
  commits: string[];
  subjects: string[];
}

/**
 * Picks the commits one after the other. Each gets `Patch-name`, `Patch-id`, `Patch-status` (the comment above the tag) and
 * `From-dist-git-commit`.
 * @throws PackitError INIT_PATCH_CONFLICT
 */
export async function pickPatches(options: PickOptions): Promise<{ picked: PickedPatch[]; tip: string }> {
  const { workshop, committer } = options;
  const { git } = workshop;
  await workshop.forgetFiles(options.parent);
  const picked: PickedPatch[] = [];
  let { parent } = options;
  for (const patch of options.patches) {
    const name = patch.entry.filename;
    const result: PickedPatch = { name: displayText(name), commits: [], subjects: [] };
    const hashes = await gitText(git, ['rev-list', '--reverse', patch.range]);
    for (const commit of hashes.split('\n').filter((hash) => hash !== '')) {
      await cherryPick(options, patch, commit);
      const tree = await gitText(git, ['rev-parse', 'HEAD^{tree}']);
      const original = await readCommitObject(git, commit);
      const described = await describe(options, patch, original);
      parent = await writeCommitObject(git, { ...described, tree, parent, committer });
      await git.exec(['update-ref', '--no-deref', 'HEAD', parent]);
      result.commits.push(parent);
      result.subjects.push(new TextDecoder().decode(described.message).split('\n', 1)[0] ?? '');
    }
    picked.push(result);
  }
  return { picked, tip: parent };
}

async function describe(
  { workshop, distGit }: PickOptions,
  { entry, mail, noPrefix, author }: PatchCommits,
  original: CommitObject,
): Promise<CommitObject> {
  const name = Buffer.from(encodeText(entry.filename));
  const trailers: Trailer[] = [
    { token: 'Patch-name', value: name },
    ...(noPrefix ? [{ token: 'No-prefix', value: 'true' }] : []),
    { token: 'Patch-id', value: String(entry.number) },
    ...statusOf(entry),
    { token: FROM_DIST_GIT, value: distGit },
  ];
  const message = mail
    ? original.message
    : Buffer.concat([Buffer.from('Apply patch '), name, Buffer.from('\n')]);
  return {
    author: mail ? original.author : author,
    encoding: original.encoding,
    message: await withTrailers(workshop.git, message, trailers),
  };
}

/** The comment as it stands in the spec, as a YAML block. */
function statusOf({ comments }: Source): Trailer[] {
  if (comments.length === 0) return [];
  const lines = comments.map(({ prefix, text }) => `    ${prefix.trimStart()}${text}`.trimEnd());
  return [{ token: 'Patch-status', value: Buffer.from(encodeText(`|\n${lines.join('\n')}`)) }];
}

/** Where upstream's repository has other lines than its archive, the patch is right. */
async function cherryPick({ workshop }: PickOptions, { entry }: PatchCommits, commit: string): Promise<void> {
  const { exitCode, stdout, stderr } = await workshop.git.exec(
    [
      '-c',
      'merge.renames=false',
      'cherry-pick',
      '--allow-empty',
      '--keep-redundant-commits',
      '--strategy=ort',
      '--strategy-option=theirs',
      commit,
    ],
    { okExitCodes: [0, 1] },
  );
  if (exitCode === 0) return;
  const conflicts = `${stdout.toString()}${stderr.toString()}`
    .split('\n')
    .filter((line) => line.startsWith('CONFLICT'));
  throw new PackitError(
    'INIT_PATCH_CONFLICT',
    `The patch ${displayText(entry.filename)} does not fit the upstream ref`,
    {
      hint: 'It applies to the archive in dist-git, but not to the repository: check that the upstream ref is the release that dist-git packages. A patch of files that only the archive has cannot be a commit.',
      details: conflicts,
    },
  );
}
