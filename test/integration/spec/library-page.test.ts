/** The examples of docs/spec-library.md do what the page says. */
import { execFile } from 'node:child_process';
import * as fsPromises from 'node:fs/promises';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { formatWithOptions } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import * as library from '../../../src/spec/index.ts';
import { tempDir } from '../../support/temp.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../../docs/spec-library.md'), 'utf8');
const hello = /```spec\n([^]*?)```/.exec(page)?.[1] ?? '';
const examples = [...page.matchAll(/^### (\d+\. .*)\n[^#]*?```js\n([^]*?)```\n\n```text\n([^]*?)```/gm)].map(
  ([, title = '', code = '', output = '']) => ({ title, code, output }),
);

type Example = (given: Record<string, unknown>) => Promise<void>;

/** An example as a function: what it imports is given to it. */
function compile(code: string, tail = ''): Example {
  const body = code.replace(/^import (\{[^}]*\}) from '([^']*)';$/gm, 'const $1 = modules["$2"];');
  // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- the examples are code of the page, to be run
  const made = new Function('modules', 'console', `return (async () => {${body}\n${tail}})();`) as (
    modules: unknown,
    console: unknown,
  ) => Promise<void>;
  return ({ modules, console }) => made(modules, console);
}

/** The files of a directory under the names the examples use. */
function filesIn(directory: string): Record<string, unknown> {
  const inside = (path: string): string => (path.startsWith('/') ? path : join(directory, path));
  return {
    ...fsPromises,
    readFile: (path: string, options?: 'utf8') => fsPromises.readFile(inside(path), options),
    writeFile: (path: string, data: Uint8Array) => fsPromises.writeFile(inside(path), data),
  };
}

async function runExample(code: string): Promise<string> {
  const directory = tempDir();
  writeFileSync(join(directory, 'hello.spec'), hello);
  const lines: string[] = [];
  const log = (...values: unknown[]): void => {
    lines.push(formatWithOptions({ colors: false, breakLength: 120 }, ...values));
  };
  const modules: Record<string, unknown> = {
    'node:fs/promises': filesIn(directory),
    'node:child_process': { execFile },
    'packit-cli/spec': library,
  };
  const evaluator = examples.find(({ code: text }) => text.includes('function evaluate('))?.code ?? '';
  await compile(
    evaluator,
    'modules["./evaluate.js"] = { evaluate };',
  )({ modules, console: { log: () => {} } });
  await compile(code)({ modules, console: { log } });
  return `${lines.join('\n')}\n`;
}

describe('docs/spec-library.md', () => {
  test('there are ten examples', () => {
    expect(examples.map(({ title }) => Number.parseInt(title, 10))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test.each(examples)('$title', async ({ code, output }) => {
    expect(await runExample(code)).toBe(output);
  });
});
