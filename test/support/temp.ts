/** Temporary directories that are gone when the test file is done. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

const made: string[] = [];

/** An empty directory, removed after the tests of the file. Its path has no links in it. */
export function tempDir(name = 'packit-test'): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), `${name}-`)));
  made.push(directory);
  return directory;
}

afterAll(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
});
