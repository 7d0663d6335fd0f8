/**
 * Runs before every test file: no test sees the user's git, rpm or packit settings, and none reaches
 * the internet by accident.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, jest } from '@jest/globals';

// A busy machine is no reason to fail: what hangs is found all the same.
jest.setTimeout(60_000);

const home = join(tmpdir(), `packit-test-home-${randomBytes(6).toString('hex')}`);

// Not before: where all tests of a file are skipped, nothing is called that would remove it.
beforeAll(() => {
  mkdirSync(home, { mode: 0o700 });
});

for (const name of Object.keys(process.env)) {
  if (
    /^(GIT_|PACKIT_|XDG_|CI$|CI_|GITHUB_|GITLAB_|SOURCE_DATE_EPOCH|RPM_PACKAGER|NODE_EXTRA_CA_CERTS|.*_proxy$)/i.test(
      name,
    )
  ) {
    delete process.env[name];
  }
}

Object.assign(process.env, {
  HOME: home,
  XDG_CONFIG_HOME: join(home, '.config'),
  XDG_CACHE_HOME: join(home, '.cache'),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'Jane Doe',
  GIT_AUTHOR_EMAIL: 'jane@example.com',
  GIT_AUTHOR_DATE: '2024-02-29T12:00:00Z',
  GIT_COMMITTER_NAME: 'Jane Doe',
  GIT_COMMITTER_EMAIL: 'jane@example.com',
  GIT_COMMITTER_DATE: '2024-02-29T12:00:00Z',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C.UTF-8',
  TZ: 'UTC',
});

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});
