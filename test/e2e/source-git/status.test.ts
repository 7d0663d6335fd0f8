/** Texts and exit codes were compared with those of the Python Packit 1.17 on the same repositories. */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createPair } from '../../support/source-git-pair.ts';
import type { SourceGitPair } from '../../support/source-git-pair.ts';
import { tempDir } from '../../support/temp.ts';

let pair: SourceGitPair;

beforeEach(() => {
  pair = createPair(tempDir());
});

const status = (source = 'source', dist = 'hello') => pair.run('status', source, dist);
const short = (sha: string): string => sha.slice(0, 8);

describe('packit source-git status', () => {
  test('up to date', async () => {
    expect(await status()).toMatchObject({ exitCode: 0, stdout: "'source' is up to date with 'hello'.\n" });
  });

  test('ahead', async () => {
    const first = pair.source.commit('One');
    pair.source.commit('Two');
    const { exitCode, stdout } = await status();
    expect(exitCode).toBe(0);
    expect(stdout.split('\n\n')[0]).toBe(`'source' is ahead of 'hello' by 2 commits.
Use "packit source-git update-dist-git source hello"
to transform changes from 'source' to 'hello'.
The first source-git commit to be synced is '${short(first)}'.`);
  });

  test('behind, in a directory with a blank in its name', async () => {
    const first = pair.dist.commit('One');
    mkdirSync(join(pair.home, 'my packages'));
    renameSync(pair.dist.dir, join(pair.home, 'my packages/hello'));
    const { exitCode, stdout } = await status('source', 'my packages/hello');
    expect(exitCode).toBe(0);
    expect(stdout.split('\n\n')[0]).toBe(`'source' is behind of 'my packages/hello' by 1 commit.
Use "packit source-git update-source-git 'my packages/hello' source"
to transform changes from 'my packages/hello' to 'source'.
The first dist-git commit to be synced is '${short(first)}'.`);
  });

  test('diverged', async () => {
    const [ours, theirs] = [pair.source.commit('Ours'), pair.dist.commit('Theirs')];
    const { exitCode, stdout } = await status();
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`'source' and 'hello' have diverged.
The first source-git commit to be synced is '${short(ours)}'.
The first dist-git commit to be synced is '${short(theirs)}'.
Sync status needs to be reestablished manually, see
https://packit.dev/source-git/work-with-source-git/fix-diverged-history

source-git  ${short(ours)}  2023-11-14  Jane Doe  Ours
dist-git    ${short(theirs)}  2023-11-14  Jane Doe  Theirs
`);
  });

  test('control characters of a subject do not reach the terminal', async () => {
    pair.dist.commit('Red \u001b[31malert');
    const { stdout } = await status();
    expect(stdout).toContain('Red \\x1b[31malert');
  });

  test('a folder of repositories: those of the packages', async () => {
    mkdirSync(join(pair.home, 'rpms'));
    renameSync(pair.dist.dir, join(pair.home, 'rpms/hello'));
    expect(await status('source', 'rpms')).toMatchObject({
      exitCode: 0,
      stdout: "'source' is up to date with 'rpms/hello'.\n",
    });
    pair.source.commit('x\n\nFrom-dist-git-commit: 1234567890123456789012345678901234567890');
    expect(await status('source', 'rpms')).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: expect.stringContaining('rpms/hello is passed over'),
    });
  });

  test('nothing that fits is a warning', async () => {
    mkdirSync(join(pair.home, 'empty'));
    expect(await status('source', 'empty')).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('No match found for source git source and dist git empty'),
    });
    expect(await pair.run('--strict', 'status', 'source', 'empty')).toMatchObject({ exitCode: 2 });
  });

  test('errors', async () => {
    expect(await status('hello', 'source')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('give the two repositories the other way round'),
    });
    expect(await status('source', 'nowhere')).toMatchObject({ exitCode: 2 });
    pair.source.git('reset', '-q', '--hard', 'HEAD~');
    expect(await status()).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(
        'No git commits with trailers to mark synchronization points were found',
      ),
    });
    rmSync(join(pair.source.dir, '.distro/source-git.yaml'));
    expect(await status()).toMatchObject({ exitCode: 2 });
  });
});
