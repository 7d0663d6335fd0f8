import { expect, test } from '@jest/globals';
import { parseSpec, setInOtherBranches, setRelease, specText } from '../../../src/spec/index.ts';
import type { Evaluation } from '../../../src/spec/index.ts';

const SPEC = `%if %{in_git}
Release: 0.git%{?dist}
%else
Release: 3%{?dist}
%endif
%{?old:Release: 9}
%package devel
Release: 7
`;

function inForce(branches: boolean[]): Evaluation {
  return { ok: true, values: new Map(), branches, problems: [] };
}

test('branches that are not in force get the value of the one that is, subpackages do not', () => {
  const evaluation = inForce([true, false]);
  const doc = setRelease(parseSpec(Buffer.from(SPEC)), '1.2026', { evaluation });
  expect(
    specText(setInOtherBranches(doc, 'release', { evaluation }))
      .split('\n')
      .slice(0, 8),
  ).toEqual([
    '%if %{in_git}',
    'Release: 1.2026%{?dist}',
    '%else',
    'Release: 1.2026%{?dist}',
    '%endif',
    expect.stringContaining('Release: '),
    '%package devel',
    'Release: 7',
  ]);
});

test('without another branch nothing changes', () => {
  const doc = parseSpec(Buffer.from('Release: 1\nVersion: 2\n'));
  expect(setInOtherBranches(doc, 'release')).toBe(doc);
  expect(setInOtherBranches(doc, 'epoch')).toBe(doc);
});
