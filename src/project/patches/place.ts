/** The spec of dist-git, made of the one in source-git, which knows nothing of patches, and the one dist-git has. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeText, parseSpec, specText } from '../../spec/index.ts';
import type { Evaluation, SpecDocument } from '../../spec/index.ts';
import type { Git } from '../../tools/git/index.ts';
import { carryLines, parseHunks } from './carry.ts';
import type { Hunk } from './carry.ts';
import { addPatchEntries, listedPatches, updatePatchEntries, withoutPatchEntries } from './spec-entries.ts';
import type { NamedPatch } from './spec-entries.ts';

export interface PlaceOptions {
  git: Git;
  scratch: string;
  /** `patch_generation_patch_id_digits` */
  digits: number;
  /** Of dist-git's spec: tells the names of patches that are written with macros. */
  evaluation?: Evaluation | undefined;
}

/**
 * Source-git's spec with the Patch tags of its patches. Tags that dist-git had for them already stay as they were, where they were,
 * with the lines around them: where no patch changed and the spec did not either, the result is dist-git's spec, to the byte.
 * @param synced the spec as source-git has it
 * @param before the spec as dist-git had it
 * @throws PackitError PATCH_ID_NOT_ASCENDING
 */
export async function placePatches(
  synced: SpecDocument,
  before: SpecDocument | undefined,
  patches: readonly NamedPatch[],
  options: PlaceOptions,
): Promise<SpecDocument> {
  const { digits, evaluation } = options;
  const own = listedPatches(synced, evaluation);
  const carried = before === undefined ? undefined : await carryEntries(synced, before, own, options);
  return carried === undefined
    ? addPatchEntries(synced, patches, { digits, evaluation })
    : updatePatchEntries(carried, patches, { digits, evaluation, own });
}

/** The lines of dist-git's tags put into source-git's spec. */
async function carryEntries(
  synced: SpecDocument,
  before: SpecDocument,
  own: ReadonlySet<string>,
  options: PlaceOptions,
): Promise<SpecDocument | undefined> {
  const base = withoutPatchEntries(before, own, options.evaluation);
  if (base === before) return undefined;
  if (specText(base) === specText(synced)) return before;
  const directory = await mkdtemp(join(options.scratch, 'spec-'));
  const write = async (name: string, doc: SpecDocument): Promise<string> => {
    const path = join(directory, name);
    // Each line with the same ending: it is lines that are compared.
    await writeFile(path, encodeText(doc.lines.map((line) => `${line}\n`).join('')));
    return path;
  };
  const [from, ours, theirs] = [
    await write('base', base),
    await write('ours', before),
    await write('theirs', synced),
  ];
  const lines = carryLines(before.lines, synced.lines, {
    toOurs: await hunks(options.git, from, ours),
    toTheirs: await hunks(options.git, from, theirs),
  });
  if (lines === undefined) return undefined;
  const ending = synced.endings[0] ?? '\n';
  const last = synced.endings.at(-1) ?? '\n';
  return parseSpec(lines.map((line, at) => line + (at === lines.length - 1 ? last : ending)).join(''));
}

async function hunks(git: Git, from: string, to: string): Promise<Hunk[]> {
  const { stdout } = await git.exec(
    ['diff', '--no-index', '--no-color', '--no-ext-diff', '--no-textconv', '--text', '--unified=0', from, to],
    { okExitCodes: [0, 1] },
  );
  return parseHunks(stdout.toString('latin1'));
}
