import { appendFile, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PackitError } from '../../errors.ts';
import { resolveCommit } from '../../tools/git/index.ts';
import type { Git } from '../../tools/git/index.ts';
import { parsePatchTrailers } from './metadata.ts';

export interface SourceGitPatch {
  /** File name in the directory the patches were written to. */
  name: string;
  /** Comment lines for the spec. */
  comment: string[];
  id: number | undefined;
  presentInSpec: boolean;
}

export interface CreatePatchesOptions {
  git: Git;
  /** The last upstream commit; patches are made of what follows. */
  upstreamRef: string;
  /** Absolute directory for the files. */
  directory: string;
  /** Paths relative to the repository's top whose changes are left out. */
  ignore: readonly string[];
}

/**
 * Makes patch files of the commits in `<upstreamRef>..HEAD`, merges left out, oldest first. Neighbours of one `Patch-name` become
 * one file. The patches are bytes; nothing in them is decoded.
 * @throws PackitError PATCH_NAME_REPEATED, PATCH_NAME_INVALID
 */
export async function createPatches(options: CreatePatchesOptions): Promise<SourceGitPatch[]> {
  const { git, directory } = options;
  // Its hash: a tag's name may look like an option.
  const base = await resolveCommit(git, options.upstreamRef);
  if (base === undefined) {
    throw new PackitError('UPSTREAM_REF_NOT_FOUND', `There is no commit "${options.upstreamRef}"`, {
      hint: 'Set upstream_ref (or --upstream-ref) to the tag or commit of upstream the patches are for.',
    });
  }
  const files = await formatPatches(options, `${base}..HEAD`);
  const patches: (SourceGitPatch & { file: string })[] = [];
  for (const file of files) {
    const sha = await commitOf(file);
    const message = await readMessage(git, sha);
    const metadata = parsePatchTrailers(message.trailers);
    if (metadata.ignored) {
      await rm(file);
      continue;
    }
    const made = metadata.noPrefix ? await withoutPrefixes(options, file, sha) : file;
    const name = metadata.name ?? basename(made);
    if (name.includes('/') || name.startsWith('.')) {
      throw new PackitError(
        'PATCH_NAME_INVALID',
        `Commit ${sha.slice(0, 8)} has a Patch-name that is no file name: ${name}`,
        {
          hint: 'Correct the Patch-name trailer in the commit message (git rebase -i).',
        },
      );
    }
    const previous = patches.at(-1);
    const comment = (metadata.status ?? message.text).trim().split('\n');
    if (previous?.name === name) {
      await appendFile(previous.file, await readFile(made));
      await rm(made);
      continue;
    }
    if (patches.some((patch) => patch.name === name)) {
      throw new PackitError(
        'PATCH_NAME_REPEATED',
        `Commits that do not follow each other have the same Patch-name: ${name}`,
        {
          hint: 'Put the commits next to each other (git rebase -i), or give one of them another Patch-name.',
        },
      );
    }
    patches.push({ name, comment, id: metadata.id, presentInSpec: metadata.presentInSpec, file: made });
  }
  for (const { name, file } of patches)
    if (basename(file) !== name) await rename(file, join(directory, name));
  return patches.map(({ name, comment, id, presentInSpec }) => ({ name, comment, id, presentInSpec }));
}

async function formatPatches(
  options: CreatePatchesOptions,
  range: string,
  noPrefix = false,
): Promise<string[]> {
  const { stdout } = await options.git.exec([
    'format-patch',
    '--no-signature',
    '--no-color',
    // What settings add to a list, no other setting takes away.
    '--no-attach',
    '--no-to',
    '--no-cc',
    '--no-add-header',
    '--output-directory',
    options.directory,
    ...(noPrefix ? ['--no-prefix'] : []),
    range,
    '--',
    ':/',
    ...options.ignore.map((path) => `:(top,exclude)${path}`),
  ]);
  return stdout
    .toString()
    .split('\n')
    .filter((line) => line !== '');
}

async function withoutPrefixes(options: CreatePatchesOptions, file: string, sha: string): Promise<string> {
  await rm(file);
  const [made] = await formatPatches(options, `${sha}^..${sha}`, true);
  return made ?? file;
}

/** The commit's hash stands in the first line of what `git format-patch` writes. */
async function commitOf(file: string): Promise<string> {
  const start = (await readFile(file)).subarray(0, 128).toString('latin1');
  const sha = /^From ([0-9a-f]{40,64}) /.exec(start)?.[1];
  if (sha === undefined)
    throw new PackitError('PATCH_UNREADABLE', `${file} is not a patch of git format-patch`);
  return sha;
}

async function readMessage(git: Git, sha: string): Promise<{ text: string; trailers: string }> {
  const { stdout } = await git.exec(['log', '-1', '--format=%B%x00%(trailers:only)', sha, '--']);
  const [body = '', trailers = ''] = stdout.toString().split('\0');
  const end = trailers.trim() === '' ? -1 : body.lastIndexOf(trailers.trim());
  return { text: (end < 0 ? body : body.slice(0, end)).trim(), trailers };
}
