/** What rpm says on stderr. */
import type { EvaluationProblem } from '../../spec/types.ts';

/**
 * rpm's complaints as problems, lines counted from 1 in the spec. rpm names a place in two ways,
 * `error: line 4: ...` and `error: /path/x.spec:4: ...`; other files' lines stay in the message.
 * Warnings keep their `warning:`, errors lose their `error:`.
 */
export function parseComplaints(stderr: string, specPath: string): EvaluationProblem[] {
  return stderr
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== '')
    .map((line) => complaint(line, specPath));
}

function complaint(text: string, specPath: string): EvaluationProblem {
  const [, level, rest] = /^(error|warning): (.*)$/.exec(text) ?? [undefined, undefined, text];
  const place = placeIn(rest ?? '', specPath);
  const said = place === undefined ? (rest ?? '') : place.message;
  const message = `${level === 'warning' ? 'warning: ' : ''}${said.replaceAll(specPath, basename(specPath))}`;
  return place === undefined ? { message } : { line: place.line, message };
}

function placeIn(text: string, specPath: string): { line: number; message: string } | undefined {
  if (text.startsWith(`${specPath}:`)) {
    const match = /^(\d+): ?(.*)$/.exec(text.slice(specPath.length + 1));
    if (match?.[1] !== undefined) return { line: Number(match[1]), message: match[2] ?? '' };
  }
  const match = /^line (\d+): (.*)$/.exec(text);
  return match?.[1] === undefined ? undefined : { line: Number(match[1]), message: match[2] ?? '' };
}

function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
