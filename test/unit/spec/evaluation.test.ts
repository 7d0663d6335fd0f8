import { describe, expect, test } from '@jest/globals';
import {
  changelogEvr,
  evaluateSpec,
  expandedRelease,
  findTag,
  isInForce,
  macroDefinitions,
  parseSpec,
  sources,
} from '../../../src/spec/index.ts';
import type { Evaluate } from '../../../src/spec/index.ts';
import { brokenRpm, toyRpm } from '../../support/spec-evaluator.ts';

const SPEC = [
  'Name: a',
  '%if 0%{?new}',
  '%global v 2',
  '%else',
  '%global v 1',
  '%endif',
  'Version: %{v}.0',
  'Release: 3%{?dist}',
  '%if 0%{?new}',
  'Source0: new-%{version}',
  '%else',
  'Source0: https://example.com/old-%{version}',
  '%endif',
].join('\n');

describe('one question answers everything', () => {
  test('values, branches, sources', async () => {
    const doc = parseSpec(SPEC);
    const rpm = toyRpm({ dist: '.fc43' });
    const evaluation = await evaluateSpec(doc, rpm.evaluate, { expressions: ['%{name}-x'] });
    expect(rpm.requests).toHaveLength(1);
    expect(evaluation.branches).toEqual([false, true, false, true]);
    expect(evaluation.values.get('%{v}.0')).toBe('1.0');
    expect(evaluation.values.get('%{name}-x')).toBe('a-x');
    expect(evaluation.values.get('3%{?dist}')).toBe('3.fc43');
    expect(expandedRelease(doc, evaluation)).toBe('3');
    expect(changelogEvr(doc, evaluation)).toBe('1.0-3');
    expect(sources(doc, evaluation).map(({ valid, expanded, remote }) => [valid, expanded, remote])).toEqual([
      [false, 'new-1.0', false],
      [true, 'https://example.com/old-1.0', true],
    ]);
    expect(macroDefinitions(doc, evaluation).map(({ valid }) => valid)).toEqual([false, true]);
    expect([0, 2, 4].map((line) => isInForce(doc, line, evaluation))).toEqual([true, false, true]);
  });

  test('macros given from outside switch branches', async () => {
    const doc = parseSpec(SPEC);
    const evaluation = await evaluateSpec(doc, toyRpm().evaluate, { macros: { new: '1' } });
    expect(evaluation.branches).toEqual([true, false, true, false]);
    expect(evaluation.values.get('%{v}.0')).toBe('2.0');
  });

  test('the text it sends is the spec with a marker in each branch', async () => {
    const rpm = toyRpm();
    await evaluateSpec(parseSpec('%if 1\r\na\r\n%endif'), rpm.evaluate);
    // Line ends as rpm wants them: a carriage return would be a part of the expression.
    expect(rpm.requests[0]?.text).toBe('%if 1\n%global __packit_branch_0 1\na\n%endif');
  });

  test('a distribution within a macro takes a second question', async () => {
    const doc = parseSpec('%global rel 3%{?dist}\nVersion: 1\nRelease: %{rel}\n');
    const rpm = toyRpm({ dist: '.fc43' });
    const evaluation = await evaluateSpec(doc, rpm.evaluate);
    expect(rpm.requests).toHaveLength(2);
    expect(rpm.requests[1]?.request.macros).toEqual({ dist: '' });
    expect(evaluation.values.get('%{rel}')).toBe('3.fc43');
    expect(changelogEvr(doc, evaluation)).toBe('1-3');
  });
});

describe('an rpm that refuses', () => {
  test('knows nothing, and says why', async () => {
    const doc = parseSpec(SPEC);
    const evaluation = await evaluateSpec(doc, brokenRpm);
    expect(evaluation.ok).toBe(false);
    expect(evaluation.problems).toEqual([{ line: 1, message: 'Unknown tag: x' }]);
    expect(evaluation.branches).toEqual([undefined, undefined, undefined, undefined]);
    expect(findTag(doc, 'version', evaluation)?.value).toBe('%{v}.0');
    expect(changelogEvr(doc, evaluation)).toBeUndefined();
  });

  test('lines of complaints are those of the document', async () => {
    const evaluate: Evaluate = ({ expressions }) =>
      Promise.resolve({
        ok: true,
        values: expressions.map(() => ''),
        problems: [
          { line: 2, message: 'a' },
          { line: 4, message: 'b' },
          { line: 9, message: 'c' },
          { message: 'd' },
        ],
      });
    const evaluation = await evaluateSpec(parseSpec('x\n%if 1\ny\n%else\nz\n%endif\nlast\n'), evaluate);
    expect(evaluation.problems.map(({ line }) => line)).toEqual([2, 3, 7, undefined]);
  });

  test('an include that is not there is left out', async () => {
    const evaluate: Evaluate = async (request) => {
      const text = Buffer.from(request.text).toString();
      if (!text.includes('%include')) return toyRpm().evaluate(request);
      const problems = [{ line: 2, message: 'Unable to open /x: No such file or directory' }];
      return { ok: false, values: request.expressions.map(() => undefined), problems };
    };
    const evaluation = await evaluateSpec(parseSpec('Name: a\n%include /x\nVersion: 1\n'), evaluate);
    expect(evaluation.ok).toBe(true);
    expect(evaluation.values.get('1')).toBe('1');
    expect(evaluation.problems).toHaveLength(1);
  });
});

test('without macros no question is needed for an entry of the changelog', () => {
  expect(changelogEvr(parseSpec('Epoch: 2\nVersion: 1.0\nRelease: 3%{?dist}.1\n'))).toBe('2:1.0-3.1');
  expect(changelogEvr(parseSpec('Version: 1.0\nRelease: 3%{?dist}\n'))).toBe('1.0-3');
  expect(changelogEvr(parseSpec('Version: %{v}\nRelease: 3\n'))).toBeUndefined();
  expect(changelogEvr(parseSpec('%if 1\nVersion: 1\n%endif\nRelease: 3\n'))).toBeUndefined();
});
