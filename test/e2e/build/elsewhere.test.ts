import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { BUILDABLE_CONFIG, BUILDABLE_SPEC, createBuildable } from '../../support/buildable.ts';
import { packit } from '../../support/cli.ts';
import type { CliOptions } from '../../support/cli.ts';
import { createRepository } from '../../support/git.ts';
import type { TestRepository } from '../../support/git.ts';
import { REFRESH_TOKEN, startImageBuilder } from '../../support/image-builder/server.ts';
import { fakeKerberos } from '../../support/kerberos/fake-tools.ts';
import { startKoji } from '../../support/koji/server.ts';
import { addBranch, emptyState } from '../../support/koji/state.ts';
import { OBS_PASSWORD, OBS_USER, startObs } from '../../support/obs/server.ts';
import { tempDir } from '../../support/temp.ts';

let home: string;
let repository: TestRepository;
let env: Record<string, string>;
let closing: (() => Promise<void>)[];

beforeEach(() => {
  home = tempDir();
  mkdirSync(join(home, '.config', 'osc'), { recursive: true });
  const config = `${BUILDABLE_CONFIG}downstream_package_name: hello
dist_git_base_url: ${home}/dist-git/
dist_git_namespace: rpms
jobs:
- job: vm_image_build
  trigger: pull_request
  image_distribution: fedora-42
  image_request: {architecture: x86_64, image_type: aws}
`;
  repository = createBuildable(home, { config });
  env = { PACKIT_RETRY_DELAY: '1', PACKIT_POLL_DELAY: '20' };
  closing = [];
});

afterEach(async () => {
  for (const close of closing) await close();
});

function run(args: string[], options: Partial<CliOptions> = {}) {
  return packit(args, { cwd: repository.dir, ...options, env: { ...repository.env, ...env } });
}

async function obs(course: Parameters<typeof startObs>[0]) {
  const server = await startObs(course);
  closing.push(() => server.close());
  writeFileSync(
    join(home, '.config', 'osc', 'oscrc'),
    `[${server.url}]\nuser=${OBS_USER}\npass=${OBS_PASSWORD}\n`,
  );
  env.OSC_APIURL = server.url;
  return server;
}

describe('builds elsewhere, from the command line', () => {
  test('OBS: a line for each change, a table, the reason, the exit code; the password nowhere', async () => {
    await obs({ 'fedora-rawhide-x86_64/x86_64': ['scheduled', 'building', 'failed'] });
    const { exitCode, stdout, stderr } = await run(['--debug', 'build', 'in-obs']);
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^target +state +duration +log\nfedora-rawhide-x86_64 +failed +http/);
    expect(stderr).toContain('fedora-rawhide-x86_64: queued (scheduled)\n');
    expect(stderr).toContain('fedora-rawhide-x86_64: running\n');
    expect(stderr).toContain('  hello.c:1: error: no such thing\n');
    expect(stderr).not.toContain(OBS_PASSWORD);
  });

  test('OBS: Ctrl-C leaves the build running and says how to come back', async () => {
    await obs({ 'fedora-rawhide-x86_64/x86_64': ['building'] });
    let signals = 0;
    const { exitCode, stderr } = await run(['build', 'in-obs'], {
      onStart: (child) => {
        child.stderr.on('data', (chunk: Buffer) => {
          if (chunk.includes(': running') && (signals += 1) === 1) child.kill('SIGINT');
        });
      },
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/Come back with: packit build watch \S+\/package\/show\/home:jane:packit\/hello/);
  });

  test('Koji: --no-wait prints the task and how to come back; watch ends as it ends', async () => {
    const distGit = createRepository(join(home, 'clone'), home);
    distGit.git('checkout', '--quiet', '-b', 'rawhide');
    distGit.write('hello.spec', BUILDABLE_SPEC);
    distGit.commit('Package');
    const bare = join(home, 'dist-git', 'rpms', 'hello');
    execFileSync('git', ['init', '--quiet', '--bare', '-b', 'rawhide', bare]);
    distGit.git('push', '--quiet', bare, 'rawhide');
    const state = emptyState();
    addBranch(state, 'rawhide', 'f43');
    const hub = await startKoji(state);
    closing.push(() => hub.close());
    env.PACKIT_KOJI_URL = hub.url;
    env.PATH = fakeKerberos(join(home, 'tools'));
    const { exitCode, stdout } = await run(['build', 'in-koji', '--no-wait']);
    expect(exitCode).toBe(0);
    const [, page = ''] = /\nCome back with: packit build watch '(.+)'\n$/.exec(stdout) ?? [];
    expect(page).toMatch(/\/koji\/taskinfo\?taskID=9000$/);
    for (const task of state.tasks) task.state = 5;
    expect((await run(['build', 'watch', page])).exitCode).toBe(2);
  });

  test('Image Builder: where the image is', async () => {
    const upload_status = { type: 'aws', status: 'success', options: { ami: 'ami-1', region: 'us-east-1' } };
    const server = await startImageBuilder([{ status: 'uploading' }, { status: 'success', upload_status }]);
    closing.push(() => server.close());
    env.PACKIT_IMAGE_BUILDER_URL = server.apiUrl;
    env.PACKIT_REDHAT_SSO_URL = server.ssoUrl;
    writeFileSync(join(home, '.config', 'packit.yaml'), `redhat_api_refresh_token: ${REFRESH_TOKEN}\n`);
    const { exitCode, stdout, stderr } = await run(['--debug', 'build', 'in-image-builder', 'img', '--wait']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('img: ami ami-1, region us-east-1\n');
    expect(stderr).toContain('img: running (uploading)\n');
    expect(stderr).not.toContain(REFRESH_TOKEN);
  });
});
