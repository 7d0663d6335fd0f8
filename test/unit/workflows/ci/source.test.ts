import { describe, expect, test } from '@jest/globals';
import type { PackageConfig } from '../../../../src/project/config/index.ts';
import { coprSource, keyIn } from '../../../../src/workflows/ci/source/index.ts';
import type { CoprScript } from '../../../../src/workflows/ci/source/index.ts';
import { githubPullRequest } from '../../../support/ci/payloads.ts';
import { eventFrom, viewFor } from '../../../support/ci/views.ts';

const KEY = 'a'.repeat(32);

async function source(
  changes: Partial<PackageConfig> = {},
  cause = 'event',
  sha?: string,
): Promise<CoprScript> {
  const payload = eventFrom('pull_request', githubPullRequest());
  const event = sha === undefined ? payload : { ...payload, sha };
  const view = await viewFor(
    'specfile_path: a.spec\njobs:\n  - {job: copr_build, trigger: pull_request}\n',
    event,
  );
  return coprSource({
    pkg: { ...view.pkg, ...changes },
    view,
    event,
    key: KEY,
    cause,
    repositoryUrl: 'https://github.com/jane/hello',
    sourceChroot: 'fedora-44-x86_64',
  });
}

describe('the source of a build in Copr', () => {
  test('where the script runs, and with what', async () => {
    expect(
      await source({ srpm_build_deps: ['make', 'python3dist(build)  git-core', '--enablerepo=x', ''] }),
    ).toEqual({
      script: expect.stringMatching(
        /^#!\/bin\/sh\n# packit-key: a{32}\n# packit-cause: event\n# packit-ref: [0-9a-f]{32}\n# packit-sha: [0-9a-f]{40}\nset -eu\n/,
      ),
      scriptChroot: 'fedora-44-x86_64',
      scriptBuilddeps: ['packit', 'make', 'python3dist(build)', 'git-core'],
      scriptRepos: ['copr://packit/packit-stable'],
      scriptResultdir: '.',
    });
    expect((await source({ srpm_build_deps: null })).scriptBuilddeps).toEqual(['packit']);
  });

  test('a script that Copr would refuse is refused here', async () => {
    await expect(source({ release_suffix: 'x'.repeat(4000) })).rejects.toMatchObject({
      code: 'SOURCE_SCRIPT_TOO_LONG',
      hint: expect.stringContaining('release_suffix'),
    });
  });

  test.each(['event', 'comment:1234567890', 'run:16123456789.2'])(
    'its key and the cause %s are read back',
    async (cause) => {
      const { script } = await source({}, cause);
      const own = {
        key: KEY,
        cause,
        ref: expect.stringMatching(/^[0-9a-f]{32}$/),
        sha: expect.stringMatching(/^[0-9a-f]{40}$/),
      };
      expect(keyIn(script)).toEqual(own);
      // As a form in a browser would have sent it.
      expect(keyIn(script.replaceAll('\n', '\r\n'))).toEqual(own);
    },
  );

  test('a commit that is none stands on no line of its own', async () => {
    const { script } = await source({}, 'event', 'a\n# packit-sha: b\ntouch pwned');
    expect(keyIn(script)).toMatchObject({ key: KEY, cause: 'event' });
    expect(keyIn(script)).not.toHaveProperty('sha');
    expect(script.split('\n')[4]).toBe('set -eu');
    expect(script).toContain("commit='a\n# packit-sha: b\ntouch pwned'\n");
  });

  test.each([
    [''],
    ['#!/bin/sh\n\ngit config --global user.name Packit\n'],
    [`# packit-key: ${KEY}\n# packit-cause: event\n`],
    [`#!/bin/sh\n# packit-key: ${KEY}\n`],
    [`#!/bin/sh\n# packit-key: ${KEY}0\n# packit-cause: event\n`],
    [`#!/bin/sh\n# packit-key: ${KEY.toUpperCase()}\n# packit-cause: event\n`],
    [`#!/bin/sh\necho\n# packit-key: ${KEY}\n# packit-cause: event\n`],
  ])('%j is no script of packit', (script) => {
    expect(keyIn(script)).toBeUndefined();
  });
});
