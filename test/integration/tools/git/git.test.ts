import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  addWorktree,
  changelogLines,
  clone,
  commit,
  createGit,
  describeHead,
  diffSummary,
  fetch,
  listOtherFiles,
  listTags,
  push,
  readHead,
  readIdentity,
  readLayout,
  readRemotes,
  remoteBranches,
  remoteDefaultBranch,
  removeWorktree,
  resolveCommit,
  stage,
  surveyRepository,
} from '../../../../src/tools/git/index.ts';
import { createRun } from '../../../../src/tools/process/index.ts';
import { createRepository, temporaryDirectory } from '../../../support/git.ts';
import type { TestRepository } from '../../../support/git.ts';

let repository: TestRepository;
let home: string;
let dispose: () => void;

beforeEach(() => {
  const temporary = temporaryDirectory();
  home = temporary.dir;
  dispose = temporary.dispose;
  repository = createRepository(join(home, 'project'));
});
afterEach(() => dispose());

const git = () => createGit(repository.run, repository.dir);

describe('facts', () => {
  test('an unborn HEAD has a branch and no commit', async () => {
    expect(await readHead(git())).toEqual({ sha: undefined, branch: 'main', dirty: false });
    expect(await describeHead(git())).toBeUndefined();
    expect(await resolveCommit(git(), 'HEAD')).toBeUndefined();
  });

  test('branch, commit, dirty state, detached HEAD; the index is not rewritten', async () => {
    repository.write('a', '1');
    const sha = repository.commit('one');
    expect(await readHead(git())).toEqual({ sha, branch: 'main', dirty: false });
    repository.write('a', '2');
    repository.write('untracked', '');
    const before = statSync(join(repository.dir, '.git/index')).mtimeMs;
    expect((await readHead(git())).dirty).toBe(true);
    expect(statSync(join(repository.dir, '.git/index')).mtimeMs).toBe(before);
    repository.git('checkout', '--quiet', '--force', '--detach');
    expect(await readHead(git())).toEqual({ sha, branch: undefined, dirty: false });
  });

  test('layout from a subdirectory and from a linked work tree', async () => {
    repository.write('sub/a', '1');
    repository.commit('one');
    const layout = await readLayout(createGit(repository.run, join(repository.dir, 'sub')));
    expect(layout).toEqual({
      top: repository.dir,
      gitDir: join(repository.dir, '.git'),
      commonDir: join(repository.dir, '.git'),
      shallow: false,
      prefix: 'sub/',
    });
    const linked = join(home, 'linked');
    await addWorktree(git(), linked, 'HEAD');
    const other = await readLayout(createGit(repository.run, linked));
    expect(other.top).toBe(linked);
    expect(other.gitDir).toBe(join(repository.dir, '.git/worktrees/linked'));
    expect(other.commonDir).toBe(join(repository.dir, '.git'));
    await removeWorktree(git(), linked);
    expect(existsSync(linked)).toBe(false);
    expect(repository.git('worktree', 'list')).not.toContain('linked');
  });

  test('GIT_DIR of a surrounding hook does not lead elsewhere', async () => {
    repository.commit('one');
    const elsewhere = createGit(repository.run, repository.dir, { env: { GIT_DIR: undefined } });
    expect((await readLayout(elsewhere)).top).toBe(repository.dir);
  });

  test('remotes and identity come from the configuration', async () => {
    expect(await readRemotes(git())).toEqual([]);
    expect(await readIdentity(git())).toBeUndefined();
    repository.git('remote', 'add', 'origin', 'https://example.com/a.b.git');
    repository.git('config', 'user.name', 'Jané');
    repository.git('config', 'user.email', 'j@example.com');
    expect(await readRemotes(git())).toEqual([{ name: 'origin', url: 'https://example.com/a.b.git' }]);
    expect(await readIdentity(git())).toEqual({ name: 'Jané', email: 'j@example.com' });
  });

  test('outside of a repository the error says what to do', async () => {
    await expect(readLayout(createGit(repository.run, home))).rejects.toMatchObject({
      code: 'GIT_NOT_A_REPOSITORY',
      exitCode: 2,
      hint: expect.stringContaining('git init'),
    });
  });

  test('a repository of another user is explained', async () => {
    repository.commit('one');
    const strict = createGit(repository.run, repository.dir, {
      env: { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' },
    });
    await expect(readHead(strict)).rejects.toMatchObject({
      code: 'GIT_UNSAFE_DIRECTORY',
      hint: expect.stringContaining(`safe.directory '${repository.dir}`),
    });
  });
});

describe('tags and log', () => {
  test('tags come newest first, describe and log count from them', async () => {
    repository.commit('one');
    repository.tag('v1');
    repository.commit('two');
    repository.tag('v2');
    repository.commit('three');
    const sha = repository.commit('four');
    expect((await listTags(git())).map((tag) => tag.name)).toEqual(['v2', 'v1']);
    expect((await listTags(git(), 'v1')).map((tag) => tag.name)).toEqual(['v1']);
    expect(await describeHead(git())).toEqual({ tag: 'v2', commits: 2, hash: sha.slice(0, 7) });
    expect((await changelogLines(git(), 'v2')).toString()).toBe('- four (Jane Doe)\n- three (Jane Doe)');
  });
});

describe('files', () => {
  test('untracked and ignored files, names in any encoding', async () => {
    repository.write('.gitignore', 'ignored/\n*.o\n');
    repository.commit('one');
    repository.write('ignored/deep/file', '1');
    repository.write('x.o', '1');
    repository.write('new dir/"quoted"', '1');
    writeFileSync(Buffer.from(join(repository.dir, 'caf\xe9'), 'latin1'), '1');
    const other = await listOtherFiles(git());
    expect(other.untracked.toSorted()).toEqual(['caf\xe9', 'new dir/']);
    expect(other.ignored.toSorted()).toEqual(['ignored/', 'x.o']);
  });
});

describe('transfer and commits', () => {
  test('clone, commit, push with a lease, rejected push, fetch', async () => {
    repository.write('a', '1\n');
    const first = repository.commit('one');
    const bare = await clone(repository.run, repository.dir, join(home, 'bare.git'), { bare: true });
    expect(await remoteDefaultBranch(git(), bare.dir)).toBe('main');
    const mine = await clone(repository.run, bare.dir, join(home, 'mine'));
    // The person's hooks are not to run in a checkout packit made.
    const hook = join(mine.dir, '.git/hooks/pre-commit');
    mkdirSync(dirname(hook), { recursive: true });
    writeFileSync(hook, '#!/bin/sh\nexit 1\n');
    chmodSync(hook, 0o755);
    writeFileSync(join(mine.dir, 'a'), '2\n');
    await stage(mine);
    const sha = await commit(mine, {
      message: '# not a comment\n\nbody\n',
      author: { name: 'Bot', email: 'bot@example.com' },
      time: 1_700_000_000,
    });
    expect(repository.git('-C', mine.dir, 'log', '-1', '--format=%an %ct %B')).toContain(
      'Bot 1700000000 # not a comment',
    );
    expect(await diffSummary(mine.dir, repository.env, ['HEAD~1', 'HEAD'])).toEqual([
      { file: 'a', insertions: 1, deletions: 1, binary: false },
    ]);
    await push(mine, 'origin', {
      refspec: 'HEAD:refs/heads/update',
      lease: { branch: 'update', expected: '' },
    });
    expect(await remoteBranches(mine, 'origin')).toEqual(
      new Map([
        ['main', first],
        ['update', sha],
      ]),
    );
    await expect(
      push(mine, 'origin', {
        refspec: 'HEAD~1:refs/heads/update',
        lease: { branch: 'update', expected: first },
      }),
    ).rejects.toMatchObject({ code: 'GIT_PUSH_REJECTED', hint: expect.stringContaining('Somebody') });
    await fetch(git(), bare.dir, { refspecs: ['update:refs/heads/fetched'] });
    expect(repository.git('rev-parse', 'fetched')).toBe(sha);
    expect(readFileSync(join(repository.dir, 'a'), 'utf8')).toBe('1\n');
  });

  test('a clone of nothing says so', async () => {
    await expect(clone(repository.run, join(home, 'nowhere'), join(home, 'x'))).rejects.toMatchObject({
      code: 'GIT_REMOTE_NOT_FOUND',
    });
  });
});

describe('several questions in one process', () => {
  test('answers come apart, whatever they hold; each failure is its own', async () => {
    repository.commit('one');
    repository.write('it\'s a "$(name)"', '1');
    repository.commit('two\n\npackit-mark 0\n');
    const [log, nothing, files] = await git().execAll([
      { args: ['log', '-1', '--format=%B'] },
      { args: ['rev-parse', '--verify', 'no-such-ref'] },
      { args: ['ls-files', '-z', '--', 'it\'s a "$(name)"'] },
    ]);
    expect(log?.().stdout.toString()).toBe('two\n\npackit-mark 0\n\n');
    expect(nothing).toThrow(expect.objectContaining({ code: 'COMMAND_FAILED' }));
    expect(files?.().stdout.toString()).toBe('it\'s a "$(name)"\0');
  });

  test('a survey says the same as the single questions', async () => {
    repository.git('remote', 'add', 'origin', 'https://example.com/x.git');
    const unborn = await surveyRepository(git());
    expect([unborn.head(), unborn.tags(), unborn.describe()]).toEqual([await readHead(git()), [], undefined]);
    repository.commit('one');
    repository.tag('v1');
    const survey = await surveyRepository(git());
    expect(survey.head()).toEqual(await readHead(git()));
    expect(survey.tags()).toEqual(await listTags(git()));
    expect(survey.describe()).toEqual(await describeHead(git()));
    expect(survey.config().remotes).toEqual(await readRemotes(git()));
    const lost = await surveyRepository(git(), 'nowhere');
    expect(() => lost.tags()).toThrow(expect.objectContaining({ code: 'COMMAND_FAILED' }));
  });

  test('without git the error says how to install it', async () => {
    const bare = createRun({ env: { PATH: join(home, 'nothing') } });
    await expect(createGit(bare, home).exec(['status'])).rejects.toMatchObject({ code: 'GIT_NOT_INSTALLED' });
    const shell = createRun({ env: { PATH: join(home, 'bin') } });
    mkdirSync(join(home, 'bin'));
    symlinkSync('/bin/sh', join(home, 'bin/sh'));
    const [answer] = await createGit(shell, home).execAll([{ args: ['status'] }]);
    expect(answer).toThrow(expect.objectContaining({ code: 'GIT_NOT_INSTALLED' }));
  });
});
