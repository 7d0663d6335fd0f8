/** docs/commands/source-git.md: from dist-git to source-git and back, as the page shows it. */
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { createDistGitPackage } from '../../support/dist-git-package.ts';
import { expectPage } from '../../support/docs/session.ts';
import { testEnvironment } from '../../support/git.ts';
import { tempDir } from '../../support/temp.ts';

jest.setTimeout(60_000);

test('init, status, update-source-git and update-dist-git', async () => {
  const home = join(tempDir(), 'home', 'jane');
  const { upstream, dist } = createDistGitPackage(home);
  const replay = (...blocks: number[]): Promise<void> =>
    expectPage({
      page: 'commands/source-git.md',
      blocks,
      cwd: home,
      env: {
        ...testEnvironment(home),
        GIT_AUTHOR_DATE: '2024-02-29T12:00:00Z',
        GIT_COMMITTER_DATE: '2024-02-29T12:00:00Z',
      },
      shown: [
        [home, '/home/jane'],
        // The commit is of this moment.
        [/(?<=committed as )[0-9a-f]{8}/g, 'bc5930a3'],
      ],
    });
  await replay(0);
  dist.write('gating.yaml', '--- !Policy\n');
  dist.commit('Rebuild');
  await replay(1, 2);
  upstream.write('hello.sh', 'echo hello\n', 0o755);
  upstream.commit('Last');
  await replay(3);
  expect(dist.git('log', '-1', '--format=%s')).toBe('Do not change passwords of local users');
});
