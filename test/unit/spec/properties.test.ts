/** What holds for every spec, whatever it looks like. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  addChangelogEntry,
  addPatch,
  changelog,
  conditions,
  findTag,
  macroDefinitions,
  parseSpec,
  patches,
  prepMacros,
  sections,
  setPrepName,
  setRawRelease,
  setSource,
  setVersion,
  sources,
  specText,
  stringifySpec,
  tags,
  updateVersion,
} from '../../../src/spec/index.ts';
import type { SpecDocument } from '../../../src/spec/index.ts';
import { toyRpm } from '../../support/spec-evaluator.ts';

const runs = { seed: 20240229, numRuns: 200 };

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/);
const versionText = fc.stringMatching(/^[0-9]{1,3}(\.[0-9]{1,3}){0,3}$/);
const blanks = fc.constantFrom(' ', '  ', '\t', '      ');

/** Lines that may stand between the tags that matter: comments, conditions, macros, nonsense. */
const noise = fc.array(
  fc.oneof(
    fc.constantFrom(
      '',
      '# a comment',
      '%bcond_without x',
      '%{?x:Requires: y}',
      '%define f() \\\n%files \\\n x',
      '%if 1\nURL: a\n%else\nURL: b\n%endif',
    ),
    fc.tuple(word, word).map(([name, body]) => `%global m_${name} ${body}`),
    word.map((name) => `Requires: ${name} >= %{version}`),
  ),
  { maxLength: 4 },
);

/** Specs of all shapes that have a Version, a Release, a Source and perhaps the rest. */
const spec = fc
  .record({
    before: noise,
    middle: noise,
    after: noise,
    gap: blanks,
    version: versionText,
    numbered: fc.boolean(),
    patches: fc.nat(2),
    prep: fc.constantFrom('%setup -q', '%autosetup -p1 -n %{name}-%{version}', 'tar xf x'),
    entries: fc.nat(2),
    newline: fc.constantFrom('\n', '\r\n'),
    final: fc.boolean(),
  })
  .map((shape) => {
    const lines = [
      ...shape.before,
      `Name:${shape.gap}pkg`,
      `Version:${shape.gap}${shape.version}`,
      ...shape.middle,
      `Release:${shape.gap}1%{?dist}`,
      `Source${shape.numbered ? '0' : ''}:${shape.gap}a-%{version}.tar.gz`,
      ...Array.from({ length: shape.patches }, (_, i) => `Patch${i + 1}:${shape.gap}p${i}.patch`),
      ...shape.after,
      '%description',
      'Text.',
      '%prep',
      shape.prep,
      '%changelog',
      ...Array.from({ length: shape.entries }, (_, i) => `* Thu Feb 01 2024 J <j@e.com> - ${9 - i}-1\n- x\n`),
    ];
    const text = lines.join('\n').replaceAll('\n', shape.newline);
    return shape.final ? text + shape.newline : text;
  });

const ENTRY = { author: 'Jane Doe <jane@example.com>', date: '2024-03-01', evr: '2-1' };

/** Each edit, with what the views must then say. */
const EDITS: readonly [
  name: string,
  edit: (doc: SpecDocument) => SpecDocument,
  seen: (doc: SpecDocument) => boolean,
][] = [
  ['setVersion', (doc) => setVersion(doc, '7.8'), (doc) => findTag(doc, 'version')?.value === '7.8'],
  [
    'setRawRelease',
    (doc) => setRawRelease(doc, '9%{?dist}'),
    (doc) => findTag(doc, 'release')?.value === '9%{?dist}',
  ],
  [
    'setSource',
    (doc) => setSource(doc, 0, 'new.tar.gz'),
    (doc) => sources(doc)[0]?.location === 'new.tar.gz',
  ],
  [
    'addPatch',
    (doc) => addPatch(doc, { location: 'new.patch', comment: ['Why %{so}'] }),
    (doc) =>
      patches(doc).at(-1)?.location === 'new.patch' &&
      patches(doc).at(-1)?.comments.at(-1)?.text === 'Why %%{so}',
  ],
  [
    'setPrepName',
    (doc) => setPrepName(doc, 'dir'),
    (doc) => prepMacros(doc).every(({ options }) => options.get('n') === 'dir'),
  ],
  [
    'addChangelogEntry',
    (doc) => addChangelogEntry(doc, { ...ENTRY, lines: ['- Done'] }),
    (doc) => changelog(doc)?.[0]?.evr === '2-1' && changelog(doc)?.[0]?.content[0] === '- Done',
  ],
];

describe.each(EDITS)('%s', (_, edit, seen) => {
  test('what was set is what is read', () => {
    fc.assert(
      fc.property(spec, (text) => {
        const doc = edit(parseSpec(text));
        expect(seen(doc)).toBe(true);
        expect(seen(parseSpec(stringifySpec(doc)))).toBe(true);
      }),
      runs,
    );
  });

  test('twice is once', () => {
    fc.assert(
      fc.property(spec, (text) => {
        const once = edit(parseSpec(text));
        expect(specText(edit(parseSpec(specText(once))))).toBe(specText(once));
      }),
      runs,
    );
  });

  test('other lines stay: one stretch of lines changes', () => {
    fc.assert(
      fc.property(spec, (text) => {
        const before = text.split('\n');
        const now = specText(edit(parseSpec(text))).split('\n');
        let start = 0;
        while (start < before.length && before[start] === now[start]) start += 1;
        let end = 0;
        while (
          end < before.length - start &&
          end < now.length - start &&
          before.at(-1 - end) === now.at(-1 - end)
        )
          end += 1;
        // A file without a final newline gets one between its last line and lines added after it.
        expect(before.length - start - end).toBeLessThanOrEqual(text.endsWith('\n') ? 1 : 2);
        expect(now.length - start - end).toBeLessThanOrEqual(5);
      }),
      runs,
    );
  });
});

test('updateVersion through any macros gives that version', async () => {
  await fc.assert(
    fc.asyncProperty(spec, versionText, fc.boolean(), async (text, version, byMacro) => {
      const written = byMacro
        ? text.replace(/^Version:(\s+)(.*?)(\r?)$/m, '%global ver $2$3\nVersion:$1%{ver}$3')
        : text;
      const rpm = toyRpm();
      const doc = await updateVersion(parseSpec(written), version, { evaluate: rpm.evaluate });
      const value = byMacro
        ? macroDefinitions(doc).find(({ name }) => name === 'ver')?.body
        : findTag(doc, 'version')?.value;
      expect(value?.trim()).toBe(version);
    }),
    runs,
  );
});

test('views of whatever bytes do not fail and stay within the file', () => {
  const pieces = [
    '%if ',
    '%else',
    '%endif\n',
    '%global a ',
    '%define b() ',
    '\\\n',
    '%{',
    '}',
    '%(',
    ')',
    '\n',
    '%prep\n',
    '%changelog\n',
    '* Thu Feb 01 2024 ',
    'Source: ',
    'Patch1: ',
    '%setup -n "',
    '%files -f ',
    '\0',
    '\r\n',
    'é',
    '#',
    '%dnl ',
  ];
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 4 })), { maxLength: 60 }),
      (parts) => {
        const text = parts.join('');
        const doc = parseSpec(text);
        const lines = doc.lines.length;
        for (const { content } of sections(doc)) expect(content.end).toBeLessThanOrEqual(lines);
        for (const { line, end } of [
          ...tags(doc, { all: true }),
          ...macroDefinitions(doc),
          ...sources(doc),
          ...patches(doc),
        ]) {
          expect(line).toBeLessThan(end);
          expect(end).toBeLessThanOrEqual(lines);
        }
        for (const { end } of conditions(doc)) expect(end).toBeLessThanOrEqual(lines);
        for (const { line } of prepMacros(doc)) expect(line).toBeLessThan(lines);
        changelog(doc);
        const replaced = tags(doc).every(
          ({ name, prefix, separator, value, suffix, line, end }) =>
            doc.lines.slice(line, end).join('\n') === prefix + name + separator + value + suffix,
        );
        expect(replaced).toBe(true);
      },
    ),
    { ...runs, numRuns: 1000 },
  );
});
