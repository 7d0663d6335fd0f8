import { describe, expect, test } from '@jest/globals';
import { buildResult, withTargets } from '../../../../src/workflows/build/index.ts';
import type { Build } from '../../../../src/workflows/build/index.ts';
import type { RunState } from '../../../../src/run-state.ts';

function build(...states: RunState[]): Build {
  const empty: Build = { place: 'copr', package: 'hello', id: '1', state: 'queued', targets: [] };
  return withTargets(
    empty,
    states.map((state, index) => ({ name: `fedora-${40 + index}-x86_64`, state })),
  );
}

const FAILED = { package: 'other', code: 'SPEC_NOT_FOUND', message: 'no spec', details: [] };

describe('the exit code of builds', () => {
  test.each<[string, Build[], number]>([
    ['all good', [build('succeeded', 'skipped'), build('succeeded')], 0],
    ['some chroots failed', [build('succeeded', 'failed')], 5],
    ['one of two builds failed', [build('succeeded'), build('failed')], 5],
    ['all failed', [build('failed', 'cancelled')], 2],
    ['the service lost it', [build('lost')], 3],
  ])('%s', (_name, builds, code) => {
    expect(buildResult(builds, [], true).exitCode).toBe(code);
  });

  test('a package that could not be submitted counts as a failed target', () => {
    expect(buildResult([build('succeeded')], [FAILED], true).exitCode).toBe(5);
    expect(buildResult([], [FAILED], true).exitCode).toBe(2);
  });

  test('what was only submitted counts as done', () => {
    expect(buildResult([build('queued')], [], false).exitCode).toBe(0);
    expect(buildResult([build('queued')], [FAILED], false).exitCode).toBe(5);
  });

  test('nothing at all is done', () => {
    expect(buildResult([], [], true).exitCode).toBe(0);
  });
});
