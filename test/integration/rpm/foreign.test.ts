import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { EvaluationReply } from '../../../src/spec/types.ts';
import { createRun } from '../../../src/tools/process/index.ts';
import { createEvaluator } from '../../../src/tools/rpm/index.ts';
import type { EvaluatorOptions } from '../../../src/tools/rpm/index.ts';
import { addChangelogEntry, parseSpec, stringifySpec } from '../../../src/spec/index.ts';
import { temporaryDirectory } from '../../support/git.ts';

let directory: string;
let temp: string;
let dispose: () => void;

beforeEach(() => {
  ({ dir: directory, dispose } = temporaryDirectory('packit-hostile'));
  temp = join(directory, 'temp');
  for (const name of ['temp', 'home', 'work']) mkdirSync(join(directory, name));
});

afterEach(() => {
  expect(readdirSync(temp)).toEqual([]);
  expect(readdirSync(join(directory, 'home'))).toEqual([]);
  dispose();
});

const SECRET = 'xyzzy-secret-value';

function evaluate(
  text: string,
  expressions: string[],
  options: Partial<EvaluatorOptions> = {},
): Promise<EvaluationReply> {
  const env = { ...process.env, HOME: join(directory, 'home'), SECRET_TOKEN: SECRET };
  const evaluator = createEvaluator({ run: createRun({ env }), tempDir: temp, trust: 'foreign', ...options });
  return evaluator({ text: Buffer.from(text), expressions });
}

const spec = (head: string, tail = ''): string => `${head}
Name: sample
Version: 1.2
Release: 3
Summary: A sample
License: MIT
Source0: https://example.com/%{name}-%{version}.tar.gz
%description
${tail}
`;

describe('a spec of unknown origin', () => {
  test('without code is evaluated as any other', async () => {
    const text = spec(
      '%global one 1\n%if 0%{?one}\n%global two 2\n%endif',
      '%changelog\n* Thu Feb 29 2024 J <j@x.y>\n- a',
    );
    expect(
      await evaluate(text, ['%{name}-%{version}-%{release}', '%two', '%{SOURCE0}'], { sourceDir: '/s' }),
    ).toEqual({
      ok: true,
      values: ['sample-1.2-3', '2', '/s/sample-1.2.tar.gz'],
      problems: [],
    });
  });

  test('with code: what depends on it is unknown, what does not is known', async () => {
    const text = spec(
      '%global commit 0123456789abcdef\n%global short %(c=%{commit}; echo ${c:0:7})\n%global both a%{short}',
    );
    const reply = await evaluate(text, [
      '%commit',
      '%short',
      '%both',
      '%{version}',
      '%{?short:x}%(echo y)',
      '%{both}',
    ]);
    expect(reply).toEqual({
      ok: true,
      values: ['0123456789abcdef', undefined, undefined, '1.2', undefined, undefined],
      problems: [
        {
          line: 2,
          message: 'warning: code of a spec of unknown origin is not run: %(c=%{commit}; echo ${c:0:7})',
        },
      ],
    });
  });

  test('with a condition on code: nothing is known', async () => {
    const text = spec('%global answer %(echo 1)\n%if "%{answer}" == "1"\n%global two 2\n%endif');
    const reply = await evaluate(text, ['%{version}', '%{?two}']);
    expect(reply).toMatchObject({ ok: false, values: [undefined, undefined] });
    expect(reply.problems).toContainEqual({
      line: 2,
      message: expect.stringContaining('depends on code') as unknown as string,
    });
  });

  test("keeps rpm's complaints with their lines", async () => {
    expect(await evaluate(spec('%nonsense'), ['%{version}'])).toEqual({
      ok: false,
      values: [undefined],
      problems: [{ line: 1, message: 'Unknown tag: %nonsense' }],
    });
  });

  test('code over several lines leaves the definition around it whole', async () => {
    const text = spec('%define rel(e:) %{?-e:0.}%{lua:\nprint(1)\n}%{?-e*}\n%global after yes\n%nonsense');
    const reply = await evaluate(text, ['%{after}', '[%rel]']);
    expect(reply.problems).toContainEqual({ line: 5, message: 'Unknown tag: %nonsense' });
    const { values } = await evaluate(text.replace('%nonsense', ''), ['%{after}', '[%rel]', '%{version}']);
    expect(values).toEqual(['yes', undefined, '1.2']);
  });

  test('takes macro files and macros', async () => {
    const file = join(directory, 'work', 'macros');
    writeFileSync(file, '%fromfile %{lua:print(("x"):upper())}\n');
    const options = { macroFiles: [file], macros: { defined: 'a\\b' } };
    expect((await evaluate(spec(''), ['%fromfile', '%defined'], options)).values).toEqual(['X', 'a\\b']);
  });

  /** Each tries to make the file MARK, or to show the secret. */
  const ATTACKS: [what: string, head: string, tail?: string][] = [
    ['%( ) in a definition', '%global x %(touch MARK)'],
    ['%( ) in a line of its own', '%(touch MARK)'],
    ['%( ) in a condition', '%if %(touch MARK; echo 1)\n%endif'],
    ['%( ) in a comment', '# %(touch MARK)'],
    ['%( ) in the changelog', '', '%changelog\n* Thu Feb 29 2024 %(touch MARK)\n- %(touch MARK)'],
    ['%( ) over several lines', '%global x %(touch \\\n  MARK)'],
    ['%( ) in a parametric macro', '%define x() %(touch %1)\n%{x MARK}'],
    ['%( ) expanded later', '%global a %%(touch MARK)\n%{expand:%a}'],
    ['%( ) escaped twice', '%global a %%%%(touch MARK)\n%global b %{expand:%a}\n%{expand:%b}'],
    ['%( ) from pieces', '%global p %%\n%{expand:%{p}(touch MARK)}'],
    ['%( ) from pieces, by definition', '%global p %%\n%global q %{p}(touch MARK)\n%q'],
    ['%( ) from pieces, by argument', '%define p() %%%*\n%global q %{p (touch MARK)}\n%q'],
    ['%( ) from an undefined macro', '%global o (touch MARK)\n%global q %{nope%{o}}\n%{expand:%q}'],
    ['%( ) through a tag', 'VCS: %%%%(touch MARK)', '%{expand:%{vcs}}'],
    ['%( ) in a body that is kept', '%define x %(touch MARK)\n%{?x:%x}'],
    ['Lua: os.execute', '%{lua:os.execute("touch MARK")}'],
    ['Lua: io.open', '%{lua:io.open("MARK", "w"):close()}'],
    ['Lua: posix', '%{lua:posix.mkdir("MARK")}'],
    ['Lua: posix.exec', '%{lua:posix.exec("/bin/touch", "MARK")}'],
    ['Lua: rpm.execute', '%{lua:rpm.execute("touch", "MARK")}'],
    ['Lua: rpm.expand', '%{lua:rpm.expand("%(touch MARK)")}'],
    ['Lua expanded later', '%global a %%{lua:os.execute("touch MARK")}\n%{expand:%a}'],
    ['Lua from pieces', '%global l l\n%global q %{%{l}ua:os.execute("touch MARK")}\n%q'],
    ['Lua from an undefined name', '%global u ua\n%global q %{l%{u}:os.execute("touch MARK")}\n%{expand:%q}'],
    [
      'Lua with a loader',
      '%global l l\n%global q %{%{l}ua:(load or loadstring)("os.execute([[touch MARK]])")()}\n%q',
    ],
    [
      'Lua: everything there is',
      '%global l l\n%global q %{%{l}ua:for _, t in pairs({os, io, posix, package, debug, require}) do print(t) end}\n%q',
    ],
    ['Lua: a file from pieces', '%global l l\n%global q %{%{l}ua:io.open("MARK", "w")}\n%q'],
    ['Lua: rpm.open', '%global l l\n%global q %{%{l}ua:rpm.open("MARK", "w")}\n%q'],
    [
      "the system's macros turned against us",
      '%undefine _smp_build_ncpus\n%global _smp_ncpus_max $(touch MARK)\n%{_smp_build_ncpus}',
    ],
    [
      "the system's compiler macros",
      '%global __cc touch MARK;\n%global __python3 touch MARK;\n%{python3_version} %{optflags}',
    ],
    ['the environment', 'URL: %{getenv:SECRET_TOKEN}'],
    ['the environment, later', '%global g getenv\n%global q %{expand:%%{%{g}:SECRET_TOKEN}}\nURL: %q'],
    ['a file of the machine', '%include SECRETFILE'],
    ['a file of the machine, as macros', '%{load:SECRETFILE}'],
    ['a file of the machine, later', '%global l load\n%{expand:%%{%{l}:SECRETFILE}}'],
    ['a file of the machine, from pieces', '%global i include\n%{expand:%%%{i} SECRETFILE}'],
    ["rpm's own uncompress", '%{uncompress:MARK}'],
    ['an icon and an unpacked source', 'Icon: MARK', '%prep\n%setup -q -a 0\n%patch -P 0'],
  ];

  test.each(ATTACKS)('%s: nothing runs, nothing shows', async (_what, head, tail = '') => {
    const mark = join(directory, 'work', 'MARK');
    const secretFile = join(directory, 'work', 'macros');
    writeFileSync(secretFile, `%stolen ${SECRET}\n`);
    const place = (text: string): string =>
      text.replaceAll('MARK', mark).replaceAll('SECRETFILE', secretFile);
    const text = spec(place(head), place(tail));
    const reply = await evaluate(text, ['%{version}', '%{?url}', '%{?q}', '%{?x}', '%{?stolen}']);
    expect(existsSync(mark)).toBe(false);
    expect(JSON.stringify(reply)).not.toContain(SECRET);
    // Either it is refused, or what is known is right.
    if (reply.values[0] !== undefined) expect(reply.values[0]).toBe('1.2');
  });

  test('the attacks do work on a spec that is trusted', async () => {
    const mark = join(directory, 'work', 'MARK');
    await evaluate(spec(`%global p %%\n%global q %{p}(touch ${mark})\n%q`), [], { trust: 'own' });
    expect(existsSync(mark)).toBe(true);
  });

  test.each([
    ['an endless script', '%global l l\n%global q %{%{l}ua:while true do end}\n%q'],
    ['a macro that calls itself', '%define r() %{r}%{r}\n%{r}'],
    [
      'a word that doubles',
      `%global d0 ${'x'.repeat(1000)}\n${Array.from({ length: 40 }, (_, n) => `%global d${n + 1} %{d${n}}%{d${n}}`).join('\n')}`,
    ],
  ])(
    '%s comes to an end',
    async (_what, head) => {
      const reply = await evaluate(spec(head), ['%{version}'], { timeout: 1500 });
      expect(reply).toMatchObject({ ok: false, values: [undefined] });
      expect(reply.problems.length).toBeGreaterThan(0);
    },
    20_000,
  );
});

describe('text of others in a changelog', () => {
  const code = (path: string): string[] => [
    `%(touch ${path})`,
    `%%%(touch ${path})`,
    `%{lua:os.execute("touch ${path}")}`,
    `%lua os.execute("touch ${path}")`,
    `%!lua os.execute("touch ${path}")`,
    `%?!lua os.execute("touch ${path}")`,
    `%{expand:%%(touch ${path})}`,
    `%global x %(touch ${path})`,
    `%!global x %(touch ${path})`,
    `%[%(touch ${path})]`,
    `%\r\n(touch ${path})`,
  ];

  test('is no code to rpm', async () => {
    const ran = join(directory, 'work', 'ran');
    const text = parseSpec(spec('', '%changelog'));
    for (const line of code(ran)) {
      const edited = addChangelogEntry(text, {
        lines: [`- ${line}`, line],
        author: 'J <j@x.y>',
        date: '2024-02-29',
        evr: '1.2-3',
      });
      const reply = await evaluate(Buffer.from(stringifySpec(edited)).toString(), ['%{name}'], {
        trust: 'own',
      });
      expect([line, reply.values, existsSync(ran)]).toEqual([line, ['sample'], false]);
    }
  });
});
