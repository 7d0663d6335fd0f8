/** What changed in the copy of dist-git, and the commit of it. */
import { Buffer } from 'node:buffer';
import type { Context } from '../../context.ts';
import { FROM_SOURCE_GIT, withTrailers } from '../../project/source-git/index.ts';
import { encodeText } from '../../spec/index.ts';
import { commit, displayRaw, splitRaw, stage } from '../../tools/git/index.ts';
import type { Git } from '../../tools/git/index.ts';
import { chooseIdentity } from '../dist-git/index.ts';
import type { DistGitContent } from './dist-git-content.ts';

export interface ChangedFile {
  /** As git names it: added, changed, deleted, of another type. */
  change: 'A' | 'M' | 'D' | 'T';
  path: string;
}

/** Stages all that changed, the patches even where `.gitignore` names them, and nothing of the lookaside cache. */
export async function readChanges(git: Git, { patches, uploads }: DistGitContent): Promise<ChangedFile[]> {
  await stage(git);
  if (patches.length > 0) {
    await stage(
      git,
      patches.map(({ name }) => name),
      true,
    );
  }
  if (uploads.length > 0) {
    await git.exec(['rm', '--cached', '--quiet', '--ignore-unmatch', '--', ...uploads], {
      env: { GIT_LITERAL_PATHSPECS: '1' },
    });
  }
  const { stdout } = await git.exec([
    'diff',
    '--cached',
    '--name-status',
    '--no-renames',
    '--no-ext-diff',
    '-z',
    'HEAD',
  ]);
  const fields = splitRaw(stdout);
  const files: ChangedFile[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const change = fields[at] ?? 'M';
    files.push({
      change: change === 'A' || change === 'D' || change === 'T' ? change : 'M',
      path: displayRaw(fields[at + 1] ?? ''),
    });
  }
  return files;
}

export interface CommitRequest {
  /** Bytes that are not UTF-8 are as the spec library keeps them. */
  message: string;
  /** Full hash. */
  sourceCommit: string;
  /** Whose settings say who commits. */
  identityOf: Git;
}

/** Commits what is staged, with the trailer that says which commit of source-git it was made from. Returns the full hash. */
export async function commitChanges(
  ctx: Context,
  git: Git,
  { message, sourceCommit, identityOf }: CommitRequest,
): Promise<string> {
  const text = Buffer.from(encodeText(`${message.trimEnd()}\n`));
  return commit(git, {
    message: await withTrailers(git, text, [{ token: FROM_SOURCE_GIT, value: sourceCommit }]),
    author: await chooseIdentity(ctx, identityOf),
    time: Math.floor(ctx.now().getTime() / 1000),
  });
}
