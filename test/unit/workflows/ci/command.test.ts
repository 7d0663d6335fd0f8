import { describe, expect, test } from '@jest/globals';
import { parseComment } from '../../../../src/workflows/ci/event/command.ts';

const EMPTY = { packages: [], otherRequests: [], env: {}, allBranches: false };

describe('commands in comments', () => {
  test.each([
    ['/packit build', { name: 'build' }],
    ['/packit copr-build', { name: 'build' }],
    ['Thanks!\n\n  /packit   rebuild-failed  \nbye', { name: 'rebuild-failed' }],
    ['/packit', { name: 'help' }],
    ['/packit --package cli build', { name: 'build', packages: ['cli'] }],
    ['/packit build --package cli -p lib', { name: 'build', packages: ['cli', 'lib'] }],
    [
      '/packit test --labels a,b --env KEY=VALUE --env "TWO=with blank" --env GONE=',
      { name: 'test', labels: ['a', 'b'], env: { KEY: 'VALUE', TWO: 'with blank', GONE: '' } },
    ],
    [
      '/packit test -i full jane/lib#12',
      { name: 'test', identifier: 'full', otherRequests: ['jane/lib#12'] },
    ],
    ['/packit test --id=full', { name: 'test', identifier: 'full' }],
    ['/packit build --commit main', { name: 'build', commit: 'main' }],
    ['/packit build --release v1.0', { name: 'build', release: 'v1.0' }],
    ['/packit koji-tag --all-branches', { name: 'koji-tag', allBranches: true }],
    [
      '/packit pull-from-upstream --resolve-bug rhbz#1,rhbz#2 --version 1.2 --with-pr-config',
      { name: 'pull-from-upstream', resolveBugs: ['rhbz#1', 'rhbz#2'], version: '1.2' },
    ],
    [`/packit ok-to-test ${'0a'.repeat(20)}`, { name: 'ok-to-test', sha: '0a'.repeat(20) }],
  ])('%s', (body, expected) => {
    expect(parseComment(body, '/packit')).toEqual({ command: { ...EMPTY, ...expected } });
  });

  test.each([
    ['/packit dance', 'there is no command "dance"'],
    ['/packit build now', 'build takes no "now"'],
    ['/packit build --speed fast', 'there is no option --speed'],
    ['/packit test --labels', '--labels needs a value'],
    ['/packit test --env KEY', 'there is no option --env'],
    ['/packit test whatever', '"whatever" is no pull request'],
    ['/packit ok-to-test', 'ok-to-test needs the commit it is for'],
    ['/packit ok-to-test main', '"main" is no commit; give all of its digits'],
    // Another commit that begins so can be made in minutes.
    ['/packit ok-to-test 0123456789', '"0123456789" is no commit; give all of its digits'],
    [`/packit ok-to-test ${'0a'.repeat(20)} ${'0b'.repeat(20)}`, 'ok-to-test is for one commit'],
    ['/packit test --env "A=b', 'a quotation mark is not closed'],
  ])('%s: %s', (body, problem) => expect(parseComment(body, '/packit')).toEqual({ problem }));

  test.each([
    '',
    'packit build',
    '/packit-stg build',
    '> /packit build',
    'see /packit build',
    '/packitbuild',
  ])('%j is none', (body) => expect(parseComment(body, '/packit')).toBeUndefined());

  test('only the first command counts', () => {
    expect(parseComment('/packit build\n/packit test', '/packit')).toMatchObject({
      command: { name: 'build' },
    });
  });
});
