/** Specs that rpm reads, with what makes edits hard: conditions of every form, subpackages, macros over several lines. */
import * as fc from 'fast-check';

/** How a line is written so that rpm reads it, and another in its place does not count. */
type Way = (taken: string, skipped: string) => readonly string[];

const WAYS: readonly Way[] = [
  (taken) => [taken],
  (taken) => [taken],
  (taken, skipped) => ['%if 0', skipped, '%else', taken, '%endif'],
  (taken, skipped) => ['%if 1', taken, '%else', skipped, '%endif'],
  (taken, skipped) => ['%if 0', '%if 1', skipped, '%endif', '%else', taken, '%endif'],
  (taken, skipped) => ['%ifarch no_such_arch', skipped, '%else', taken, '%endif'],
  (taken, skipped) => [`%{?no_such:${skipped}}`, `%{!?no_such:${taken}}`],
  (taken, skipped) => [`%{?no_such:${skipped}}%{!?no_such:${taken}}`],
  (taken, skipped) => [`%{!?no_such:%{!?nor_such:${taken}}}`, `%{?no_such:%{!?nor_such:${skipped}}}`],
  (taken, skipped) => ['%{!?no_such:', taken, '}', '%{?no_such:', skipped, '}'],
  (taken, skipped) => [`%{?no_such:${skipped}`, '}', `%{!?no_such:${taken}`, '}'],
  // A macro is seen only where rpm reads: not in a branch that it skips.
  (taken, skipped) => ['%ifnot', skipped, '%else', taken, '%done'],
  (taken, skipped) => ['%{iffor 1}', taken, '%otherwise', skipped, '%endif'],
  (taken, skipped) => ['%{iffor 1}', taken, '%else', skipped, '%endif'],
];

const way = fc.constantFrom(...WAYS);

/** Definitions and blocks that look like something else. */
const BODIES: readonly (readonly string[])[] = [
  ['%global text\\', 'Version: 7\\', 'Source0: none\\', 'end'],
  ['%global text() \\', '%prep \\', 'Release: 7 \\', '%nil'],
  ['%define other\\', '%if 0\\', 'Patch0: none\\', '%endif'],
  ['#%global upver 0.1'],
  ['# %%global baserelease 77'],
  ['%dnl %global upver 0.2'],
  ['%define insists() %{?1}%{!?1:%{error:it needs an argument}}'],
  ['%{lua:', '-- Version: 9', 'local x = 1', '}'],
  ['%{expand:', '%%global made 1', '}'],
  ['%if 0', '%global upver 0.3', '%global baserelease 66', '%endif'],
];

const CHANGELOGS: readonly (readonly string[])[] = [
  [],
  ['* Thu Feb 01 2024 J <j@example.com> - 1-1', '- First'],
  ['-'.repeat(67), 'Mon Jan  5 12:00:00 UTC 2024 - j@example.com', '', '- First'],
  ['%if 0', '* Thu Feb 01 2024 J <j@example.com> - 1-1', '- First', '%endif'],
  ['# a comment', '* Thu Feb 01 2024 J <j@example.com> - 1-1', '- First'],
];

const PREPS = ['%setup -q -n dir', '%setup -qn dir', '%autosetup -p1 -n "dir"'];

export interface GeneratedSpec {
  text: string;
  /** Whether rpm reads the changelog, which it does not in openSUSE's form. */
  hasRpmChangelog: boolean;
}

const patch = fc.record({ way, numbered: fc.boolean(), inSubpackage: fc.boolean() });

export const generatedSpec: fc.Arbitrary<GeneratedSpec> = fc
  .record({
    bodies: fc.array(fc.constantFrom(...BODIES), { maxLength: 3 }),
    byMacro: fc.boolean(),
    baserelease: fc.boolean(),
    version: way,
    release: way,
    macroWay: fc.constantFrom(...WAYS.slice(0, 6)),
    sources: fc.array(way, { minLength: 1, maxLength: 3 }),
    sourcesNumbered: fc.boolean(),
    patches: fc.array(patch, { maxLength: 4 }),
    prep: fc.tuple(way, fc.constantFrom(...PREPS)),
    changelog: fc.constantFrom(...CHANGELOGS),
  })
  .map((shape) => {
    const { bodies, byMacro, baserelease, version, release, macroWay, sources, patches, prep, changelog } =
      shape;
    const number = (i: number): string => (shape.sourcesNumbered ? String(i) : '');
    const patchLines = (inSubpackage: boolean): readonly string[] =>
      patches.flatMap((item, i) =>
        item.inSubpackage === inSubpackage
          ? item.way(
              `Patch${item.numbered ? (i + 1) * 100 : ''}: ${i}.patch`,
              `Patch${item.numbered ? (i + 1) * 100 : ''}: no${i}.patch`,
            )
          : [],
      );
    const lines = [
      '%define ifnot %if 0',
      '%define otherwise %else',
      '%define done %endif',
      '%define iffor() %if %1',
      ...bodies.flat(),
      ...(byMacro ? macroWay('%global upver 1.0', '%global upver 0.9') : []),
      ...(baserelease ? macroWay('%global baserelease 4', '%global baserelease 9') : []),
      'Name: pkg',
      ...version(`Version: ${byMacro ? '%{upver}' : '1.0'}`, 'Version: 0.5'),
      ...release(`Release: ${baserelease ? '%{baserelease}' : '4'}%{?dist}`, 'Release: 9'),
      'Summary: s',
      'License: MIT',
      ...sources.flatMap((write, i) =>
        write(`Source${number(i)}: a${i}-%{version}.tgz`, `Source${number(i)}: no${i}`),
      ),
      ...patchLines(false),
      '%description',
      'Text.',
      '%package sub',
      'Summary: t',
      ...patchLines(true),
      '%description sub',
      'Text.',
      '%prep',
      ...prep[0](prep[1], prep[1].replace('dir', 'other')),
      '%changelog',
      ...changelog,
      '',
    ];
    return { text: lines.join('\n'), hasRpmChangelog: !(changelog[0] ?? '').startsWith('-') };
  });
