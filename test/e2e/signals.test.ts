/** A signal ends packit, whatever it is waiting for. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { packit } from '../support/cli.ts';
import { CONFIG, createProject } from '../support/project.ts';
import { tempDir } from '../support/temp.ts';

test('also where an action does not care for it', async () => {
  const config = `${CONFIG}actions: {post-upstream-clone: "sh -c 'trap : TERM INT; echo ready; while true; do sleep 1; done'"}\n`;
  const repository = createProject(tempDir(), { config });
  let sent = 0;
  const result = await packit(['srpm'], {
    cwd: repository.dir,
    env: repository.env,
    onStart: (child) => {
      child.stderr.on('data', (chunk: Buffer) => {
        if (sent > 0 || !chunk.includes('ready\n')) return;
        sent = Date.now();
        child.kill('SIGTERM');
      });
    },
  });
  expect(result).toMatchObject({ exitCode: 1 });
  expect(Date.now() - sent).toBeLessThan(10_000);
  expect(readdirSync(repository.dir).filter((name) => name.endsWith('.rpm'))).toEqual([]);
});

test('patterns of the configuration have a time limit, in spec edit as well', async () => {
  const repository = createProject(tempDir(), { config: `${CONFIG}prerelease_suffix_pattern: "(a+)+$"\n` });
  const result = await packit(
    ['spec', 'edit', 'hello.spec', '--update-version', `1.2${'a'.repeat(40)}b`, '--diff'],
    {
      cwd: join(repository.dir),
      env: repository.env,
    },
  );
  expect(result).toMatchObject({ exitCode: 2, stdout: '' });
  expect(result.stderr).toContain('prerelease_suffix_pattern');
});
