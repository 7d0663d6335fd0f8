/** What rpm says on stderr. */
import type { EvaluationProblem } from '../../spec/types.ts';

/**
 * rpm's complaints as problems, lines counted from 1 in the spec. rpm names a place in three ways,
 * `error: line 4: ...`, `error: /path/x.spec:4: ...` and `error: /path/x.spec: line 4: ...` (rpmbuild makes the path absolute, rpmspec does not, so
 * its last part decides); other files' lines stay in the message. Warnings keep their `warning:`, errors lose
 * their `error:`. What is said twice is one problem.
 */
export function parseComplaints(stderr: string, specPath: string): EvaluationProblem[] {
  const name = specPath.slice(specPath.lastIndexOf('/') + 1);
  const problems = new Map<string, EvaluationProblem>();
  for (const text of stderr.split('\n')) {
    if (text.trim() === '' || /^RPM build (?:errors|warnings):/.test(text)) continue;
    const problem = complaint(text.trimEnd(), name);
    const key = problem.message.replace(/^warning: /, '').trim();
    if (!problems.has(key)) problems.set(key, problem);
  }
  return [...problems.values()];
}

function complaint(text: string, specName: string): EvaluationProblem {
  const [, level, rest] = /^(error|warning): (.*)$/.exec(text) ?? [undefined, undefined, text];
  const place = placeIn(rest ?? '', specName);
  const message = `${level === 'warning' ? 'warning: ' : ''}${place?.message ?? rest ?? ''}`;
  return place === undefined ? { message } : { line: place.line, message };
}

function placeIn(text: string, specName: string): { line: number; message: string } | undefined {
  const match =
    /^line (?<line>\d+): (?<message>.*)$/.exec(text) ??
    /^(?<file>.+?):(?: line )?(?<line>\d+): ?(?<message>.*)$/.exec(text);
  const { file, line, message } = match?.groups ?? {};
  if (line === undefined || message === undefined) return undefined;
  if (file !== undefined && file !== specName && !file.endsWith(`/${specName}`)) return undefined;
  return { line: Number(line), message };
}
