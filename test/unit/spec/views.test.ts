import { describe, expect, test } from '@jest/globals';
import {
  changelog,
  conditions,
  findTag,
  hasAutochangelog,
  hasAutorelease,
  macroDefinitions,
  parseSpec,
  patches,
  prepMacros,
  sections,
  sources,
  splitRelease,
  tags,
} from '../../../src/spec/index.ts';

describe('sections', () => {
  test('the preamble first, in any case, with arguments, repeated', () => {
    const doc = parseSpec(
      'Name: a\n%Description\ntext\n%package -n  b\nSummary: b\n%FILES -f x.lang\n%changelog  \n%changelog\n',
    );
    expect(sections(doc).map(({ name, id, args, header }) => ({ name, id, args, header }))).toEqual([
      { name: 'package', id: 'package', args: '', header: -1 },
      { name: 'description', id: 'Description', args: '', header: 1 },
      { name: 'package', id: 'package -n  b', args: '-n  b', header: 3 },
      { name: 'files', id: 'FILES -f x.lang', args: '-f x.lang', header: 5 },
      { name: 'changelog', id: 'changelog', args: '', header: 6 },
      { name: 'changelog', id: 'changelog', args: '', header: 7 },
    ]);
  });

  test('not in macro definitions, in Lua, indented, or as part of another word', () => {
    const doc = parseSpec(
      '%define post() \\\n%files \\\nx\n%{lua:\nprint([[\n%prep\n]])}\n %build\n%files_of_mine\n%build\n',
    );
    expect(sections(doc).map(({ id, header }) => [id, header])).toEqual([
      ['package', -1],
      ['build', 9],
    ]);
  });

  test('a macro that begins with a newline ends the header', () => {
    const doc = parseSpec(
      '%global _d %{expand:\nText.}\n%global words two words\n%description %{_d}\n%description -n x %words\n',
    );
    expect(sections(doc).map(({ id, opening }) => [id, opening])).toEqual([
      ['package', undefined],
      ['description', '%{_d}'],
      ['description -n x %words', undefined],
    ]);
  });
});

describe('tags', () => {
  const doc = parseSpec(
    [
      '# Copyright',
      '',
      '# the name',
      '#  of it',
      'NAME :  a',
      'Version:\t1.0  ',
      'Summary(cs):  Souhrn',
      'Requires(pre,post): x',
      '%{?with_b:BuildRequires: b}',
      'Provides: %{expand:',
      '  c}',
      'Nonsense: 1',
      'URL: https://example.com/a:b',
      '%package sub',
      'Summary: sub',
    ].join('\n'),
  );

  test('names, values and everything around them', () => {
    expect(
      tags(doc).map(({ name, key, qualifier, separator, value, prefix, suffix }) => [
        name,
        key,
        qualifier,
        separator,
        value,
        prefix,
        suffix,
      ]),
    ).toEqual([
      ['NAME', 'name', undefined, ' :  ', 'a', '', ''],
      ['Version', 'version', undefined, ':\t', '1.0', '', '  '],
      ['Summary(cs)', 'summary', 'cs', ':  ', 'Souhrn', '', ''],
      ['Requires(pre,post)', 'requires', 'pre,post', ': ', 'x', '', ''],
      ['BuildRequires', 'buildrequires', undefined, ': ', 'b', '%{?with_b:', '}'],
      ['Provides', 'provides', undefined, ': ', '%{expand:\n  c}', '', ''],
      ['URL', 'url', undefined, ': ', 'https://example.com/a:b', '', ''],
    ]);
  });

  test('comments directly above belong to a tag', () => {
    expect(findTag(doc, 'Name')?.comments).toEqual([
      { line: 2, prefix: '# ', text: 'the name' },
      { line: 3, prefix: '#  ', text: 'of it' },
    ]);
    expect(findTag(doc, 'version')?.comments).toEqual([]);
  });

  test('those of subpackages on demand', () => {
    expect(tags(doc, { all: true }).at(-1)).toMatchObject({ name: 'Summary', value: 'sub', section: 1 });
  });
});

describe('sources and patches', () => {
  test('numbers written, counted and listed; names of files', () => {
    const doc = parseSpec(
      [
        'Source: https://example.com/a-1.tar.gz',
        'Source: b.tar.gz',
        'Source5: https://example.com/get?x=1#/c.tar.gz',
        'source: https://example.com/get?file=d.tar.gz',
        'Patch0001: one.patch',
        'Patch: two.patch',
        '%sourcelist',
        '# a comment',
        'e.tar.gz',
        '%if 1',
        'f.tar.gz',
        '%endif',
        '%patchlist',
        'three.patch',
      ].join('\n'),
    );
    expect(
      sources(doc).map(({ number, numbered, filename, remote }) => [number, numbered, filename, remote]),
    ).toEqual([
      [0, false, 'a-1.tar.gz', true],
      [1, false, 'b.tar.gz', false],
      [5, true, 'c.tar.gz', true],
      [6, false, 'd.tar.gz', true],
      [7, false, 'e.tar.gz', false],
      [8, false, 'f.tar.gz', false],
    ]);
    expect(patches(doc).map(({ number, location, valid }) => [number, location, valid])).toEqual([
      [1, 'one.patch', true],
      [2, 'two.patch', true],
      [3, 'three.patch', true],
    ]);
    expect(sources(doc).map(({ valid }) => valid)).toEqual([true, true, true, true, true, undefined]);
  });
});

describe('macro definitions', () => {
  test('kinds, bodies over lines, commented out ones', () => {
    const doc = parseSpec(
      [
        '%global commit abc  ',
        '  %define  f(n:) \\',
        'one \\',
        'two',
        '%global text %{expand:',
        'body}',
        '%dnl %global rc rc1',
        '#global beta b2',
        '# once %%global old 1',
        '%global empty ',
        'x %global no 1',
      ].join('\n'),
    );
    expect(
      macroDefinitions(doc).map(
        ({ name, parameters, body, keyword, commentedOut, commentOutStyle, line, end }) => [
          name,
          parameters,
          body,
          keyword,
          commentedOut && commentOutStyle,
          line,
          end,
        ],
      ),
    ).toEqual([
      ['commit', undefined, 'abc', 'global', false, 0, 1],
      ['f', '(n:)', '\\\none \\\ntwo', 'define', false, 1, 4],
      ['text', undefined, '%{expand:\nbody}', 'global', false, 4, 6],
      ['rc', undefined, 'rc1', 'global', 'dnl', 6, 7],
      ['beta', undefined, 'b2', 'global', 'hash', 7, 8],
      ['old', undefined, '1', 'global', 'other', 8, 9],
      ['empty', undefined, '', 'global', false, 9, 10],
    ]);
  });
});

describe('conditions', () => {
  test('branches, nesting, continued expressions, open ends', () => {
    const doc = parseSpec(
      '%if 1 \\\n || 2\na\n%ifarch x86_64\nb\n%endif\n%elif 3\nc\n%else # no\nd\n%endif\n  %if 0\ne\n',
    );
    expect(
      conditions(doc).map(({ line, end, parent, branches }) => [
        line,
        end,
        parent,
        branches.map((b) => [b.keyword, b.expression, b.content.start, b.content.end]),
      ]),
    ).toEqual([
      [
        0,
        11,
        undefined,
        [
          ['%if', '1  || 2', 2, 6],
          ['%elif', '3', 7, 8],
          ['%else', '# no', 9, 10],
        ],
      ],
      [3, 6, 0, [['%ifarch', 'x86_64', 4, 5]]],
      [11, 13, undefined, [['%if', '0', 12, 13]]],
    ]);
  });

  test('not inside of macro bodies; a stray %endif is nothing', () => {
    expect(conditions(parseSpec('%define f \\\n%if 1 \\\nx \\\n%endif\n%endif\n%ifdef x\n'))).toEqual([]);
  });
});

describe('prep macros', () => {
  test('options as they are read', () => {
    const doc = parseSpec(
      '%prep\n# %setup -n old\n%setup -qn "a b" -a1 -D\n%{?x:%patch -P 3 -p1}\n%patch12 -p1 -b .b\n%patch 7\n%autosetup\n%{autopatch -m 1 -M 5}\n',
    );
    expect(
      prepMacros(doc).map(({ name, kind, options, positional, number, line }) => [
        name,
        kind,
        [...options],
        positional,
        number,
        line,
      ]),
    ).toEqual([
      [
        '%setup',
        'setup',
        [
          ['q', true],
          ['n', 'a b'],
          ['a', '1'],
          ['D', true],
        ],
        [],
        undefined,
        2,
      ],
      [
        '%patch',
        'patch',
        [
          ['P', '3'],
          ['p', '1'],
        ],
        [],
        3,
        3,
      ],
      [
        '%patch12',
        'patch',
        [
          ['p', '1'],
          ['b', '.b'],
        ],
        [],
        12,
        4,
      ],
      ['%patch', 'patch', [], ['7'], 7, 5],
      ['%autosetup', 'autosetup', [], [], undefined, 6],
      [
        '%autopatch',
        'autopatch',
        [
          ['m', '1'],
          ['M', '5'],
        ],
        [],
        undefined,
        7,
      ],
    ]);
  });
});

describe('changelog', () => {
  test.each([
    [
      '* Thu Feb 29 2024 Jane Doe <jane@example.com> - 1:1.0-2',
      '1:1.0-2',
      'Jane Doe <jane@example.com>',
      '2024-02-29',
    ],
    [
      '* Thu Feb 29 2024 Jane Doe <jane@example.com> 1.0-2',
      '1.0-2',
      'Jane Doe <jane@example.com>',
      '2024-02-29',
    ],
    ['* Thu Feb  1 2024 Jane <j@e.com> [1.0-2]', '1.0-2', 'Jane <j@e.com>', '2024-02-01'],
    ['* Thu Feb 01 2024 Jane <j@e.com> (1.0-2)', '1.0-2', 'Jane <j@e.com>', '2024-02-01'],
    ['* Thu Feb 1 2024 Jane <j@e.com> - 1.0-2:', '1.0-2', 'Jane <j@e.com>', '2024-02-01'],
    ['* Thu Feb 29 2024 Jane Doe <jane@example.com>', undefined, 'Jane Doe <jane@example.com>', '2024-02-29'],
    ['* Wed May 04 12:00:00 CEST 2022 Jane <j@e.com> - 1.0', '1.0', 'Jane <j@e.com>', '2022-05-04'],
  ])('%s', (header, evr, author, date) => {
    expect(changelog(parseSpec(`%changelog\n${header}\n- x\n`))?.[0]).toMatchObject({
      header,
      evr,
      author,
      date,
    });
  });

  test('newest first, blank lines belong to no entry', () => {
    const entries = changelog(
      parseSpec(
        '%changelog\n# note\n* Thu Feb 29 2024 J <j@e.com> - 2-1\n- a\n\n  b\n\n\n* Wed Feb 28 2024 J <j@e.com> - 1-1\n- c\n\n',
      ),
    );
    expect(entries?.map(({ evr, content, line, end }) => [evr, content, line, end])).toEqual([
      ['2-1', ['- a', '', '  b'], 2, 6],
      ['1-1', ['- c'], 8, 10],
    ]);
  });

  test('none, empty, automatic', () => {
    expect(changelog(parseSpec('Name: a\n'))).toBeUndefined();
    expect(changelog(parseSpec('%changelog\n'))).toEqual([]);
    expect(hasAutochangelog(parseSpec('%changelog\n%{?autochangelog}\n'))).toBe(true);
    expect(
      hasAutochangelog(
        parseSpec('%changelog\n# %autochangelog\n* Thu Feb 29 2024 J - 1\n- %%autochangelog is next\n'),
      ),
    ).toBe(false);
  });
});

describe('release', () => {
  test.each([
    ['1%{?dist}', '1', '%{?dist}', undefined],
    ['1%{dist}.2', '1', '%{dist}', '2'],
    ['0.1.rc1%dist', '0.1.rc1', '%dist', undefined],
    ['3', '3', undefined, undefined],
    ['%autorelease', '%autorelease', undefined, undefined],
  ])('%s', (raw, release, dist, minorBump) => {
    expect(splitRelease(raw)).toEqual({ release, dist, minorBump });
  });

  test.each([
    ['%autorelease', true],
    ['%{autorelease -b 3}', true],
    ['%{?autorelease}%{!?autorelease:1%{?dist}}', true],
    ['1%{?dist}', false],
    ['%%autorelease', false],
  ])('%s is automatic: %s', (release, automatic) => {
    expect(hasAutorelease(parseSpec(`Release: ${release}\n`))).toBe(automatic);
  });
});
