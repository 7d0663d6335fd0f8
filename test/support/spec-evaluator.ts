/** An `Evaluate` without rpm: knows the macros and branches a test gives it. */
import type { Evaluate, EvaluationRequest } from '../../src/spec/index.ts';

export interface ToyRpm {
  evaluate: Evaluate;
  /** What it was asked, as text. */
  requests: { text: string; request: EvaluationRequest }[];
}

/**
 * Expands `%name`, `%{name}`, `%{?name}`, `%{?name:...}`, `%{!?name:...}` from plain definitions and tags of the
 * text and follows `%if 0`, `%if 1`, `%else` and `%endif`. Enough for the library's questions, and no more.
 */
export function toyRpm(given: Readonly<Record<string, string>> = {}): ToyRpm {
  const requests: ToyRpm['requests'] = [];
  const evaluate: Evaluate = (request) => {
    const text = Buffer.from(request.text).toString('utf8');
    requests.push({ text, request });
    const macros = new Map(Object.entries({ ...given, ...request.macros }));
    readMacros(text, macros);
    const values = request.expressions.map((expression) => expand(expression, macros));
    return Promise.resolve({ ok: true, values, problems: [] });
  };
  return { evaluate, requests };
}

/** An rpm that cannot read any spec. */
export const brokenRpm: Evaluate = (request) =>
  Promise.resolve({
    ok: false,
    values: request.expressions.map(() => undefined),
    problems: [{ line: 1, message: 'Unknown tag: x' }],
  });

function readMacros(text: string, macros: Map<string, string>): void {
  const taken: boolean[] = [];
  for (const line of text.split(/\r?\n/)) {
    const condition = /^%(if|else|endif)\s*(.*)$/.exec(line);
    if (condition?.[1] === 'if') taken.push(!['', '0'].includes(expand(condition[2] ?? '', macros).trim()));
    else if (condition?.[1] === 'else') taken.push(!taken.pop());
    else if (condition) taken.pop();
    if (condition || taken.includes(false)) continue;
    const definition = /^%(?:global|define)\s+(\w+)\s+(.*)$/.exec(line);
    const tag = /^(Name|Version|Release|Epoch):\s*(\S.*)$/i.exec(line);
    if (definition) macros.set(definition[1] ?? '', definition[2] ?? '');
    else if (tag) macros.set((tag[1] ?? '').toLowerCase(), expand(tag[2] ?? '', macros));
  }
}

function expand(expression: string, macros: Map<string, string>): string {
  let text = expression;
  for (let rounds = 0; rounds < 20; rounds++) {
    const before = text;
    text = text
      .replace(
        /%\{expand:%%global (\w+) %%\{nil\}\}/g,
        (_, name: string) => (macros.set(`${name}.saved`, macros.get(name) ?? ''), macros.set(name, ''), ''),
      )
      .replace(/%\{expand:%%undefine \w+\}/g, '')
      .replace(/%\{(!?)\?(\w+)(?::([^{}]*))?\}/g, (_, not: string, name: string, body?: string) => {
        if (macros.has(name) === (not === '!')) return '';
        return body ?? macros.get(name) ?? '';
      })
      .replace(
        /%\{(\w+)\}|%(\w+)/g,
        (whole, braced?: string, bare?: string) => macros.get(braced ?? bare ?? '') ?? whole,
      );
    if (text === before) break;
  }
  for (const [name, value] of macros) {
    if (!name.endsWith('.saved')) continue;
    macros.delete(name);
    macros.set(name.slice(0, -6), value);
  }
  return text;
}
