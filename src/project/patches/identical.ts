/** Patches that were made before and say the same stay as they are, byte for byte. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Buffer } from 'node:buffer';
import { gitText } from '../../tools/git/index.ts';
import type { History } from './history.ts';
import type { SourceGitPatch } from './join.ts';
import { isSameChange } from './same-change.ts';

export interface KeepOptions {
  history: History;
  /** Paths whose changes are no matter of patches. */
  ignore: readonly string[];
  /** An existing directory of this run. */
  scratch: string;
  /** The file of that name as it was; undefined for none. */
  before(name: string): Promise<Buffer | undefined>;
}

export interface KeptPatch extends SourceGitPatch {
  /** The content is that of before. */
  kept: boolean;
}

/**
 * The patches, with the content of before where that is the same change: the same lines, or, however it is written, what leads from
 * the parent of the commits to their result.
 */
export async function keepIdentical(
  patches: readonly SourceGitPatch[],
  options: KeepOptions,
): Promise<KeptPatch[]> {
  const kept: KeptPatch[] = [];
  for (const patch of patches) {
    const before = await options.before(patch.name);
    const same =
      before !== undefined &&
      (before.equals(patch.content) ||
        isSameChange(before, patch.content, patch.noPrefix) ||
        (await leadsToTheSame(before, patch, options)));
    kept.push(same ? { ...patch, content: before, kept: true } : { ...patch, kept: false });
  }
  return kept;
}

/** Applies the old patch in an index of our own. */
async function leadsToTheSame(
  before: Buffer,
  { commits, noPrefix }: SourceGitPatch,
  { history, ignore, scratch }: KeepOptions,
): Promise<boolean> {
  const [first, last] = [commits[0], commits.at(-1)];
  const parent = history.commits.find(({ sha }) => sha === first)?.parents[0];
  if (parent === undefined || last === undefined || before.length === 0) return false;
  const { git } = history;
  const directory = await mkdtemp(join(scratch, 'same-'));
  const file = join(directory, 'patch');
  await writeFile(file, before);
  await mkdir(join(directory, 'objects'));
  const objects = resolve(git.dir, await gitText(git, ['rev-parse', '--git-path', 'objects']));
  // What git writes for the comparison does not go into the user's repository.
  const env = {
    GIT_INDEX_FILE: join(directory, 'index'),
    GIT_OBJECT_DIRECTORY: join(directory, 'objects'),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: objects,
  };
  await git.exec(['read-tree', parent], { env });
  const top = await gitText(git, ['rev-parse', '--show-toplevel']);
  const applied = await git.exec(
    ['apply', '--cached', '--whitespace=nowarn', noPrefix ? '-p0' : '-p1', file],
    { env, cwd: top, okExitCodes: [0, 1, 128] },
  );
  if (applied.exitCode !== 0) return false;
  const paths = ['--', ':/', ...ignore.map((path) => `:(top,exclude)${path}`)];
  const { exitCode } = await git.exec(['diff', '--cached', '--quiet', '--no-ext-diff', last, ...paths], {
    env,
    okExitCodes: [0, 1],
  });
  return exitCode === 0;
}
