/** `packit config validate`: everything that is wrong with a configuration, and what can be mended at once. */
import { dirname } from 'node:path';
import { PackitError } from '../../errors.ts';
import { diagnose, fixText, inspectConfig, Problems, toDump } from '../../project/config/index.ts';
import type { Diagnostic, Inspection, InspectOptions, Problem } from '../../project/config/index.ts';
import { replaceFile, writeProblem } from '../../project/spec-file/index.ts';
import { checkFiles } from './check-files.ts';
import { checkValues } from './check-values.ts';
import { checkWorld } from './check-world.ts';
import type { WorldQuestions } from './check-world.ts';
import { subjectsOf } from './places.ts';
import type { Warn } from './places.ts';

export { createQuestions } from './questions.ts';
export type { Monitoring, SpecProblem, WorldQuestions } from './check-world.ts';

export interface ValidateConfigInput extends Omit<InspectOptions, 'text'> {
  text: string;
  questions: WorldQuestions;
  /** Mend what can be mended; the caller writes the text that comes back. */
  fix: boolean;
}

export interface ValidationReport {
  file: string;
  /** No errors. */
  valid: boolean;
  errors: number;
  warnings: number;
  problems: Diagnostic[];
  /** What `--fix` mended. */
  fixed: Diagnostic[];
  packages: string[];
  jobs: number;
  /** The file says nothing at all. */
  empty: boolean;
}

export interface Validation {
  report: ValidationReport;
  /** The text the report is about: the given one, or what `fix` made of it. */
  text: string;
}

export async function validateConfig(input: ValidateConfigInput): Promise<Validation> {
  const { file, questions } = input;
  const { text, fixed } = input.fix ? await mendConfig(input) : { text: input.text, fixed: [] };
  const inspection = await inspectConfig({ ...input, text });
  const problems = await allProblems(inspection, questions, input.directory ?? dirname(file));
  const diagnostics = diagnose(problems, text, file);
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  return {
    text,
    report: {
      file,
      valid: errors === 0,
      errors,
      warnings: diagnostics.length - errors,
      problems: diagnostics,
      fixed,
      packages: inspection.packages.map(({ name }) => name),
      jobs: inspection.jobs.length,
      empty: inspection.root === undefined || inspection.raw?.top.size === 1,
    },
  };
}

/** The text with everything mended that can be mended safely, and what that was. */
export async function mendConfig(input: InspectOptions): Promise<{ text: string; fixed: Diagnostic[] }> {
  const { text, fixed } = await fixText(input.text, async (candidate) =>
    readingOf({ ...input, text: candidate }),
  );
  if (fixed.length === 0) return { text, fixed: [] };
  return { text, fixed: diagnose(fixed.map(withoutPlace), input.text, input.file) };
}

async function readingOf(
  options: InspectOptions,
): Promise<{ problems: Problem[]; meaning: string | undefined }> {
  const inspection = await inspectConfig(options);
  const { problems } = inspection;
  const valid = problems.every(({ severity }) => severity !== 'error');
  return { problems, meaning: valid ? JSON.stringify(toDump(inspection)) : undefined };
}

/** A mended problem's place was in a text of between. */
function withoutPlace(problem: Problem): Problem {
  const { start: _start, end: _end, ...rest } = problem;
  return rest;
}

async function allProblems(
  inspection: Inspection,
  questions: WorldQuestions,
  directory: string,
): Promise<readonly Problem[]> {
  const problems = new Problems();
  problems.list.push(...inspection.problems);
  // What a value with an error in it was replaced by is not worth a word.
  const wrong = problems.list.flatMap(({ severity, path }) => (severity === 'error' ? [path] : []));
  const concernsError = (path: string): boolean =>
    wrong.some((at) => isWithin(at, path) || isWithin(path, at));
  const warn: Warn = (code, message, details) => {
    if (!concernsError(details.path)) problems.warn(code, message, details);
  };
  const subjects = subjectsOf(inspection);
  await checkValues(inspection, subjects, { problems, warn });
  await checkFiles(subjects, { directory, problems, warn });
  await checkWorld({ inspection, directory, subjects, questions, problems, warn });
  return problems.list;
}

/** True for `jobs[0].trigger` within `jobs[0]`; everything is within the empty path of the file, and that tells nothing. */
function isWithin(path: string, outer: string): boolean {
  if (outer === '') return path === '';
  return path === outer || (path.startsWith(outer) && /^[.[]/.test(path.slice(outer.length)));
}

/**
 * Gives a configuration another text: whole or not at all, mode and owner kept, a link stays a link.
 * @throws PackitError `CONFIG_UNWRITABLE`
 */
export async function writeConfig(file: string, text: string): Promise<void> {
  try {
    await replaceFile(file, Buffer.from(text));
  } catch (error) {
    throw new PackitError(
      'CONFIG_UNWRITABLE',
      `The configuration cannot be written: ${writeProblem(error, file)}`,
      {
        hint: 'See the change with --diff, and make it where you may write.',
        location: { file },
        cause: error,
      },
    );
  }
}
