/** Problems with line and column, and as text. Loaded only when there is something to report. */
import { isAbsolute, relative } from 'node:path';
import { PackitError } from '../../errors.ts';
import type { Warning } from '../../ui.ts';
import type { Problem, Severity } from './problems.ts';

/** A problem as `--json` prints it. Lines and columns count from 1, columns in characters. */
export interface Diagnostic {
  severity: Severity;
  code: string;
  message: string;
  hint?: string;
  /** Path of the key: `jobs[0].targets`. */
  key?: string;
  file: string;
  line?: number;
  column?: number;
  endLine?: number;
  endColumn?: number;
  /** The line that opened what is not closed, and the like. */
  beganLine?: number;
  /** True if `--fix` mends it. */
  fixable: boolean;
}

/** In the order of the file; what has no place comes last. */
export function diagnose(problems: readonly Problem[], text: string, file: string): Diagnostic[] {
  const lines = lineStarts(text);
  return [...problems]
    .sort((a, b) => (a.start ?? Number.POSITIVE_INFINITY) - (b.start ?? Number.POSITIVE_INFINITY) || 0)
    .map((problem) => {
      const diagnostic: Diagnostic = {
        severity: problem.severity,
        code: problem.code,
        message: problem.message,
        file,
        fixable: problem.fix !== undefined,
      };
      if (problem.hint !== undefined) diagnostic.hint = problem.hint;
      if (problem.path !== '') diagnostic.key = problem.path;
      if (problem.start === undefined) {
        // The whole file is meant: the first line, and no excerpt.
        diagnostic.line = 1;
        diagnostic.column = 1;
      } else {
        const start = position(problem.start, text, lines);
        const end = position(Math.max(problem.end ?? 0, problem.start), text, lines);
        diagnostic.line = start.line;
        diagnostic.column = start.column;
        diagnostic.endLine = end.line;
        diagnostic.endColumn = end.column;
      }
      if (problem.began !== undefined) diagnostic.beganLine = position(problem.began, text, lines).line;
      return diagnostic;
    });
}

/** Offsets of the first character of every line. */
export function lineStarts(text: string): number[] {
  const starts = [text.startsWith('\uFEFF') ? 1 : 0];
  for (const match of text.matchAll(/\r\n|[\n\r\x85\u2028\u2029]/g))
    starts.push(match.index + match[0].length);
  return starts;
}

/** Line and column of an offset, counted from 1. */
export function position(
  offset: number,
  text: string,
  starts: readonly number[],
): { line: number; column: number } {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const start = starts[low] ?? 0;
  return { line: low + 1, column: characterCount(text.slice(start, Math.max(start, offset))) + 1 };
}

/** Code points: what an editor counts as columns, near enough. */
function characterCount(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The line a problem is in, under it the caret: two lines, or none where the problem has no place. */
export function excerpt(diagnostic: Diagnostic, text: string): string[] {
  const { line, column, endLine } = diagnostic;
  if (line === undefined || column === undefined || endLine === undefined) return [];
  const starts = lineStarts(text);
  const start = starts[line - 1] ?? 0;
  const source = (/^[^\n\r\x85\u2028\u2029]*/.exec(text.slice(start))?.[0] ?? '').trimEnd();
  const characters = Array.from(source);
  // A window of a long line, so that the caret stays in sight.
  const from = column > 90 ? column - 60 : 0;
  const shown = characters
    .slice(from, from + 110)
    .join('')
    .replaceAll('\t', ' ');
  const last = endLine === line ? (diagnostic.endColumn ?? column) : characters.length + 1;
  const width = Math.max(1, Math.min(last, characters.length + 1, from + 111) - column);
  const gutter = String(line);
  return [
    `${gutter} | ${shown}`,
    `${' '.repeat(gutter.length)} | ${' '.repeat(column - 1 - from)}${'^'.repeat(width)}`,
  ];
}

/** `.packit.yaml:12:3`. */
export function placeOf(diagnostic: Diagnostic, cwd: string): string {
  const path = isAbsolute(diagnostic.file) ? relative(cwd, diagnostic.file) : diagnostic.file;
  const file = path === '' || path.startsWith('..') ? diagnostic.file : path;
  return diagnostic.line === undefined ? file : `${file}:${diagnostic.line}:${diagnostic.column ?? 1}`;
}

/** The lines that tell about one problem: what, the excerpt, the cure. */
export function describeDiagnostic(diagnostic: Diagnostic, text: string, cwd: string): string[] {
  const key = diagnostic.key === undefined ? '' : ` (${diagnostic.key})`;
  const lines = [`${placeOf(diagnostic, cwd)}: ${diagnostic.severity}: ${diagnostic.message}${key}`];
  for (const line of excerpt(diagnostic, text)) lines.push(`  ${line}`);
  if (diagnostic.beganLine !== undefined && diagnostic.beganLine !== diagnostic.line) {
    lines.push(`  It began in line ${diagnostic.beganLine}.`);
  }
  if (diagnostic.hint !== undefined) lines.push(`  ${diagnostic.hint}`);
  return lines;
}

/** What kind of file has the errors, in codes and words. */
export interface FileKind {
  /** `CONFIG` gives `CONFIG_SYNTAX` and `CONFIG_INVALID`. */
  code: string;
  /** `configuration`: follows "The". */
  name: string;
  /** What to do about several errors. */
  hint: string;
}

const CONFIGURATION: FileKind = {
  code: 'CONFIG',
  name: 'configuration',
  hint: 'Correct them and check with `packit config validate`.',
};

/** All errors of a configuration, or of another file that people write, as the one error that ends a command. */
export function configError(
  diagnostics: readonly Diagnostic[],
  text: string,
  cwd: string,
  kind: FileKind = CONFIGURATION,
): PackitError {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  const first = errors[0];
  if (first === undefined) throw new Error('There is no error to report');
  const location = {
    file: first.file,
    ...(first.line === undefined ? {} : { line: first.line, column: first.column ?? 1 }),
  };
  const syntax = first.code === 'CONFIG_SYNTAX';
  const key = first.key === undefined ? '' : ` (${first.key})`;
  if (errors.length === 1) {
    return new PackitError(`${kind.code}_${syntax ? 'SYNTAX' : 'INVALID'}`, `${first.message}${key}`, {
      location,
      details: excerpt(first, text),
      ...(first.hint === undefined ? {} : { hint: first.hint }),
    });
  }
  return new PackitError(`${kind.code}_INVALID`, `The ${kind.name} has ${errors.length} errors`, {
    location,
    details: errors.flatMap((error) => describeDiagnostic(error, text, cwd)),
    hint: kind.hint,
  });
}

export function warningOf(diagnostic: Diagnostic): Warning {
  const { file, line, column } = diagnostic;
  return {
    code: diagnostic.code,
    message: diagnostic.key === undefined ? diagnostic.message : `${diagnostic.message} (${diagnostic.key})`,
    ...(diagnostic.hint === undefined ? {} : { hint: diagnostic.hint }),
    location: { file, ...(line === undefined ? {} : { line, column: column ?? 1 }) },
  };
}
