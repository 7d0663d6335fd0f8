import { describe, expect, test } from '@jest/globals';
import { parseDescription, parseHead, parseTags } from '../../../../src/tools/git/index.ts';

describe('what git prints', () => {
  test.each([
    ['# branch.oid abc\0# branch.head main\0', { sha: 'abc', branch: 'main', dirty: false }],
    ['# branch.oid (initial)\0# branch.head main\0', { sha: undefined, branch: 'main', dirty: false }],
    ['# branch.oid abc\0# branch.head (detached)\0', { sha: 'abc', branch: undefined, dirty: false }],
    [
      '# branch.oid abc\0# branch.head main\0# branch.upstream origin/main\0# branch.ab +1 -0\x001 .M N... 100644 100644 100644 a b # not a header\0',
      { sha: 'abc', branch: 'main', dirty: true },
    ],
  ])('status %j', (text, head) => {
    expect(parseHead(text)).toEqual(head);
  });

  test('tags, one of a tree without a date', () => {
    expect(parseTags('1700000000 aa bb v2\n1600000000 cc  v 1\n dd  tree-tag\n')).toEqual([
      { name: 'v2', commit: 'bb', created: 1_700_000_000 },
      { name: 'v 1', commit: 'cc', created: 1_600_000_000 },
      { name: 'tree-tag', commit: 'dd', created: 0 },
    ]);
  });

  test.each([
    ['v1.0-rc-1-12-gabc1234', { tag: 'v1.0-rc-1', commits: 12, hash: 'abc1234' }],
    ['v1-0-gdeadbeef', { tag: 'v1', commits: 0, hash: 'deadbeef' }],
    ['', undefined],
    ['fatal: No names found', undefined],
  ])('description %j', (text, description) => {
    expect(parseDescription(text)).toEqual(description);
  });
});
