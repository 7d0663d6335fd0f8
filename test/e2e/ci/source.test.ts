/** The script that Copr gets, with packit itself: what comes out is what Copr makes the source RPM of. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { coprSource } from '../../../src/workflows/ci/source/index.ts';
import { githubPullRequest } from '../../support/ci/payloads.ts';
import { eventFrom, viewFor } from '../../support/ci/views.ts';
import { testEnvironment } from '../../support/git.ts';
import { CONFIG, createProject, tarNames } from '../../support/project.ts';
import { tempDir } from '../../support/temp.ts';

const BIN = resolve(import.meta.dirname, '..', '..', '..', 'bin', 'packit.js');

test('the script for Copr makes spec and sources of the pull request’s commit', async () => {
  const home = tempDir('packit-ci-source-e2e');
  const config = `${CONFIG}jobs:\n  - {job: copr_build, trigger: pull_request, release_suffix: "0.{PACKIT_PROJECT_BRANCH}"}\n`;
  const upstream = createProject(home, { name: 'hello', config });
  upstream.git('checkout', '--quiet', '-b', 'topic', 'v1.2.3');
  upstream.write('topic-file', '1');
  const sha = upstream.commit('Add topic');
  upstream.write('later-file', '1');
  upstream.git('update-ref', 'refs/pull/7/head', upstream.commit('Pushed meanwhile'));
  upstream.git('checkout', '--quiet', 'main');

  const event = eventFrom('pull_request', githubPullRequest({ sha }));
  const view = await viewFor(config, event);
  const { script, scriptResultdir } = coprSource({
    pkg: view.pkg,
    view,
    event,
    key: 'a'.repeat(32),
    cause: 'event',
    repositoryUrl: `file://${upstream.dir}`,
    sourceChroot: 'fedora-44-x86_64',
  });
  const at = (name: string): string => join(home, name);
  const [own, bin, work, temporary] = [at('own'), at('bin'), at('work'), at('temporary')];
  for (const directory of [own, bin, work, temporary]) mkdirSync(directory);
  writeFileSync(join(bin, 'packit'), `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`, {
    mode: 0o755,
  });
  writeFileSync(join(home, 'script'), script, { mode: 0o755 });
  const { GIT_CONFIG_GLOBAL: _none, ...env } = testEnvironment(own);
  const { status, stderr } = spawnSync(join(home, 'script'), {
    cwd: work,
    // Where the script makes its checkout, which goes with Copr's machine.
    env: { ...env, PATH: `${bin}:${env.PATH}`, TMPDIR: temporary },
    encoding: 'utf8',
  });
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  const result = join(work, scriptResultdir);
  expect(readFileSync(join(result, 'hello.spec'), 'utf8')).toMatch(/^Release: +0\.pr7%/m);
  const names = tarNames(join(result, 'hello-1.2.3.tar.gz'));
  // The target branch is ahead of the pull request, and the pull request of the event.
  expect(names).toEqual(expect.arrayContaining(['hello-1.2.3/topic-file', 'hello-1.2.3/NEWS']));
  expect(names).not.toContain('hello-1.2.3/later-file');
});
