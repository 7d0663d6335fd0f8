/** Patch files of the commits of a source-git repository. */
import { mkdtemp, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Buffer } from 'node:buffer';
import { PackitError } from '../../errors.ts';
import { displayText } from '../../spec/index.ts';
import type { Git } from '../../tools/git/index.ts';
import type { RangeCommit } from './commits.ts';
import { authorComment, commentLines, messageComment } from './comment.ts';
import { readHistory } from './history.ts';
import type { History } from './history.ts';
import { joinPatches } from './join.ts';
import type { CommitPatch, SourceGitPatch } from './join.ts';
import { hasOldMetadata, parseOldMetadata, parsePatchTrailers } from './metadata.ts';
import type { PatchMetadata } from './metadata.ts';
import { resolveUpstreamRef } from './upstream-ref.ts';

export interface CreatePatchesOptions {
  /** git in the source-git repository, which is only read. */
  git: Git;
  /** The last upstream commit, a ref or a glob of tags; patches are made of what follows. */
  upstreamRef: string;
  /** An existing directory of this run. */
  scratch: string;
  /** Paths relative to the repository's top whose changes are left out. */
  ignore: readonly string[];
}

export interface CreatedPatches {
  /** In the order they apply in. */
  patches: SourceGitPatch[];
  history: History;
}

/**
 * Makes the patches of the commits in `<upstreamRef>..HEAD`. Contents are bytes; nothing in them is decoded, and neither the
 * person's settings nor the number of patches is seen in them.
 * @throws PackitError UPSTREAM_REF_NOT_FOUND, PATCH_NAME_REPEATED, PATCH_NAME_INVALID, PATCH_ID_INVALID
 */
export async function createPatches(options: CreatePatchesOptions): Promise<CreatedPatches> {
  const { sha: base } = await resolveUpstreamRef(options.git, options.upstreamRef);
  const history = await readHistory(options.git, base, options.scratch);
  const files = await formatPatches(options, history, [`${base}..${history.tip}`]);
  const commits = inOrder(history.commits, files);
  const describe = describer(commits);
  const made: CommitPatch[] = [];
  for (const commit of commits) {
    const metadata = describe(commit);
    if (metadata.ignored) continue;
    const file = files.get(commit.sha);
    if (file === undefined && !isWanted(metadata, commit)) continue;
    const bare = metadata.noPrefix && file !== undefined;
    const content = bare ? await withoutPrefixes(options, history, commit.sha) : file?.content;
    made.push({
      sha: commit.sha,
      name: checkName(metadata.name ?? file?.name ?? '', commit),
      content: content ?? Buffer.alloc(0),
      comment: metadata.comment,
      commentGiven: metadata.status !== undefined,
      id: checkId(metadata.id, commit),
      presentInSpec: metadata.presentInSpec,
      noPrefix: metadata.noPrefix,
      endsFile: metadata.endsFile,
      defined: metadata.defined,
    });
  }
  return { patches: joinPatches(made), history };
}

interface Described extends PatchMetadata {
  comment: readonly string[];
  /** The commits of the range speak in trailers. */
  trailers: boolean;
}

/** If any commit has trailers, all are read so; else in the old form, where one has that. */
function describer(commits: readonly RangeCommit[]): (commit: RangeCommit) => Described {
  if (commits.some(({ trailers }) => parsePatchTrailers(trailers).defined)) {
    return ({ message, trailers }) => {
      const metadata = parsePatchTrailers(trailers);
      const { status } = metadata;
      const comment = status === undefined ? messageComment(message, trailers) : commentLines(status);
      return { ...metadata, comment, trailers: true };
    };
  }
  const old = commits.some(({ message }) => hasOldMetadata(message));
  return ({ message, author }) => {
    const metadata = parseOldMetadata(old ? message : '');
    const { status } = metadata;
    const comment = status === undefined ? authorComment(message, author) : commentLines(status);
    return { ...metadata, comment, trailers: false };
  };
}

/** Whether an empty commit gives an empty patch: one that has a name, and in the old form one that the spec has too. */
function isWanted({ name, presentInSpec, trailers }: Described, commit: RangeCommit): boolean {
  if (name !== undefined) return presentInSpec || trailers;
  if (!presentInSpec) return false;
  throw new PackitError(
    'PATCH_NAME_MISSING',
    `The empty commit ${label(commit)} is for a patch of the spec file, but does not say its name`,
    { hint: 'Add it to the message of the commit: Patch-name, or patch_name in the older form.' },
  );
}

interface PatchFile {
  name: string;
  content: Buffer;
}

/** Patch files by the commit they are of. */
async function formatPatches(
  options: CreatePatchesOptions,
  { git }: History,
  revisions: readonly string[],
  prefixes: readonly string[] = ['--src-prefix=a/', '--dst-prefix=b/'],
): Promise<Map<string, PatchFile>> {
  const directory = await mkdtemp(join(options.scratch, 'patches-'));
  const { stdout } = await git.exec([
    'format-patch',
    ...FORMAT,
    ...prefixes,
    `--output-directory=${directory}`,
    ...revisions,
    '--',
    ':/',
    ...options.ignore.map((path) => `:(top,exclude)${path}`),
  ]);
  const files = new Map<string, PatchFile>();
  for (const path of stdout.toString().split('\n')) {
    if (path === '') continue;
    const content = await readFile(path);
    files.set(commitOf(path, content), { name: basename(path), content });
  }
  return files;
}

/** What settings may change is said, where a setting of ours would not be enough. */
const FORMAT: readonly string[] = [
  '--no-numbered',
  '--no-signature',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--no-cover-letter',
  '--no-base',
  '--no-attach',
  '--no-thread',
  '--no-notes',
  '--no-to',
  '--no-cc',
  '--no-add-header',
  '--no-relative',
  '--subject-prefix=PATCH',
  '--suffix=.patch',
  '--binary',
  '--find-renames',
];

async function withoutPrefixes(
  options: CreatePatchesOptions,
  history: History,
  sha: string,
): Promise<Buffer | undefined> {
  const files = await formatPatches(options, history, ['-1', sha], ['--no-prefix']);
  return files.get(sha)?.content;
}

/** The commit's hash stands in the first line of what `git format-patch` writes. */
function commitOf(path: string, content: Buffer): string {
  const sha = /^From ([0-9a-f]{40,64}) /.exec(content.subarray(0, 128).toString('latin1'))?.[1];
  if (sha !== undefined) return sha;
  throw new PackitError('PATCH_UNREADABLE', `${path} is not a patch of git format-patch`, {
    hint: 'See whether git format-patch works in the repository.',
  });
}

/** The commits that have a patch or are empty, in the order git gives the patches; an empty one follows the one before it. */
function inOrder(
  commits: readonly RangeCommit[],
  files: ReadonlyMap<string, PatchFile>,
): readonly RangeCommit[] {
  const bySha = new Map(commits.map((commit) => [commit.sha, commit]));
  const numbered = [...files.keys()].flatMap((sha) => bySha.get(sha) ?? []);
  let next = 0;
  return commits.flatMap((commit) => {
    if (commit.empty) return [commit];
    if (!files.has(commit.sha)) return [];
    return numbered[next++] ?? [];
  });
}

/** The name becomes a file beside the spec, and a line in it. */
function checkName(name: string, commit: RangeCommit): string {
  // oxlint-disable-next-line no-control-regex -- they are what is refused
  if (
    !/^\.|[/\u0000-\u001f\u007f\ufffd]|^$|\.spec$|^sources$/.test(displayText(name)) &&
    name.trim() === name
  )
    return name;
  throw new PackitError(
    'PATCH_NAME_INVALID',
    `Commit ${label(commit)} has a Patch-name that cannot be the name of a patch file: ${displayText(name)}`,
    { hint: 'Correct the name in the message of the commit (git rebase -i), for instance to fix.patch.' },
  );
}

function checkId(id: string | undefined, commit: RangeCommit): number | undefined {
  if (id === undefined) return undefined;
  if (/^\d{1,9}$/.test(id)) return Number(id);
  throw new PackitError(
    'PATCH_ID_INVALID',
    `Commit ${label(commit)} has a Patch-id that is no number: ${displayText(id)}`,
    {
      hint: 'Correct it in the message of the commit (git rebase -i), or leave it out: patches are numbered in their order.',
    },
  );
}

function label({ sha, message }: RangeCommit): string {
  return `${sha.slice(0, 8)} (${displayText(message.split('\n', 1)[0] ?? '')})`;
}
