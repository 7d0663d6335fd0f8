import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { EvaluationReply } from '../../../src/spec/types.ts';
import { createRun } from '../../../src/tools/process/index.ts';
import { createEvaluator } from '../../../src/tools/rpm/index.ts';
import type { EvaluatorOptions } from '../../../src/tools/rpm/index.ts';

const MINIMAL = `Name: sample
Version: 1.2
Release: 3%{?nothing}
Summary: A sample
License: MIT
`;

let directory: string;
let temp: string;
let calls: number;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'packit-rpm-'));
  temp = join(directory, 'temp');
  mkdirSync(temp);
  calls = 0;
});

afterEach(() => {
  expect(readdirSync(temp)).toEqual([]);
  rmSync(directory, { recursive: true });
});

function evaluator(options: Partial<EvaluatorOptions> = {}, env: NodeJS.ProcessEnv = process.env) {
  const run = createRun({ env });
  return createEvaluator({
    run: (argv, runOptions) => {
      calls += 1;
      return run(argv, runOptions);
    },
    tempDir: temp,
    trust: 'own',
    ...options,
  });
}

function evaluate(
  text: string,
  expressions: string[],
  options?: Partial<EvaluatorOptions>,
): Promise<EvaluationReply> {
  return evaluator(options)({ text: Buffer.from(text), expressions });
}

describe('createEvaluator', () => {
  test('expands with the macros as they are at the end, in one call', async () => {
    const text = `${MINIMAL}%global late 1\n%description\n%changelog\n`;
    expect(await evaluate(text, ['%{name}-%{version}-%{release}', '%late', '%{undefined_here}', ''])).toEqual(
      {
        ok: true,
        values: ['sample-1.2-3', '1', '%{undefined_here}', ''],
        problems: [],
      },
    );
    expect(calls).toBe(1);
  });

  test.each([
    [
      'after a changelog entry',
      `%description\n%changelog\n* Thu Feb 29 2024 Jane <j@example.com> - 1\n- a\n`,
    ],
    ['after a continued line', `%description\n%prep\n./configure \\`],
    ['without a newline at the end', `%description`],
    ['with CRLF', `%description\r\ntext\r\n`],
    ['for a noarch package', `BuildArch: noarch\n%description\n`],
  ])('works %s', async (_what, rest) => {
    const reply = await evaluate(MINIMAL + rest, ['%{version}']);
    expect(reply).toMatchObject({ ok: true, values: ['1.2'], problems: [] });
  });

  test('values may hold newlines, bars, braces, backslashes and percent signs', async () => {
    const text = `${MINIMAL}%global lines a|b\\\n c >d<\\\ne]\n%description\n`;
    const reply = await evaluate(text, [
      '%lines',
      'a{b}c',
      '{%version',
      '%version}',
      'x\\y',
      '100%% of 5 % é',
      ' a ',
    ]);
    expect(reply.values).toEqual([
      'a|b\n c >d<\ne]',
      'a{b}c',
      '{1.2',
      '1.2}',
      'x\\y',
      '100% of 5 % é',
      ' a ',
    ]);
  });

  test('macros of the request come before the spec and keep every character', async () => {
    const evaluate = evaluator({ macros: { one: 'general', two: 'general' } });
    const macros = { two: 'a\\b "c" \'d\'', brace: '{x} y ', lines: 'a\nb', empty: '', macro: '%{name}!' };
    const reply = await evaluate({
      text: Buffer.from(`${MINIMAL}%description\n`),
      expressions: ['%one', '%two', '[%brace]', '%lines', '[%empty]', '%macro'],
      macros,
    });
    expect(reply.values).toEqual(['general', macros.two, '[{x} y ]', 'a\nb', '[]', 'sample!']);
  });

  test('loads macro files', async () => {
    const file = join(directory, 'macros a');
    writeFileSync(file, '%fromfile loaded\n');
    const reply = await evaluate(`${MINIMAL}%description\n`, ['%fromfile'], { macroFiles: [file] });
    expect(reply.values).toEqual(['loaded']);
  });

  test('the code of an own spec runs in its directory', async () => {
    const sourceDir = join(directory, '100%{name} dir');
    mkdirSync(sourceDir);
    writeFileSync(join(sourceDir, 'VERSION'), '7.7\n');
    writeFileSync(join(sourceDir, 'more.inc'), '%global included yes\n');
    const text = `%global fromfile %(cat VERSION)\n%include more.inc\n${MINIMAL}%description\n`;
    const reply = await evaluate(
      text,
      ['%fromfile', '%included', '%(cd %{_sourcedir} && pwd -P)', '%(cd %{_specdir} && pwd -P)'],
      { sourceDir },
    );
    expect(reply).toEqual({ ok: true, values: ['7.7', 'yes', sourceDir, sourceDir], problems: [] });
  });

  test('says where rpm cannot read the spec', async () => {
    expect(await evaluate(`${MINIMAL}%forgemeta\n%description\n`, ['%{version}'])).toEqual({
      ok: false,
      values: [undefined],
      problems: [{ line: 6, message: 'Unknown tag: %forgemeta' }],
    });
    const reply = await evaluate(`${MINIMAL}%if 0 &&\n%endif\n%description\n`, ['%{version}']);
    expect(reply.problems).toContainEqual({ line: 6, message: 'bad %if condition:  0 &&' });
  });

  test('complaints with success are no failure', async () => {
    const text = `${MINIMAL}%description\n%changelog\nno star\n`;
    expect(await evaluate(text, ['%{version}'])).toEqual({
      ok: true,
      values: ['1.2'],
      problems: [{ message: '%changelog entries must start with *' }],
    });
  });

  test('keeps the values rpm got to before it gave up', async () => {
    const text = `${MINIMAL}%description\n%if 1\n`;
    expect(await evaluate(text, ['%{version}'])).toMatchObject({
      ok: false,
      values: ['1.2'],
      problems: [{ line: 7, message: 'Unclosed %if' }],
    });
  });

  test('ends a spec that does not', async () => {
    const reply = await evaluate(`${MINIMAL}%global x %(sleep 30)\n%description\n`, ['%x'], { timeout: 200 });
    expect(reply).toMatchObject({
      ok: false,
      values: [undefined],
      problems: [{ message: 'rpmspec did not finish within 0.2 s' }],
    });
  });

  test('a crash of rpmspec is a result like another', async () => {
    const bin = join(directory, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'rpmspec'), '#!/bin/sh\necho "error: line 3: so far" >&2\nkill -SEGV $$\n');
    chmodSync(join(bin, 'rpmspec'), 0o755);
    const evaluate = evaluator({}, { PATH: `${bin}:/usr/bin:/bin` });
    expect(await evaluate({ text: Buffer.from(MINIMAL), expressions: ['%{version}'] })).toEqual({
      ok: false,
      values: [undefined],
      problems: [{ message: 'rpmspec crashed (SIGSEGV)' }, { line: 3, message: 'so far' }],
    });
  });

  test('a missing rpmspec names the package to install', async () => {
    const evaluate = evaluator({}, { PATH: directory });
    await expect(evaluate({ text: Buffer.from(MINIMAL), expressions: [] })).rejects.toMatchObject({
      code: 'RPM_MISSING',
      exitCode: 2,
      hint: expect.stringMatching(/install/i),
    });
  });

  test('asks once for the same thing, unless the answer can change', async () => {
    const evaluate = evaluator();
    const plain = { text: Buffer.from(`${MINIMAL}%description\n`), expressions: ['%{version}'] };
    const replies = await Promise.all([evaluate(plain), evaluate(plain)]);
    replies[0].values.length = 0;
    expect((await evaluate({ ...plain })).values).toEqual(['1.2']);
    expect(calls).toBe(1);
    await evaluate({ ...plain, macros: { a_macro: '1' } });
    expect(calls).toBe(2);
    const changing = {
      text: Buffer.from(`%global now %(date +%%N)\n${MINIMAL}%description\n`),
      expressions: ['%now'],
    };
    await evaluate(changing);
    await evaluate(changing);
    expect(calls).toBe(4);
  });

  test('bytes that are not UTF-8 do no harm', async () => {
    const text = Buffer.concat([
      Buffer.from(MINIMAL),
      Buffer.from([0x23, 0xff, 0xfe, 0x0a]),
      Buffer.from('%description\n'),
    ]);
    expect(await evaluator()({ text, expressions: ['%{version}'] })).toMatchObject({
      ok: true,
      values: ['1.2'],
    });
  });
});
