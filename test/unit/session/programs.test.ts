import { describe, expect, test } from '@jest/globals';
import { isRemoteAddress, kindOf, onlyAsks, parseGit } from '../../../src/session/programs.ts';

function kind(argv: string, own = false): string {
  const [file = '', ...args] = argv.split(' ');
  return kindOf({ file, args, cwd: '/', environment: {}, input: undefined, own }, own);
}

describe('programs', () => {
  test.each([
    ['git status --porcelain', 'local'],
    ['git -c gc.auto=0 -C dir fetch --quiet -- origin +refs/heads/*:refs/remotes/origin/*', 'transfer'],
    ['git clone https://example.org/x.git x', 'transfer'],
    ['git push origin main', 'transfer'],
    ['git ls-remote --heads -- https://example.org/x.git', 'transfer'],
    ['git credential fill', 'recorded'],
    ['git credential approve', 'local'],
    ['/usr/bin/rpmbuild -bs hello.spec', 'local'],
    ['curl --negotiate https://example.org', 'recorded'],
    ['koji build f42-candidate x', 'recorded'],
    ['some-tool-nobody-knows', 'recorded'],
  ])('%s: %s', (argv, expected) => expect(kind(argv)).toBe(expected));

  test("a project's own action is local, whatever it is called", () => {
    expect(kind('make dist', true)).toBe('local');
    expect(kind('curl https://example.org', true)).toBe('local');
  });

  test('questions and changes', () => {
    expect(onlyAsks({ file: 'git', args: ['ls-remote', 'origin'] })).toBe(true);
    expect(onlyAsks({ file: 'git', args: ['-c', 'a=b', 'push', 'origin'] })).toBe(false);
    expect(onlyAsks({ file: '/usr/bin/klist', args: ['-A'] })).toBe(true);
    expect(onlyAsks({ file: 'curl', args: [] })).toBe(false);
  });
});

test('git commands are taken apart', () => {
  expect(parseGit(['-c', 'a=b', '-C', 'sub', 'fetch', '--tags', '--', 'origin', 'main'])).toEqual({
    verb: 'fetch',
    operands: ['origin', 'main'],
    directory: 'sub',
  });
  expect(parseGit(['ls-remote', '--symref', 'https://e.org/x', 'HEAD'])).toEqual({
    verb: 'ls-remote',
    operands: ['https://e.org/x', 'HEAD'],
    directory: undefined,
  });
});

test.each([
  ['https://example.org/x.git', true],
  ['ssh://git@example.org/x', true],
  ['git@example.org:x/y.git', true],
  ['example.org:x', true],
  ['file:///srv/x.git', false],
  ['/srv/x.git', false],
  ['../x', false],
  ['./a:b', false],
  ['origin', false],
])('%s is on another machine: %s', (address, expected) => expect(isRemoteAddress(address)).toBe(expected));
