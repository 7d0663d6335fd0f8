/** The Patch tags of a spec for the patches of a source-git repository. */
import { isPackitError, PackitError } from '../../errors.ts';
import { addPatch, patches as readPatches, removePatch, setPatchComment } from '../../spec/index.ts';
import type { Evaluation, Source, SpecDocument } from '../../spec/index.ts';
import { nameInSpec } from '../../tools/rpm/index.ts';
import type { SourceGitPatch } from './join.ts';

/** What the tags need to know of a patch. */
export type NamedPatch = Pick<SourceGitPatch, 'name' | 'comment' | 'commentGiven' | 'id' | 'presentInSpec'>;

export interface EntryOptions {
  /** `patch_generation_patch_id_digits`: digits of the number of the first tag; 0 for none. */
  digits: number;
  /** Tells the names of patches that are written with macros. */
  evaluation?: Evaluation | undefined;
}

/**
 * Names the patches in the spec that it does not name yet, each with its comment. Numbers are those the commits give, else they
 * follow the last one, the first being 1.
 * @throws PackitError PATCH_ID_NOT_ASCENDING
 */
export function addPatchEntries(
  doc: SpecDocument,
  patches: readonly NamedPatch[],
  options: EntryOptions,
): SpecDocument {
  const listed = entriesByName(doc, options.evaluation);
  const missing = patches.filter(({ name, presentInSpec }) => !presentInSpec && !listed.has(name));
  const numbers = numberPatches(missing, highestNumber(readPatches(doc, options.evaluation)), new Map());
  return missing.reduce((spec, patch) => addEntry(spec, patch, numbers.get(patch.name), options), doc);
}

/**
 * Brings the tags of a spec that had patches before in line with what they are now. A tag that says what it has to say keeps its
 * line as it is; one for no patch goes, one whose comment changed gets the new one, and what is new is put in its place.
 * @param doc the spec with the tags of before
 * @param own names of patches that the spec lists in the source-git repository itself: they are left alone
 */
export function updatePatchEntries(
  doc: SpecDocument,
  patches: readonly NamedPatch[],
  options: EntryOptions & { own: ReadonlySet<string> },
): SpecDocument {
  const { own, evaluation } = options;
  const wanted = patches.filter(({ name, presentInSpec }) => !presentInSpec && !own.has(name));
  const present = entriesByName(doc, evaluation);
  const highest = highestNumber([...present].flatMap(([name, entry]) => (own.has(name) ? [entry] : [])));
  const before = new Map([...present].map(([name, { number }]) => [name, number]));
  const numbers = numberPatches(wanted, highest, before);
  const stays = new Set(wanted.flatMap(({ name }) => (before.get(name) === numbers.get(name) ? [name] : [])));
  let spec = withoutPatchEntries(doc, new Set([...own, ...stays]), evaluation);
  for (const patch of wanted) {
    const entry = present.get(patch.name);
    const comment =
      entry !== undefined && saysTheSame(entry, patch)
        ? entry.comments.map(({ prefix, text }) => prefix + text)
        : patch.comment;
    if (!stays.has(patch.name)) {
      spec = addEntry(spec, { ...patch, comment }, numbers.get(patch.name), options);
    } else if (comment === patch.comment) {
      // Numbers that are not written have moved with what was removed.
      const number = entriesByName(spec, evaluation).get(patch.name)?.number;
      if (number !== undefined) spec = setPatchComment(spec, number, comment);
    }
  }
  return spec;
}

/** The spec without its Patch tags and their comments, but for those of the names given. */
export function withoutPatchEntries(
  doc: SpecDocument,
  keep: ReadonlySet<string>,
  evaluation?: Evaluation,
): SpecDocument {
  let spec = doc;
  for (;;) {
    const entry = readPatches(spec, evaluation).findLast(({ filename }) => !keep.has(filename));
    if (entry === undefined) return spec;
    const next = removePatch(spec, entry.number);
    // Of two with one number in two branches the first one is removed.
    if (next === spec) return spec;
    spec = next;
  }
}

/** Names of the patch files a spec lists. */
export function listedPatches(doc: SpecDocument, evaluation?: Evaluation): Set<string> {
  return new Set(entriesByName(doc, evaluation).keys());
}

function entriesByName(doc: SpecDocument, evaluation: Evaluation | undefined): Map<string, Source> {
  return new Map(readPatches(doc, evaluation).map((entry) => [entry.filename.replaceAll('%%', '%'), entry]));
}

/** Tags in a branch that is not in force are no patches here. */
function highestNumber(entries: readonly Source[]): number {
  return entries.reduce((max, { number, valid }) => (valid === false ? max : Math.max(max, number)), -1);
}

/**
 * Each number is higher than the one before it. One that was given out before stays where it can; one that is chosen here is higher
 * than those of the spec's own, while a Patch-id may be lower, as long as it is free.
 * @param highest of the spec's own
 */
function numberPatches(
  patches: readonly NamedPatch[],
  highest: number,
  before: ReadonlyMap<string, number>,
): Map<string, number> {
  const numbers = new Map<string, number>();
  let last = -1;
  for (const { name, id } of patches) {
    const known = before.get(name);
    if (id !== undefined && id <= last) throw notAscending(name, id, last);
    const free = Math.max(last, highest, 0) + 1;
    last = id ?? (known !== undefined && known > last ? known : free);
    numbers.set(name, last);
  }
  return numbers;
}

function addEntry(
  doc: SpecDocument,
  patch: NamedPatch,
  number: number | undefined,
  { digits, evaluation }: EntryOptions,
): SpecDocument {
  try {
    return addPatch(doc, {
      location: nameInSpec(patch.name, 'A patch'),
      comment: patch.comment,
      commented: true,
      between: true,
      spaced: true,
      initialNumber: 1,
      numberDigits: digits,
      number,
      evaluation,
    });
  } catch (error) {
    if (isPackitError(error) && error.code.endsWith('_NUMBER_TAKEN')) {
      throw notAscending(patch.name, number ?? 0, number ?? 0, error);
    }
    throw error;
  }
}

/** What is escaped in one comment and not in the other is the same. A tag that had no comment needs none made from a message. */
function saysTheSame(entry: Source, patch: NamedPatch): boolean {
  if (entry.comments.length === 0 && !patch.commentGiven) return true;
  const plain = (line: string): string => line.replaceAll('%%', '%').trim();
  const written = entry.comments.map(({ prefix, text }) => plain(prefix + text)).join('\n');
  return written === patch.comment.map(plain).join('\n');
}

function notAscending(name: string, id: number, last: number, cause?: unknown): PackitError {
  return new PackitError(
    'PATCH_ID_NOT_ASCENDING',
    `The Patch-id ${id} of ${name} is not higher than the last number before it, ${last}`,
    {
      hint: 'Patches are applied in the order of the commits: bring the commits into the order of their numbers (git rebase -i), or leave Patch-id out.',
      ...(cause === undefined ? {} : { cause }),
    },
  );
}
