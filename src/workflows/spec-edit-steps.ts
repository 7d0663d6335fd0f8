/** The edits of `packit spec edit`, one step each, in the order in which they apply. */
import type { Context } from '../context.ts';
import { PackitError } from '../errors.ts';
import { changelogAuthor } from '../project/changelog-author.ts';
import { prereleaseRegex } from '../project/version/index.ts';
import {
  addChangelogEntry,
  addPatch,
  bumpRelease,
  changelog,
  changelogEvr,
  evaluateSpec,
  findSection,
  hasAutochangelog,
  isInForce,
  macrosLeftBehind,
  patches,
  prepChoice,
  setPrepName,
  setRawRelease,
  setRelease,
  setSource,
  setVersion,
  shadowedTags,
  sources,
  tags,
  updateVersion,
} from '../spec/index.ts';
import type { Evaluate, Evaluation, Source, SpecDocument } from '../spec/index.ts';

export interface SpecEdits {
  setVersion?: string | undefined;
  updateVersion?: string | undefined;
  prereleasePattern?: string | undefined;
  /** A macro that is defined for pre-releases only. */
  prereleaseMacro?: string | undefined;
  setRelease?: string | undefined;
  setRawRelease?: string | undefined;
  /** Lines of one entry. */
  addChangelog?: readonly string[] | undefined;
  author?: string | undefined;
  email?: string | undefined;
  /** `YYYY-MM-DD`; default today in UTC. */
  date?: string | undefined;
  /** `N=LOCATION` each. */
  setSource?: readonly string[] | undefined;
  /** A file name or URL each, with `N=` before it to choose the number. */
  addPatch?: readonly string[] | undefined;
  /** Lines of the comment above each patch. */
  patchComment?: readonly string[] | undefined;
  setPrepName?: string | undefined;
  /** Release + 1; `addChangelog` is then the text of the entry for it. */
  bump?: boolean | undefined;
}

export interface EditTools {
  ctx: Context;
  evaluate: Evaluate;
  path: string;
  /** The configuration's pattern and macros; asked only if the version is updated. */
  versionSettings: () => Promise<{
    pattern: string;
    macro: string | undefined;
    macros: Record<string, string>;
  }>;
}

/** The document after all edits. */
export async function applyEdits(
  doc: SpecDocument,
  edits: SpecEdits,
  tools: EditTools,
): Promise<SpecDocument> {
  let current = doc;
  if (edits.setVersion !== undefined) {
    current = setVersion(current, edits.setVersion, await inForce(current, 'version', tools));
  }
  if (edits.updateVersion !== undefined) {
    current = await updateByMacros(current, edits.updateVersion, edits, tools);
  }
  if (edits.setRelease !== undefined) {
    current = setRelease(current, edits.setRelease, await inForce(current, 'release', tools));
  }
  if (edits.setRawRelease !== undefined) {
    current = setRawRelease(current, edits.setRawRelease, await inForce(current, 'release', tools));
  }
  const lines = edits.addChangelog ?? [];
  if (lines.length > 0 && edits.bump !== true) current = await addEntry(current, lines, edits, tools);
  for (const item of edits.setSource ?? []) current = await setOneSource(current, item, tools);
  for (const item of edits.addPatch ?? [])
    current = await addOnePatch(current, item, edits.patchComment ?? [], tools);
  if (edits.setPrepName !== undefined) current = await setDirectory(current, edits.setPrepName, tools);
  if (edits.bump === true) {
    await inForce(current, 'release', tools);
    // Where everything is written out, rpm is not needed.
    const plain = changelogEvr(current) !== undefined;
    current = bumpRelease(current, plain ? {} : { evaluation: await evaluateSpec(current, tools.evaluate) });
    current = await addEntry(current, lines.length > 0 ? lines : ['- Rebuilt'], edits, tools);
  }
  return current;
}

async function updateByMacros(
  doc: SpecDocument,
  version: string,
  { prereleasePattern, prereleaseMacro }: SpecEdits,
  tools: EditTools,
): Promise<SpecDocument> {
  const settings = await tools.versionSettings();
  await inForce(doc, 'version', tools);
  const macro = prereleaseMacro ?? settings.macro;
  const edited = await updateVersion(doc, version, {
    evaluate: tools.evaluate,
    macros: settings.macros,
    prereleasePattern: prereleaseRegex(prereleasePattern ?? settings.pattern),
    prereleaseMacro: macro,
    commentOutStyle: 'hash',
  });
  const left = macrosLeftBehind(doc, edited);
  const [first] = left;
  if (first !== undefined) {
    const names = left.map(({ name }) => `%{${name}}`).join(', ');
    tools.ctx.ui.warn({
      code: 'SPEC_VERSION_HALF_CHANGED',
      message: `Version is not built from ${names} any more, but a source or the directory in %prep still is`,
      hint:
        macro === undefined
          ? 'If a macro is defined for pre-releases only, name it: --prerelease-macro NAME, or prerelease_suffix_macro in the configuration.'
          : 'Change these macros by hand, too.',
      location: { file: tools.path, line: first.line + 1 },
    });
  }
  return edited;
}

async function setDirectory(
  doc: SpecDocument,
  directory: string,
  { ctx, evaluate, path }: EditTools,
): Promise<SpecDocument> {
  const written = prepChoice(doc);
  if (written === undefined) {
    ctx.ui.info('The spec has neither %setup nor %autosetup: no directory was set');
    return doc;
  }
  const certain = written.inForce === true && written.others.length === 0;
  const evaluation = certain ? undefined : await evaluateSpec(doc, evaluate);
  const { chosen, inForce, others } = prepChoice(doc, { evaluation }) ?? written;
  if (inForce === false || others.length > 0) {
    const lines = others.map(({ line }) => line + 1).join(', ');
    const where = `${chosen.name} on line ${chosen.line + 1} is changed`;
    ctx.ui.warn({
      code: 'SPEC_PREP_CONDITIONAL',
      message:
        inForce === false
          ? `${where}, and rpm does not read it here`
          : `${where}; the one on line ${lines} is not`,
      hint: 'Edit the other branch by hand if it is to change too.',
      location: { file: path, line: chosen.line + 1 },
    });
  }
  return setPrepName(doc, directory, { evaluation });
}

/** Asks rpm only where a tag of that name stands in several places, and says which one is meant. */
async function inForce(
  doc: SpecDocument,
  name: 'version' | 'release',
  { ctx, evaluate, path }: EditTools,
): Promise<{ evaluation?: Evaluation }> {
  const same = tags(doc).filter(({ key }) => key === name);
  if (same.length < 2 && same.every((tag) => isInForce(doc, tag.line) === true)) return {};
  const evaluation = await evaluateSpec(doc, evaluate);
  const others = shadowedTags(doc, name, evaluation);
  const chosen = same.find((tag) => !others.includes(tag));
  if (chosen && others.length > 0) {
    const lines = others.map(({ line }) => line + 1).join(', ');
    const why = evaluation.ok ? 'is in force' : 'comes first (rpm cannot read the spec)';
    ctx.ui.warn({
      code: 'SPEC_TAG_CONDITIONAL',
      message: `${chosen.name} on line ${chosen.line + 1} ${why} and is changed; the one on line ${lines} is not`,
      hint: 'Edit the other branch by hand if it is to change too.',
      location: { file: path, line: chosen.line + 1 },
    });
  }
  return { evaluation };
}

async function addEntry(
  doc: SpecDocument,
  lines: readonly string[],
  edits: SpecEdits,
  tools: EditTools,
): Promise<SpecDocument> {
  const { ctx, evaluate, path } = tools;
  if (lines.every((line) => line.trim() === '')) {
    throw new PackitError('OPTION_INVALID', '--add-changelog has no text', {
      hint: 'For example: --add-changelog "- Rebuilt for new libfoo"',
    });
  }
  if (hasAutochangelog(doc)) {
    ctx.ui.info('The changelog is %autochangelog, made from commits: no entry was added');
    return doc;
  }
  if (changelog(doc) === undefined) {
    ctx.ui.info('The spec has no %changelog: no entry was added');
    return doc;
  }
  const evr = changelogEvr(doc) ?? changelogEvr(doc, await evaluateSpec(doc, evaluate));
  if (evr === undefined) {
    const line = (findSection(doc, 'changelog')?.header ?? 0) + 1;
    ctx.ui.warn({
      code: 'SPEC_EVR_UNKNOWN',
      message: 'rpm cannot read the spec, so the changelog entry names no version',
      hint: `See what rpm says: rpmspec -P '${path}'.`,
      location: { file: path, line },
    });
  }
  return addChangelogEntry(doc, { lines, author: await author(edits, tools), date: date(edits, ctx), evr });
}

async function author(edits: SpecEdits, { ctx }: EditTools): Promise<string> {
  const { run, env, cwd } = ctx;
  const known = edits.author ?? (await changelogAuthor({ run, env, cwd }));
  if (edits.email === undefined) return known;
  return `${known.replace(/\s*<[^>]*>\s*$/, '')} <${edits.email}>`;
}

function date(edits: SpecEdits, ctx: Context): string {
  if (edits.date !== undefined) return edits.date;
  const epoch = ctx.env.SOURCE_DATE_EPOCH;
  return (
    epoch !== undefined && /^\d+$/.test(epoch) ? new Date(Number(epoch) * 1000) : ctx.now()
  ).toISOString();
}

async function setOneSource(doc: SpecDocument, item: string, { evaluate }: EditTools): Promise<SpecDocument> {
  const match = /^(?:source)?(\d+)=(.+)$/is.exec(item);
  if (!match) {
    throw new PackitError('OPTION_INVALID', `--set-source takes N=LOCATION, not ${item}`, {
      hint: 'For example: --set-source 0=https://example.com/package-1.0.tar.gz',
    });
  }
  const evaluation = await whereConditional(doc, sources(doc), evaluate);
  return setSource(doc, Number(match[1]), match[2] ?? '', { evaluation });
}

async function addOnePatch(
  doc: SpecDocument,
  item: string,
  comment: readonly string[],
  { evaluate }: EditTools,
): Promise<SpecDocument> {
  const match = /^(?:patch)?(\d+)=(.+)$/is.exec(item);
  const number = match ? Number(match[1]) : undefined;
  const evaluation = await whereConditional(doc, patches(doc), evaluate);
  return addPatch(doc, { location: match?.[2] ?? item, number, comment, evaluation });
}

/** rpm is asked only where one of them is not read in any case. */
async function whereConditional(
  doc: SpecDocument,
  all: readonly Source[],
  evaluate: Evaluate,
): Promise<Evaluation | undefined> {
  return all.every(({ valid }) => valid === true) ? undefined : evaluateSpec(doc, evaluate);
}
