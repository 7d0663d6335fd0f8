/** An error that reaches nobody ends in packit's own words, secrets hidden, not in Node's. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { createProject } from '../../support/project.ts';
import { tempDir } from '../../support/temp.ts';

const BIN = resolve(import.meta.dirname, '..', '..', '..', 'bin', 'packit.js');

(existsSync('/dev/full') ? test : test.skip)('output that cannot be written (needs /dev/full)', () => {
  const repository = createProject(join(tempDir(), 'home'));
  const result = spawnSync('sh', ['-c', '"$0" "$1" config show --json > /dev/full', process.execPath, BIN], {
    cwd: repository.dir,
    env: { ...repository.env },
    encoding: 'utf8',
  });
  expect(result.stderr).toContain('error: The disk is full: not all of the output was written');
  expect(result.stderr).not.toContain('node:');
  expect(result.status).toBe(2);
});
