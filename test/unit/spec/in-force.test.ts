/** What rpm reads and what it skips, in every form a spec can say it. The real rpm judges in test/integration/spec. */
import { describe, expect, test } from '@jest/globals';
import {
  addChangelogEntry,
  addPatch,
  changelog,
  changelogEvr,
  conditions,
  evaluateSpec,
  findTag,
  macroDefinitions,
  macrosLeftBehind,
  parseSpec,
  patches,
  prepChoice,
  removePatch,
  renumber,
  sections,
  sources,
  specText,
  tags,
  updateVersion,
} from '../../../src/spec/index.ts';
import type { Evaluate } from '../../../src/spec/index.ts';
import { toyRpm } from '../../support/spec-evaluator.ts';

const lines = (...text: string[]) => parseSpec(`${text.join('\n')}\n`);

describe('tags inside %{?name:...}', () => {
  test('are found in lines of one, of several, nested, and over lines', () => {
    const doc = lines(
      'Name: a',
      '%{?x:Version: 1}%{!?x:Version: 2 }',
      '%{?x:%{!?y: Source0: s}}',
      '%{?x:Source1: t',
      'Patch0: {p}',
      'Patch1: q}',
    );
    expect(tags(doc).map(({ name, value }) => `${name}=${value}`)).toEqual([
      'Name=a',
      'Version=1',
      'Version=2',
      'Source0=s',
      'Source1=t',
      'Patch0={p}',
      'Patch1=q',
    ]);
    expect(findTag(doc, 'version')?.value).toBe('1');
    expect(sources(doc).map(({ valid }) => valid)).toEqual([undefined, undefined]);
  });

  test('an edit leaves the rest of the line', () => {
    const doc = lines('%{?x:Patch0: a}%{!?x:Patch1: b}', '%{?x:', 'Patch2: c}');
    expect(specText(removePatch(doc, 1))).toBe('%{?x:Patch0: a}%{!?x:}\n%{?x:\nPatch2: c}\n');
    expect(specText(removePatch(doc, 2))).toBe('%{?x:Patch0: a}%{!?x:Patch1: b}\n%{?x:\n}\n');
    expect(specText(renumber(doc, 'patch', 10))).toBe(
      '%{?x:Patch10: a}%{!?x:Patch11: b}\n%{?x:\nPatch12: c}\n',
    );
  });

  test('rpm is asked about each', async () => {
    const rpm = toyRpm();
    await evaluateSpec(lines('Name: a', '%{?x:Version: 1}%{!?x:Version: 2}'), rpm.evaluate);
    expect(rpm.requests[0]?.text).toBe(
      'Name: a\n%{?x:%global __packit_branch_0 1}\n%{!?x:%global __packit_branch_1 1}\n%{?x:Version: 1}%{!?x:Version: 2}\n',
    );
  });
});

describe('conditions made by macros', () => {
  test.each([
    ['%define two %if 0', '%two'],
    ['%define two() %if %1', '%{two 1}'],
    ['%define one %if 0\n%define two %one', '%two'],
    ['', '%{?x:%if 0}'],
    ['', '%ifpython3'],
  ])('%j and then %s', (definition, opening) => {
    const doc = lines(...definition.split('\n'), opening, 'Version: 1', '%else', 'Version: 2', '%endif');
    const [condition] = conditions(doc);
    expect(condition?.branches.map(({ content }) => content.end - content.start)).toEqual([1, 1]);
    expect(findTag(doc, 'version')?.value).toBe('1');
  });

  test('what is no condition is none', () => {
    expect(conditions(lines('%define whole %if 1\\', 'x\\', '%endif', '%whole', '%ifnotexists x'))).toEqual(
      [],
    );
  });
});

test('a macro body may begin right behind the name', () => {
  const doc = lines('%global t\\', 'Version: 5\\', 'end', 'Version: 1', '%description %t', 'x');
  expect(macroDefinitions(doc).map(({ name, body }) => [name, body])).toEqual([
    ['t', '\\\nVersion: 5\\\nend'],
  ]);
  expect(findTag(doc, 'version')?.value).toBe('1');
  expect(sections(doc).map(({ id }) => id)).toEqual(['package', 'description']);
});

test('sources without numbers count where they are in force', async () => {
  const doc = lines('Name: a', '%if 0', 'Source: a', '%else', 'Source: b', '%endif', 'Source: c');
  const evaluation = await evaluateSpec(doc, toyRpm().evaluate);
  expect(sources(doc, evaluation).map(({ number, location }) => `${number}${location}`)).toEqual([
    '0a',
    '0b',
    '1c',
  ]);
  expect(sources(doc).map(({ number }) => number)).toEqual([0, 1, 2]);
});

test('patches of subpackages count', () => {
  const doc = lines('Name: a', 'Patch0: p', '%package sub', 'Patch1: q', '%description');
  expect(patches(doc).map(({ location }) => location)).toEqual(['p', 'q']);
  expect(specText(addPatch(doc, { location: 'new' }))).toBe(
    'Name: a\nPatch0: p\nPatch2: new\n%package sub\nPatch1: q\n%description\n',
  );
});

test('of several %setup the one that stands in no condition is meant, or the one in force', async () => {
  const doc = lines('Name: a', '%prep', '%if 0', '%setup -n a', '%else', '%setup -n b', '%endif');
  expect(prepChoice(doc, { evaluation: await evaluateSpec(doc, toyRpm().evaluate) })).toMatchObject({
    chosen: { line: 5 },
    inForce: true,
    others: [{ line: 3 }],
  });
});

test("openSUSE's changelog has entries, and a new one goes above it", () => {
  const doc = lines('%changelog', '-'.repeat(67), 'Mon Jan  5 12:00:00 UTC 2026 - a@b.c', '', '- x');
  expect(changelog(doc)).toMatchObject([{ date: '2026-01-05', author: 'a@b.c', content: ['', '- x'] }]);
  const entry = { lines: ['- new'], author: 'J <j@d>', date: '2026-11-25', evr: '1-2' };
  expect(specText(addChangelogEntry(doc, entry)).split('\n').slice(0, 5)).toEqual([
    '%changelog',
    '* Wed Nov 25 2026 J <j@d> - 1-2',
    '- new',
    '',
    '-'.repeat(67),
  ]);
});

test('a distribution the spec names itself is part of the release in the changelog', async () => {
  const own = lines('%global dist .own', 'Name: a', 'Version: 1', 'Release: 4%{?dist}');
  expect(changelogEvr(own)).toBeUndefined();
  expect(changelogEvr(own, await evaluateSpec(own, toyRpm().evaluate))).toBe('1-4.own');
  const theirs = lines('Name: a', 'Version: 1', 'Release: 4%{?dist}');
  const evaluation = await evaluateSpec(theirs, toyRpm({ dist: '.fc43' }).evaluate);
  expect(changelogEvr(theirs, evaluation)).toBe('1-4');
});

describe('a new version', () => {
  test('leaves definitions that are commented out as they are', async () => {
    const doc = lines(
      '%global v 1.0',
      '#global v 0.9',
      '# %%global v 0.8',
      '%dnl %global v 0.7',
      'Version: %{v}',
    );
    const edited = await updateVersion(doc, '2.0', { evaluate: toyRpm().evaluate });
    expect(specText(edited)).toBe(
      '%global v 2.0\n#global v 0.9\n# %%global v 0.8\n%dnl %global v 0.7\nVersion: %{v}\n',
    );
  });

  test('goes into the macros although rpm cannot expand another one', async () => {
    const toy = toyRpm();
    const fussy: Evaluate = async (request) => {
      const bad = request.expressions.findIndex((expression) => expression.includes('%{error:'));
      const reply = await toy.evaluate(request);
      if (bad < 0) return reply;
      return {
        ok: false,
        values: reply.values.map((value, i) => (i < bad ? value : undefined)),
        problems: [],
      };
    };
    const doc = lines('%if 1', '%global v 1.0', '%endif', '%global bad %{error:no}', 'Version: %{v}');
    const edited = await updateVersion(doc, '2.0', { evaluate: fussy });
    expect(findTag(edited, 'version')?.value).toBe('%{v}');
    expect(macroDefinitions(edited)[0]?.body).toBe('2.0');
  });

  test('that leaves macros of a source behind is told', async () => {
    const doc = lines(
      '%global base 1.0',
      '%global pre rc1',
      '%global up %{base}-%{pre}',
      'Version: %{base}~%{pre}',
      'Source0: a-%{up}.tgz',
    );
    const edited = await updateVersion(doc, '1.0', { evaluate: toyRpm().evaluate });
    expect(findTag(edited, 'version')?.value).toBe('1.0');
    expect(macrosLeftBehind(doc, edited).map(({ name }) => name)).toEqual(['base', 'pre']);
    expect(macrosLeftBehind(doc, doc)).toEqual([]);
  });
});

test('a macro file that is not there is left out', async () => {
  const toy = toyRpm();
  const rpm: Evaluate = async (request) => {
    const text = Buffer.from(request.text).toString('utf8').split('\n');
    const line = text.findIndex((one) => one.includes('%{load:'));
    if (line < 0) return toy.evaluate(request);
    const problems = [{ line: line + 1, message: 'failed to load macro file x' }];
    return { ok: false, values: request.expressions.map(() => undefined), problems };
  };
  const doc = lines('%{load:%{_sourcedir}/x}', '%{?y:%{load:z}}', 'Name: a', 'Version: 1', 'Release: 1');
  const evaluation = await evaluateSpec(doc, rpm);
  expect(evaluation.ok).toBe(true);
  expect(changelogEvr(doc, evaluation)).toBe('1-1');
});
