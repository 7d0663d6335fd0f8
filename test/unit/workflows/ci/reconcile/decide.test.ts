import { describe, expect, test } from '@jest/globals';
import type { FarmRequest } from '../../../../../src/remote/testing-farm/index.ts';
import type { RunState } from '../../../../../src/run-state.ts';
import {
  chooseRequest,
  chrootsToBuild,
  testCause,
} from '../../../../../src/workflows/ci/reconcile/decide.ts';
import type { Order, Wish } from '../../../../../src/workflows/ci/reconcile/decide.ts';
import type { BuildSeen } from '../../../../../src/workflows/ci/reconcile/show.ts';
import type { BuildWork } from '../../../../../src/workflows/ci/reconcile/work.ts';

const A = 'fedora-43-x86_64';
const B = 'epel-9-x86_64';

const work = { chroots: [{ chroot: A }, { chroot: B }] } as BuildWork;

function build(
  id: string,
  cause: string,
  states: Record<string, RunState>,
  source: RunState = 'succeeded',
): BuildSeen {
  const chroots = Object.fromEntries(Object.entries(states).map(([name, state]) => [name, { state }]));
  return {
    id,
    url: `https://copr.example/coprs/build/${id}/`,
    cause,
    source,
    chroots,
  };
}

function order(cause: string, builds: Wish, tests: Wish = 'missing'): Order {
  return { cause, builds, tests };
}

describe('chrootsToBuild', () => {
  test('an event builds what nobody has built, once', () => {
    expect(chrootsToBuild(work, [], order('event', 'missing'))).toEqual([A, B]);
    expect(chrootsToBuild(work, [build('1', 'event', { [A]: 'failed' })], order('event', 'missing'))).toEqual(
      [],
    );
  });

  test('a comment builds everything anew, and once for the same comment', () => {
    const first = build('1', 'event', { [A]: 'succeeded', [B]: 'succeeded' });
    expect(chrootsToBuild(work, [first], order('comment:5', 'all'))).toEqual([A, B]);
    const second = build('2', 'comment:5', { [A]: 'queued', [B]: 'queued' });
    expect(chrootsToBuild(work, [second, first], order('comment:5', 'all'))).toEqual([]);
  });

  test('what failed is built anew, and nothing that succeeded or runs', () => {
    const first = build('1', 'event', { [A]: 'succeeded', [B]: 'failed' });
    expect(chrootsToBuild(work, [first], order('comment:5', 'failed'))).toEqual([B]);
    expect(
      chrootsToBuild(work, [build('1', 'event', { [A]: 'running', [B]: 'cancelled' })], order('c', 'failed')),
    ).toEqual([B]);
    const again = build('2', 'comment:5', { [B]: 'succeeded' });
    expect(chrootsToBuild(work, [again, first], order('comment:6', 'failed'))).toEqual([]);
  });

  test('without an SRPM every chroot has failed', () => {
    const failed = build('1', 'event', { [A]: 'queued', [B]: 'queued' }, 'failed');
    expect(chrootsToBuild(work, [failed], order('comment:5', 'failed'))).toEqual([A, B]);
  });

  test('a comment about tests builds nothing', () => {
    expect(chrootsToBuild(work, [], order('comment:5', 'none', 'all'))).toEqual([]);
  });
});

describe('chooseRequest', () => {
  const request = (id: string, cause: string, state: RunState = 'succeeded'): FarmRequest => ({
    id,
    state,
    overall: state === 'failed' ? 'failed' : undefined,
    summary: '',
    url: '',
    createdAt: undefined,
    key: 'k',
    cause,
  });

  test('a build is tested once', () => {
    const event = order('event', 'missing');
    expect(chooseRequest([], { id: '7' }, event)).toEqual({ submit: 'build:7' });
    expect(chooseRequest([request('r', 'build:7', 'queued')], { id: '7' }, event)).toMatchObject({
      use: { id: 'r' },
    });
  });

  test('a new build is tested anew', () => {
    const old = request('r', 'build:7 comment:5');
    expect(chooseRequest([old], { id: '70' }, order('event', 'missing'))).toEqual({ submit: 'build:70' });
    expect(chooseRequest([old], { id: '7' }, order('event', 'missing'))).toMatchObject({ use: { id: 'r' } });
  });

  test('a comment tests anew, and once for the same comment', () => {
    const asked = order('comment:5', 'none', 'all');
    const first = request('r', 'build:7');
    expect(chooseRequest([first], { id: '7' }, asked)).toEqual({ submit: 'build:7 comment:5' });
    const second = request('s', 'build:7 comment:5', 'queued');
    expect(chooseRequest([second, first], { id: '7' }, asked)).toMatchObject({ use: { id: 's' } });
  });

  test('only what failed is tested anew where that is asked for', () => {
    const asked = order('comment:5', 'none', 'failed');
    expect(chooseRequest([request('r', 'build:7', 'failed')], { id: '7' }, asked)).toEqual({
      submit: 'build:7 comment:5',
    });
    expect(chooseRequest([request('r', 'build:7')], { id: '7' }, asked)).toMatchObject({ use: { id: 'r' } });
    expect(chooseRequest([request('r', 'build:7', 'running')], { id: '7' }, asked)).toMatchObject({
      use: { id: 'r' },
    });
  });

  test('tests without a build are tied to the event', () => {
    expect(testCause(undefined, order('event', 'missing'))).toBe('event');
    expect(chooseRequest([request('r', 'event')], undefined, order('event', 'missing'))).toMatchObject({
      use: { id: 'r' },
    });
  });
});
