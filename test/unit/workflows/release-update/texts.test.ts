import { describe, expect, test } from '@jest/globals';
import {
  DEBUG_DIVIDER,
  defaultCommitMessage,
  messageFromAction,
  pullRequestText,
  webUrl,
} from '../../../../src/workflows/release-update/texts.ts';
import { commitMessageText } from '../../../../src/workflows/dist-git/commit.ts';
import { parseHeads } from '../../../../src/workflows/dist-git/repository.ts';
import { isAllowed, signersOf } from '../../../../src/workflows/release-update/signature.ts';

const update = { version: '1.2', tag: 'v1.2', commit: 'abc123', bugs: [] };

describe('the commit', () => {
  test('by default', () => {
    expect(commitMessageText(defaultCommitMessage(update))).toBe(
      'Update to 1.2 upstream release\n\nUpstream tag: v1.2\nUpstream commit: abc123\n\nCommit authored by Packit automation (https://packit.dev/)\n',
    );
  });

  test('with bugs, apart from what %autochangelog leaves out', () => {
    expect(commitMessageText(defaultCommitMessage({ ...update, bugs: ['rhbz#1', 'rhbz#2'] }))).toContain(
      'release\n\n- Resolves: rhbz#1\n- Resolves: rhbz#2\n\nUpstream tag: v1.2\n',
    );
  });

  test.each([
    ['Title\n\nBody\nmore\n\nand more\n', 'Title', 'Body\nmore\n\nand more'],
    [`noise\n${DEBUG_DIVIDER}\nTitle\n\nBody\n`, 'Title', 'Body'],
    [`a\n${DEBUG_DIVIDER}\nb\n${DEBUG_DIVIDER}\nTitle\n`, 'Title', ''],
    ['\n\nBody', 'fallback', 'text'],
    ['', 'fallback', 'text'],
    [`noise\n${DEBUG_DIVIDER}\n`, 'fallback', 'text'],
  ])('from an action that printed %j', (output, title, body) => {
    expect(messageFromAction(output, { title: 'fallback', body: 'text' })).toEqual({ title, body });
  });
});

describe('the request', () => {
  test('with links where the upstream forge is known', () => {
    expect(
      pullRequestText(
        { ...update, bugs: ['rhbz#7', 'other'], upstreamUrl: 'https://github.com/a/b', monitoringProject: 9 },
        'f42',
      ),
    ).toEqual({
      title: 'Update f42 to upstream release 1.2',
      body: `Upstream tag: [v1.2](https://github.com/a/b/releases/tag/v1.2)
Upstream commit: [abc123](https://github.com/a/b/commit/abc123)
Release monitoring project: [9](https://release-monitoring.org/project/9)
Resolves: [rhbz#7](https://bugzilla.redhat.com/show_bug.cgi?id=7)
Resolves: other
`,
    });
  });

  test('without links elsewhere', () => {
    expect(pullRequestText({ ...update, upstreamUrl: 'https://git.example.org/b' }, 'f42').body).toBe(
      'Upstream tag: v1.2\nUpstream commit: abc123\n',
    );
  });

  test.each([
    ['git@github.com:a/b.git', 'https://github.com/a/b'],
    ['ssh://git@gitlab.com/a/b/c.git', 'https://gitlab.com/a/b/c'],
    ['https://user:secret@pagure.io/b', 'https://pagure.io/b'],
    ['/srv/git/b', undefined],
    ['file:///srv/b', undefined],
  ])('the address of %s is %s', (url, expected) => {
    expect(webUrl(url)).toBe(expected);
  });
});

test('branches and default branch of ls-remote', () => {
  const { branches, defaultBranch } = parseHeads(
    'ref: refs/heads/rawhide\tHEAD\naaa\tHEAD\nbbb\trefs/heads/f42\naaa\trefs/heads/rawhide\n',
  );
  expect([...branches]).toEqual([
    ['f42', 'bbb'],
    ['rawhide', 'aaa'],
  ]);
  expect(defaultBranch).toBe('rawhide');
  expect(parseHeads('bbb\trefs/heads/f42\nccc\trefs/heads/main').defaultBranch).toBe('main');
});

test('who signed, from gpg itself', () => {
  const good =
    '[GNUPG:] NEWSIG\n[GNUPG:] GOODSIG 0123456789ABCDEF J\n[GNUPG:] VALIDSIG AAAABBBBCCCCDDDDEEEEFFFF0000111122223333 2024-01-01 1704067200 0 4 0 22 10 00 99990000111122223333444455556666777788AA\n';
  expect(signersOf(good)).toEqual([
    'AAAABBBBCCCCDDDDEEEEFFFF0000111122223333',
    '99990000111122223333444455556666777788AA',
  ]);
  expect(signersOf(`${good}[GNUPG:] EXPKEYSIG x`)).toEqual([]);
  expect(signersOf('gpg: no signature')).toEqual([]);
});

test.each([
  ['5DE3E0509C47EA3CF04A42D34AEE18F83AFDEB23', true],
  ['4AEE18F83AFDEB23', true],
  ['3AFDEB23', false],
  ['', false],
  ['B23', false],
  ['5DE3E0509C47EA3CF04A42D34AEE18F83AFDEB24', false],
])('a signature is allowed by the key %j: %s', (key, expected) => {
  expect(isAllowed('5DE3E0509C47EA3CF04A42D34AEE18F83AFDEB23', [key])).toBe(expected);
});
