/** Many expansions of one text, some of which rpm may refuse, and files that it does not find. */
import { unmatchedBrace } from './value.ts';
import type { Evaluate, EvaluationProblem, EvaluationReply } from './types.ts';

export interface Expansions {
  text: Uint8Array;
  /** Asked together with whatever else is asked. */
  first?: string;
  expressions: readonly string[];
  /** Asked after the others, and together: they change macros. */
  last: readonly string[];
  macros: Record<string, string>;
}

/** Calls that are spent on finding the expressions rpm refuses. */
const MOST_CALLS = 40;

/**
 * Asks for all at once. Where that fails and the text is not the cause, what cannot be expanded on its own
 * (`%{error:}`, a parametric macro without its argument) is found; only its value is undefined then.
 */
export async function expandAll(
  evaluate: Evaluate,
  request: Expansions,
): Promise<{ reply: EvaluationReply; values: Map<string, string | undefined> }> {
  const { text, first, expressions, last, macros } = request;
  const values = new Map<string, string | undefined>();
  const ask = async (wanted: readonly string[]): Promise<EvaluationReply> => {
    const asked = first === undefined ? wanted : [first, ...wanted];
    const reply = await evaluate({ text, expressions: asked, macros });
    asked.forEach((expression, i) => {
      if (reply.ok || reply.values[i] !== undefined) values.set(expression, reply.values[i]);
    });
    return reply;
  };
  const all = [...expressions, ...last];
  const reply = await ask(all);
  for (const expression of all) if (!values.has(expression)) values.set(expression, undefined);
  if (reply.ok || all.length === 0 || complainsAbout(reply, text)) return { reply, values };
  const known = new Map(values);
  const plain = await ask([]);
  if (!plain.ok) return { reply, values: known };

  let calls = 0;
  /** Those before the first one without a value are answered: rpm gave up at that one. */
  const search = async (wanted: readonly string[]): Promise<void> => {
    let rest = wanted;
    while (rest.length > 0 && calls < MOST_CALLS) {
      calls += 1;
      const answer = await ask(rest);
      if (answer.ok) return;
      const values = first === undefined ? answer.values : answer.values.slice(1);
      const bad = values.indexOf(undefined);
      if (bad > 0) rest = rest.slice(bad + 1);
      else if (rest.length === 1 || values.some((value) => value !== undefined)) rest = rest.slice(1);
      else {
        const half = Math.ceil(rest.length / 2);
        await search(rest.slice(0, half));
        rest = rest.slice(half);
      }
    }
  };
  await search(expressions);
  if (last.length > 0) await ask(last);
  return { reply: plain, values };
}

/** True if rpm gave up within the text, before it came to any expression. */
function complainsAbout({ problems }: EvaluationReply, text: Uint8Array): boolean {
  const lines = text.reduce((count, byte) => (byte === 0x0a ? count + 1 : count), 0);
  return problems.some(
    ({ line, message }) => line !== undefined && line <= lines && !message.startsWith('warning:'),
  );
}

/**
 * The lines without the `%include` or `%{load:}` of which rpm says that there is no such file; undefined if it says
 * nothing of the kind.
 */
export function withoutMissingFile(
  lines: readonly string[],
  problems: readonly EvaluationProblem[],
): readonly string[] | undefined {
  const load = problems.find(({ message }) => /failed to load macro file/i.test(message));
  const include = problems.find(({ message }) => /unable to open/i.test(message));
  const at = (problem: EvaluationProblem | undefined): number => (problem?.line ?? 0) - 1;
  const without = (remove: (line: string, i: number) => string): readonly string[] | undefined => {
    const rest = lines.map(remove);
    return rest.every((line, i) => line === lines[i]) ? undefined : rest;
  };
  return (
    (load && without((line, i) => (i === at(load) ? withoutLoad(line) : line))) ??
    (load && without(withoutLoad)) ??
    (include && without((line) => (/^\s*%include\s/.test(line) ? '' : line)))
  );
}

/** Without the first `%{load:...}`, or `%load ...` to the end of the line. */
function withoutLoad(line: string): string {
  const match = /%(\{)?[!?]*load(?=[:\s])/.exec(line);
  if (match === null) return line;
  if (match[1] === undefined) return line.slice(0, match.index);
  const inside = match.index + 2;
  const end = unmatchedBrace(line.slice(inside));
  return end === undefined ? line : line.slice(0, match.index) + line.slice(inside + end + 1);
}
