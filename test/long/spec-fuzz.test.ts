/** The spec library on a great deal of nonsense, and on large files. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  addChangelogEntry,
  addPatch,
  changelog,
  conditions,
  parseSpec,
  prepMacros,
  setPrepName,
  setVersion,
  sources,
  stringifySpec,
} from '../../src/spec/index.ts';

test('every sequence of bytes comes back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
      expect(Buffer.from(stringifySpec(parseSpec(bytes))).equals(bytes)).toBe(true);
    }),
    { seed: 7, numRuns: 20_000 },
  );
}, 300_000);

const HEAD = 'Name: a\nVersion: 1\nRelease: 1\nSource0: x\n';
const TAIL = '%prep\n%setup -q\n%changelog\n* Thu Feb 01 2024 J <j@e.com> - 1-1\n- x\n';

/** Shapes that would take for ever if anything were quadratic; about `size` characters each. */
const SHAPES: Readonly<Record<string, (size: number) => string>> = {
  'many tags': (size) => HEAD + 'Requires: foo >= %{version}\n'.repeat(size / 28) + TAIL,
  'many sources': (size) => HEAD + 'Source: foo\n'.repeat(size / 12) + TAIL,
  'nested conditions': (size) => HEAD + '%if 1\n'.repeat(size / 12) + '%endif\n'.repeat(size / 12) + TAIL,
  'many entries': (size) => HEAD + TAIL + '\n* Thu Feb 01 2024 J <j@e.com> - 1-1\n- x\n'.repeat(size / 40),
  'many sections': (size) => `${HEAD}%global d %{expand:\nx}\n${'%description %d\n'.repeat(size / 16)}`,
  'many definitions': (size) => HEAD + '%global a 1\n'.repeat(size / 12) + TAIL,
  'a long body': (size) => `${HEAD}%define a() \\\n${'x \\\n'.repeat(size / 4)}\n${TAIL}`,
  'blocks never closed': (size) => HEAD + '%{foo\n'.repeat(size / 6) + TAIL,
  'definitions never closed': (size) => HEAD + '%global a %{foo\n'.repeat(size / 16) + TAIL,
  'deep macros in one line': (size) => `${HEAD}Summary: ${'%{?a:'.repeat(size / 5)}\n${TAIL}`,
  'blanks in one line': (size) =>
    `${HEAD}Summary: ${' '.repeat(size)}x\n%global ${' '.repeat(size)}\n${TAIL}`,
  'definitions in one line': (size) => `${HEAD}#${'%global a('.repeat(size / 10)}\n${TAIL}`,
  'options in one line': (size) => `${HEAD}%prep\n%setup ${'-a 1 '.repeat(size / 5)}\n`,
  'quotes in one line': (size) => `${HEAD}%prep\n${'%setup -q -n "a'.repeat(size / 15)}\n`,
  'a long header': (size) => `${HEAD}%changelog\n* Thu Feb 01 2024 ${'a '.repeat(size / 2)}\n`,
};

function everything(bytes: Uint8Array): void {
  let doc = setVersion(parseSpec(bytes), '9.9');
  doc = addPatch(doc, { location: 'new.patch' });
  doc = addChangelogEntry(doc, { lines: ['- x'], author: 'J <j@e.com>', date: '2024-02-29', evr: '1-1' });
  try {
    doc = setPrepName(doc, 'dir');
  } catch {
    // Options that cannot be read are an error, and a quick one.
  }
  conditions(doc);
  sources(doc);
  prepMacros(doc);
  changelog(doc);
  stringifySpec(doc);
}

/** Milliseconds of processor time: other programs do not count. */
function cost(bytes: Uint8Array): number {
  const before = process.cpuUsage();
  everything(bytes);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('time grows with the size', () => {
  test.each(Object.entries(SHAPES))(
    '%s',
    (_, shape) => {
      const small = Buffer.from(shape(200_000));
      cost(small);
      // Collecting garbage makes single measurements unsteady: the bound is far below quadratic (64 times).
      const once = Math.max(20, Math.min(cost(small), cost(small)));
      expect(cost(Buffer.from(shape(1_600_000))) / once).toBeLessThan(30);
    },
    300_000,
  );
});
