import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  commitTable,
  readSyncState,
  requireNotAhead,
  requirePristine,
} from '../../../../src/project/source-git/index.ts';
import type { SyncRepositories, SyncState } from '../../../../src/project/source-git/index.ts';
import { createGit } from '../../../../src/tools/git/index.ts';
import { createRepository } from '../../../support/git.ts';
import type { TestRepository } from '../../../support/git.ts';
import { tempDir } from '../../../support/temp.ts';

let source: TestRepository;
let dist: TestRepository;
let repositories: SyncRepositories;
/** The commits of dist-git and source-git that say the same. */
let distStart: string;
let sourceStart: string;

beforeEach(() => {
  const home = tempDir();
  source = createRepository(join(home, 'source'), home);
  dist = createRepository(join(home, 'dist'), home);
  repositories = { sourceGit: createGit(source.run, source.dir), distGit: createGit(dist.run, dist.dir) };
  source.write('code', 'one\n');
  source.commit('Release');
  dist.write('hello.spec', 'Name: hello\n');
  distStart = dist.commit('Import');
  sourceStart = source.commit(`Initialize\n\nFrom-dist-git-commit: ${distStart}`);
});

function subjects(state: SyncState): { sourceGit: string[]; distGit: string[] } {
  return {
    sourceGit: state.sourceGit.map(({ subject }) => subject),
    distGit: state.distGit.map(({ subject }) => subject),
  };
}

describe('readSyncState', () => {
  test('nothing new on either side', async () => {
    const state = await readSyncState(repositories);
    expect(state).toEqual({
      point: { sourceGit: sourceStart, distGit: distStart },
      sourceGit: [],
      distGit: [],
    });
    expect(() => requireNotAhead(state, 'source-git')).not.toThrow();
  });

  test('commits of one side, oldest first', async () => {
    dist.commit('Rebuild');
    dist.commit('Rebuild again');
    const state = await readSyncState(repositories);
    expect(subjects(state)).toEqual({ sourceGit: [], distGit: ['Rebuild', 'Rebuild again'] });
    expect(() => requireNotAhead(state, 'source-git')).not.toThrow();
    expect(() => requireNotAhead(state, 'dist-git')).toThrow(
      expect.objectContaining({ code: 'SYNC_AHEAD', details: commitTable(state) }),
    );
  });

  test('both sides: a table of the commits', async () => {
    const fix = source.commit('Fix it');
    const rebuild = dist.commit('Rebuild');
    const state = await readSyncState(repositories);
    const table = [
      `source-git  ${fix.slice(0, 8)}  2023-11-14  Jane Doe  Fix it`,
      `dist-git    ${rebuild.slice(0, 8)}  2023-11-14  Jane Doe  Rebuild`,
    ];
    for (const side of ['source-git', 'dist-git'] as const) {
      expect(() => requireNotAhead(state, side)).toThrow(
        expect.objectContaining({ code: 'SYNC_DIVERGED', details: table }),
      );
    }
  });

  test('the mark that is later in the history counts, whatever the dates say', async () => {
    const fix = source.commit('Fix it');
    const update = dist.commit(`Update\n\nFrom-source-git-commit: ${fix}`);
    expect(await readSyncState(repositories)).toMatchObject({ point: { sourceGit: fix, distGit: update } });
    const rebuild = dist.commit('Rebuild');
    const brought = source.commit(`Rebuild\n\nFrom-dist-git-commit: ${rebuild}`);
    expect(await readSyncState(repositories)).toMatchObject({
      point: { sourceGit: brought, distGit: rebuild },
    });
  });

  test('in a squashed commit the last trailer counts', async () => {
    dist.commit('Rebuild');
    const last = dist.commit('Rebuild again');
    source.commit(
      `Two\n\n* Rebuild\n\nFrom-dist-git-commit: ${distStart}\n\n* Again\n\nFrom-dist-git-commit: ${last}\n`,
    );
    expect(await readSyncState(repositories)).toMatchObject({ distGit: [], sourceGit: [] });
  });

  test('a side branch from before is not counted, its merge is', async () => {
    dist.git('checkout', '-q', '-b', 'side', distStart);
    dist.write('a', 'a\n');
    dist.commit('On the side');
    dist.git('checkout', '-q', 'main');
    const rebuild = dist.commit('Rebuild');
    source.commit(`Rebuild\n\nFrom-dist-git-commit: ${rebuild}`);
    dist.git('merge', '-q', '--no-ff', '-m', 'Merge the side', 'side');
    expect(subjects(await readSyncState(repositories)).distGit).toEqual(['Merge the side']);
  });

  test('a commit that the other repository lacks', async () => {
    source.commit('x\n\nFrom-dist-git-commit: 1234567890123456789012345678901234567890');
    await expect(readSyncState(repositories)).rejects.toMatchObject({
      code: 'SYNC_COMMIT_UNKNOWN',
      exitCode: 2,
      message: expect.stringContaining(
        "Commit '1234567890123456789012345678901234567890' referenced in the From-dist-git-commit git trailer",
      ),
    });
  });

  test('a trailer that names no hash is not taken for a revision', async () => {
    source.commit('x\n\nFrom-dist-git-commit: --output=/tmp/x');
    await expect(readSyncState(repositories)).rejects.toMatchObject({ code: 'SYNC_COMMIT_UNKNOWN' });
    source.commit('x\n\nFrom-dist-git-commit: HEAD');
    await expect(readSyncState(repositories)).rejects.toMatchObject({ code: 'SYNC_COMMIT_UNKNOWN' });
  });

  test('no trailer on either side, and no commit at all', async () => {
    source.git('reset', '-q', '--hard', 'HEAD~');
    await expect(readSyncState(repositories)).rejects.toMatchObject({
      code: 'SYNC_MARK_MISSING',
      exitCode: 2,
    });
    const empty = createRepository(join(dist.dir, '../empty'));
    await expect(
      readSyncState({ ...repositories, distGit: createGit(empty.run, empty.dir) }),
    ).rejects.toMatchObject({ code: 'SYNC_MARK_MISSING' });
  });

  test('dist-git on a branch that is not the one: not up to date', async () => {
    const rebuild = dist.commit('Rebuild');
    source.commit(`Rebuild\n\nFrom-dist-git-commit: ${rebuild}`);
    dist.git('checkout', '-q', '-b', 'f40', distStart);
    await expect(readSyncState(repositories)).rejects.toMatchObject({
      code: 'SYNC_POINT_NOT_IN_HISTORY',
      message: expect.stringContaining(rebuild.slice(0, 8)),
    });
  });

  test('a message in another encoding', async () => {
    source.write('message', Buffer.from(`Gr\xfc\xdfe\n\nFrom-dist-git-commit: ${distStart}\n`, 'latin1'));
    source.git('-c', 'i18n.commitEncoding=ISO-8859-1', 'commit', '-q', '--allow-empty', '-F', 'message');
    const head = source.git('rev-parse', 'HEAD');
    expect(await readSyncState(repositories)).toMatchObject({ point: { sourceGit: head } });
  });
});

describe('requirePristine', () => {
  test('changed, staged and untracked files are named, ignored ones are not', async () => {
    const { distGit } = repositories;
    dist.write('.gitignore', '*.tar.gz\n');
    dist.commit('Ignore archives');
    dist.write('hello.tar.gz', 'x');
    await expect(requirePristine(distGit, 'dist-git')).resolves.toBeUndefined();
    dist.write('hello.spec', 'Name: other\n');
    dist.write('new file', 'x');
    await expect(requirePristine(distGit, 'dist-git')).rejects.toMatchObject({
      code: 'NOT_PRISTINE',
      details: [' M hello.spec', '?? new file'],
    });
  });
});
