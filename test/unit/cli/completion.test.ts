import { describe, expect, test } from '@jest/globals';
import { complete } from '../../../src/cli/completion/answer.ts';
import { branchesIn, packagesIn } from '../../../src/cli/completion/project-words.ts';
import { createProgram } from '../../../src/cli/program.ts';

const program = createProgram({ execute: async () => {}, stdout() {}, stderr() {} }, '1.2.3');
const project = { packages: () => ['cli', 'server'], branches: () => ['f42', 'f41', 'epel9'] };
const values = (...words: string[]): string[] =>
  complete(program, words, project).suggestions.map(({ value }) => value);

test('every visible command and option of the tree is offered, and no hidden one', () => {
  const help = program.createHelp();
  for (const command of program.commands) {
    const offered = values(command.name().slice(0, 1));
    const isShown = help.visibleCommands(program).includes(command);
    expect([command.name(), offered.includes(command.name())]).toEqual([command.name(), isShown]);
  }
  expect(values('srpm', '--').length).toBeGreaterThan(15);
  expect(values('help', 'sr')).toEqual(['srpm']);
});

describe('values of options', () => {
  test.each([
    [['srpm', '--package', 's'], ['server']],
    [['srpm', '--package=s'], ['--package=server']],
    // As bash splits it.
    [['srpm', '--package', '=', 's'], ['server']],
    [
      ['srpm', '--package', '='],
      ['cli', 'server'],
    ],
    [['propose-update', '--dist-git-branch', 'f42,f'], ['f42,f41']],
    [['--config', 'x.yaml', 'sr'], ['srpm']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['completion', 'bash', ''], []],
    [['srpm', '--result-dir', 'x', '--repro'], ['--reproducible']],
  ])('%j', (words, expected) => {
    expect(values(...words)).toEqual(expected);
  });

  test('files where files may stand', () => {
    expect(complete(program, ['--config', ''], project).files).toBe(true);
    expect(complete(program, ['srpm', ''], project).files).toBe(true);
    expect(complete(program, ['srpm', '-p', ''], project).files).toBe(false);
  });
});

test('packages and branches of a configuration, seen from its lines', () => {
  const text =
    'packages:\n\n  # the first\n  one:\n    downstream_package_name: x\n  "two":\n    paths: [.]\n  ? $(rm)\n  $(rm):\n    a: 1\njobs: []\n';
  expect(packagesIn(text)).toEqual(['one', 'two']);
  expect(packagesIn('downstream_package_name: "hello"\n')).toEqual(['hello']);
  expect(packagesIn('packages:\n')).toEqual([]);
  expect(branchesIn('dist_git_branches: [f42, epel9, c10s, f42]\nversion: f4200\n')).toEqual(
    expect.arrayContaining(['f42', 'epel9', 'c10s', 'rawhide', 'fedora-all']),
  );
  expect(branchesIn('x: $(f42;rm)')).toContain('f42');
});
