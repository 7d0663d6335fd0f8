import { describe, expect, test } from '@jest/globals';
import { addPreCommitHook } from '../../../../src/workflows/init/pre-commit.ts';

const hook = (indent = '') =>
  [
    '- repo: local',
    '  hooks:',
    '    - id: validate-config',
    '      name: packit config validate',
    '      entry: packit config validate --offline',
    '      language: system',
    '      files: ^\\.?packit\\.ya?ml$',
    '      pass_filenames: false',
  ]
    .map((line) => `${indent}${line}\n`)
    .join('');

describe('the pre-commit hook', () => {
  test.each([
    ['', `repos:\n${hook()}`],
    ['# nothing yet\n', `# nothing yet\nrepos:\n${hook()}`],
    ['fail_fast: true', `fail_fast: true\nrepos:\n${hook()}`],
    ['repos:\n', `repos:\n${hook()}`],
    ['repos: # none\nfail_fast: true\n', `repos: # none\n${hook()}fail_fast: true\n`],
    ['repos: []\n', `repos: \n${hook()}`],
    ['repos:\n- repo: a\n  hooks:\n  - id: b\n', `repos:\n- repo: a\n  hooks:\n  - id: b\n${hook()}`],
    [
      'repos:\n  - repo: a # first\n    hooks:\n      - id: b\n        args: [x, y] # why\n\n# last\nfail_fast: true\n',
      `repos:\n  - repo: a # first\n    hooks:\n      - id: b\n        args: [x, y] # why\n${hook('  ')}\n# last\nfail_fast: true\n`,
    ],
    ['repos:\n- repo: a\n  hooks:\n  - id: b', `repos:\n- repo: a\n  hooks:\n  - id: b\n${hook()}`],
  ])('is added to %j', (text, expected) => {
    expect(addPreCommitHook(text)).toBe(expected);
    expect(addPreCommitHook(expected)).toBeUndefined();
  });

  test.each([
    'repos:\n- repo: https://github.com/packit/pre-commit-hooks\n  rev: v1.2.0\n  hooks:\n  - id: validate-config\n',
    'repos:\n- repo: local\n  hooks:\n  - id: mine\n    entry: packit config validate\n    language: system\n',
  ])('is there already in %j', (text) => {
    expect(addPreCommitHook(text)).toBeUndefined();
  });

  test.each([
    ['- a\n', 'top level'],
    ['text\n', 'top level'],
    ['repos: {a: b}\n', '"repos" must be a list'],
    ['repos: x\n', '"repos" must be a list'],
    ['repos: [{repo: a, hooks: []}]\n', 'brackets'],
    ['{}\n', 'braces'],
    ['a: [\n', 'line'],
  ])('cannot be added to %j', (text, problem) => {
    expect(() => addPreCommitHook(text)).toThrow(
      expect.objectContaining({
        code: 'PRE_COMMIT_INVALID',
        message: expect.stringContaining(problem),
        hint: expect.stringContaining('--without-precommit'),
      }),
    );
  });
});
