import { describe, expect, test } from '@jest/globals';
import { ServiceError } from '../../../../src/errors.ts';
import { accessChanges } from '../../../../src/remote/forge/access.ts';
import { refuseWrites } from '../../../../src/remote/forge/dry-run.ts';
import { createForge, ensurePullRequest } from '../../../../src/remote/forge/index.ts';
import type { Forge, ForgeKind, NewPullRequest, PullRequest } from '../../../../src/remote/forge/index.ts';
import { OPERATION_EFFECT } from '../../../../src/remote/forge/types.ts';

const KINDS: readonly ForgeKind[] = ['github', 'gitlab', 'pagure', 'forgejo'];
const HELLO = { namespace: 'rpms', name: 'hello' };

/** A forge whose every request fails the test. */
function silentForge(kind: ForgeKind, sent: string[]): Promise<Forge> {
  return createForge({
    url: 'https://forge.example.com',
    kind,
    token: 't',
    fetch: (url) => {
      sent.push(String(url instanceof Request ? url.url : url));
      return Promise.reject(new Error('sent'));
    },
  });
}

describe.each(KINDS)('%s', (kind) => {
  test('every operation is known as a read or a write', async () => {
    const forge = await silentForge(kind, []);
    const operations = [...Object.entries(forge), ...Object.entries(forge.access ?? {})].flatMap(
      ([name, value]) => (typeof value === 'function' ? [name] : []),
    );
    expect(operations.filter((name) => !(name in OPERATION_EFFECT))).toEqual([]);
    const expected = Object.keys(OPERATION_EFFECT).filter(
      (name) => kind === 'pagure' || !name.endsWith('Access'),
    );
    expect(operations.toSorted()).toEqual(expected.toSorted());
  });

  test('a dry run sends no write', async () => {
    const sent: string[] = [];
    const forge = refuseWrites(await silentForge(kind, sent));
    const request: NewPullRequest = {
      target: HELLO,
      targetBranch: 'a',
      source: HELLO,
      sourceBranch: 'b',
      title: 't',
      description: 'd',
    };
    for (const attempt of [
      () => forge.createFork(HELLO),
      () => forge.createPullRequest(request),
      () => forge.updatePullRequest(HELLO, 1, request),
      () =>
        forge.access?.changeAccess(HELLO, { who: 'user', name: 'joe', access: 'none' }) ??
        forge.createFork(HELLO),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'DRY_RUN_WRITE' });
    }
    expect(sent).toEqual([]);
  });
});

test('access lists: who is to lose and to get the right to commit', () => {
  const parent = { owners: ['boss'], committers: ['boss', 'ann', 'joe'], groups: ['sig'] };
  const fork = { owners: ['joe'], committers: ['joe', 'eve'], groups: ['old'] };
  expect(accessChanges(parent, fork)).toEqual([
    { who: 'user', name: 'eve', access: 'none' },
    { who: 'user', name: 'boss', access: 'commit' },
    { who: 'user', name: 'ann', access: 'commit' },
    { who: 'group', name: 'old', access: 'none' },
    { who: 'group', name: 'sig', access: 'commit' },
  ]);
  expect(accessChanges(parent, { ...parent, owners: ['joe'] })).toEqual([]);
});

describe('one pull request for one set of branches', () => {
  const wanted: NewPullRequest = {
    target: HELLO,
    targetBranch: 'f42',
    source: HELLO,
    sourceBranch: 'update',
    title: 'Title',
    description: 'Text\nmore',
  };
  const present: PullRequest = {
    ...wanted,
    number: 7,
    webUrl: '',
    state: 'open',
    author: 'jane',
    headCommit: undefined,
    labels: [],
  };

  function forge(options: { found: (PullRequest | undefined)[]; create?: Error }) {
    const calls: string[] = [];
    return {
      calls,
      findPullRequest: () => {
        calls.push('find');
        return Promise.resolve(options.found.shift());
      },
      listPullRequests: () => Promise.resolve([]),
      getPullRequest: () => Promise.resolve(undefined),
      createPullRequest: () => {
        calls.push('create');
        return options.create === undefined ? Promise.resolve(present) : Promise.reject(options.create);
      },
      updatePullRequest: () => {
        calls.push('update');
        return Promise.resolve(present);
      },
    };
  }

  test.each([
    [
      'line ends and blank lines at the end do not count',
      { description: 'Text\r\nmore\n\n' },
      'unchanged',
      ['find'],
    ],
    ['another title', { title: 'Old' }, 'updated', ['find', 'update']],
    ['another text', { description: 'Old' }, 'updated', ['find', 'update']],
    ['maintainers were not let in', { maintainersMayEdit: false }, 'updated', ['find', 'update']],
  ] as const)('%s', async (_name, difference, outcome, calls) => {
    const fake = forge({ found: [{ ...present, ...difference }] });
    expect((await ensurePullRequest(fake, wanted)).outcome).toBe(outcome);
    expect(fake.calls).toEqual(calls);
  });

  test('created although the answer was lost', async () => {
    const fake = forge({
      found: [undefined, present],
      create: new ServiceError('FORGE_UNREACHABLE', 'lost'),
    });
    expect(await ensurePullRequest(fake, wanted)).toEqual({ pullRequest: present, outcome: 'created' });
    expect(fake.calls).toEqual(['find', 'create', 'find']);
  });

  test('not created: the first error is the one that is told', async () => {
    const fake = forge({ found: [undefined, undefined], create: new ServiceError('FORGE_FAILED', 'down') });
    await expect(ensurePullRequest(fake, wanted)).rejects.toMatchObject({ message: 'down' });
  });

  test('a refusal for want of rights is final', async () => {
    const fake = forge({ found: [undefined], create: new ServiceError('FORGE_FORBIDDEN', 'no') });
    await expect(ensurePullRequest(fake, wanted)).rejects.toMatchObject({ code: 'FORGE_FORBIDDEN' });
    expect(fake.calls).toEqual(['find', 'create']);
  });
});
