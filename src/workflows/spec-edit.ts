/** Changes a spec file: reads it, applies the edits, writes it once. */
import { dirname, relative, resolve } from 'node:path';
import type { Context } from '../context.ts';
import { PackitError, hasErrnoCode, isPackitError } from '../errors.ts';
import { readSpecFile, writeSpecFile } from '../project/spec-file/index.ts';
import { PRERELEASE_PATTERN, SpecError, specText, stringifySpec } from '../spec/index.ts';
import type { Evaluate, SpecDocument } from '../spec/index.ts';
import { applyEdits } from './spec-edit-steps.ts';
import type { EditTools, SpecEdits } from './spec-edit-steps.ts';
import { inFile, withEvaluator } from './spec-evaluator.ts';

export interface SpecEditInput {
  path: string;
  edits: SpecEdits;
  /** Show the change, write nothing. */
  diff?: boolean;
  /** Write here and leave the spec as it is. */
  output?: string | undefined;
}

export interface SpecEditResult {
  file: string;
  changed: boolean;
  /** The file that was written; null if none was. */
  written: string | null;
  /** The change as a unified diff, if it was asked for. */
  diff: string | null;
}

/**
 * Applies edits to a spec file. Nothing to change is success and no write.
 * @throws PackitError `SPEC_*`, `OPTION_INVALID`, `CHANGELOG_AUTHOR_UNKNOWN`
 */
export async function editSpec(ctx: Context, input: SpecEditInput): Promise<SpecEditResult> {
  const { path, bytes, doc } = await readSpecFile(resolve(ctx.cwd, input.path));
  const edited = await withEvaluator(ctx, path, async (evaluate) => {
    const tools: EditTools = { ctx, path, evaluate, versionSettings: () => versionSettings(ctx, path) };
    const result = await applyEdits(doc, input.edits, tools);
    if (result !== doc) await checkReadable(doc, result, evaluate);
    return result;
  }).catch((error: unknown) => {
    throw inFile(error, path);
  });
  const result = stringifySpec(edited);
  const changed = !bytes.equals(result);
  if (input.diff === true) {
    const diff = changed
      ? await unifiedDiff(relative(ctx.cwd, path) || path, specText(doc), specText(edited))
      : '';
    return { file: path, changed, written: null, diff };
  }
  const target = input.output === undefined ? path : resolve(ctx.cwd, input.output);
  // A file to write to is wanted even where nothing changed; the spec itself is then left alone.
  if (!changed && target === path) return { file: path, changed, written: null, diff: null };
  await writeSpecFile(target, result);
  return { file: path, changed, written: target, diff: null };
}

/**
 * A spec that rpm can read must not become one that it cannot, whatever was asked to be written into it.
 * @throws SpecError `SPEC_EDIT_UNREADABLE`
 */
async function checkReadable(before: SpecDocument, after: SpecDocument, evaluate: Evaluate): Promise<void> {
  try {
    const now = await evaluate({ text: stringifySpec(after), expressions: [] });
    if (now.ok || !(await evaluate({ text: stringifySpec(before), expressions: [] })).ok) return;
    const problem = now.problems.find(({ message }) => !message.startsWith('warning:'));
    throw new SpecError(
      'SPEC_EDIT_UNREADABLE',
      `After this edit rpm could not read the spec any more${problem ? `: ${problem.message}` : ''}`,
      {
        hint: 'Nothing was written. Look for an open macro or a character rpm does not take in what is to be set.',
        line: problem?.line === undefined ? undefined : problem.line - 1,
      },
    );
  } catch (error) {
    // Without rpm there is nobody to ask.
    if (!isPackitError(error) || error.code !== 'RPM_MISSING') throw error;
  }
}

async function unifiedDiff(name: string, before: string, after: string): Promise<string> {
  const { createTwoFilesPatch } = await import('diff');
  const patch = createTwoFilesPatch(`a/${name}`, `b/${name}`, before, after, undefined, undefined, {
    context: 3,
  });
  return patch.replace(/^=+\n/, '');
}

/** What the configuration that is nearest to the spec says about versions; the defaults where there is none. */
async function versionSettings(ctx: Context, path: string): ReturnType<EditTools['versionSettings']> {
  const defaults = { pattern: PRERELEASE_PATTERN, macro: undefined, macros: {} };
  const { loadConfig } = await import('./package-config.ts');
  for (const directory of ancestors(dirname(path))) {
    const loaded = await loadConfig({ root: directory, env: ctx.env }).catch((error: unknown) => {
      if (error instanceof PackitError && error.code === 'CONFIG_NOT_FOUND') return undefined;
      throw error;
    });
    const packages = loaded?.packages ?? [];
    const own = packages.find(
      (pkg) => pkg.specfile_path && resolve(directory, pkg.paths[0] ?? '.', pkg.specfile_path) === path,
    );
    const pkg = own ?? packages[0];
    if (pkg) {
      const macros = Object.entries(pkg.parse_time_macros).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      );
      return {
        pattern: pkg.prerelease_suffix_pattern,
        macro: pkg.prerelease_suffix_macro ?? undefined,
        macros: Object.fromEntries(macros),
      };
    }
    if (await isRepository(directory)) break;
  }
  return defaults;
}

function ancestors(directory: string): string[] {
  const parent = dirname(directory);
  return parent === directory ? [directory] : [directory, ...ancestors(parent)];
}

async function isRepository(directory: string): Promise<boolean> {
  const { stat } = await import('node:fs/promises');
  try {
    await stat(resolve(directory, '.git'));
    return true;
  } catch (error) {
    if (hasErrnoCode(error, 'ENOENT')) return false;
    throw error;
  }
}
