import { describe, expect, test } from '@jest/globals';
import { CommandError } from '../../../src/errors.ts';
import { changelogAuthor } from '../../../src/project/changelog-author.ts';
import type { Run } from '../../../src/tools/process/index.ts';

/** Answers rpm and git with the given text; a program without an answer is not installed. */
function programs(answers: { rpm?: string; git?: string }): { run: Run; asked: string[] } {
  const asked: string[] = [];
  const run: Run = (argv, { cwd }) => {
    asked.push(argv.join(' '));
    const stdout = Buffer.from(argv[0] === 'rpm' ? (answers.rpm ?? '') : (answers.git ?? ''));
    if ((argv[0] === 'rpm' ? answers.rpm : answers.git) !== undefined) {
      return Promise.resolve({ argv, exitCode: 0, stdout, stderr: Buffer.alloc(0) });
    }
    const failure = { argv, cwd, exitCode: undefined, signal: undefined, stdout, stderr: Buffer.alloc(0) };
    return Promise.reject(new CommandError('COMMAND_NOT_FOUND', `${argv[0]} is not installed`, failure));
  };
  return { run, asked };
}

const GIT = 'user.name\nGit Person\0user.email\ngit@example.com\0';

describe('who signs the changelog', () => {
  test('the environment, with no program run', async () => {
    const { run, asked } = programs({});
    const env = { RPM_PACKAGER: ' Env <env@example.com> ' };
    expect(await changelogAuthor({ run, env, cwd: '/' })).toBe('Env <env@example.com>');
    expect(asked).toEqual([]);
  });

  test.each([
    ["rpm's %packager before git", { rpm: 'Rpm <rpm@example.com>\n', git: GIT }, 'Rpm <rpm@example.com>'],
    ['git', { rpm: '\n', git: GIT }, 'Git Person <git@example.com>'],
    ['git where rpm is missing', { git: GIT }, 'Git Person <git@example.com>'],
  ])('%s', async (_, answers, expected) => {
    const { run, asked } = programs(answers);
    expect(await changelogAuthor({ run, env: {}, cwd: '/' })).toBe(expected);
    expect(asked).toEqual([
      'rpm --eval %{?packager}',
      String.raw`git config -z --get-regexp ^user\.(name|email)$`,
    ]);
  });

  test('the account where nothing else is known', async () => {
    const author = await changelogAuthor({ run: programs({}).run, env: { RPM_PACKAGER: '' }, cwd: '/' });
    expect(author).not.toBe('');
    expect(author).not.toContain('<');
    const mailOnly = await changelogAuthor({
      run: programs({ git: 'user.email\na@b\0' }).run,
      env: {},
      cwd: '/',
    });
    expect(mailOnly).toMatch(/^.+ <a@b>$/);
  });
});
