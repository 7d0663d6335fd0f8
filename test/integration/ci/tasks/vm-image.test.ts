/** An image that a comment asks for, with packages of the pull request's build. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { parseComment } from '../../../../src/workflows/ci/event/index.ts';
import type { CiEvent } from '../../../../src/workflows/ci/event/index.ts';
import { eventAt, impatient, runTasksOf, states } from '../../../support/ci/tasks.ts';
import type { TaskOptions, TaskRun } from '../../../support/ci/tasks.ts';
import { connectTo } from '../../../support/forges/connect.ts';
import { openPullRequest } from '../../../support/forges/index.ts';
import { jsonReply, startService } from '../../../support/http/service.ts';
import type { TestService } from '../../../support/http/service.ts';
import { REFRESH_TOKEN, startImageBuilder } from '../../../support/image-builder/server.ts';
import type { TestImageBuilder } from '../../../support/image-builder/server.ts';
import { TOKEN, createWorld } from '../../../support/release-world.ts';
import type { World } from '../../../support/release-world.ts';
import { putUpstreamOnForge } from '../../../support/sync-world.ts';

jest.setTimeout(60_000);

const PROJECT = { namespace: 'people', name: 'hello' };
const CHROOT = 'fedora-42-x86_64';

let images: TestImageBuilder;
let copr: TestService;
let world: World;
let event: CiEvent;

beforeEach(async () => {
  images = await startImageBuilder([
    { status: 'building' },
    { status: 'failure', error: { reason: 'no disk' } },
  ]);
  copr = await startService(({ path, query }) => {
    const name = `${query.get('ownername') ?? ''}/${query.get('projectname') ?? ''}`;
    if (path !== '/api_3/project' || !/^jane\/.*people-hello-1$/.test(name))
      throw new Error(`asked for ${name}`);
    return jsonReply({ chroot_repos: { [CHROOT]: `https://copr/results/${name}/${CHROOT}/` } });
  });
  world = await createWorld({
    kind: 'forgejo',
    env: {
      PACKIT_IMAGE_BUILDER_URL: images.apiUrl,
      PACKIT_REDHAT_SSO_URL: images.ssoUrl,
      PACKIT_POLL_DELAY: '1',
    },
  });
  world.userConfig(`redhat_api_refresh_token: ${REFRESH_TOKEN}\n`);
  writeFileSync(
    join(world.dir, 'home', '.config', 'copr'),
    `[copr-cli]\ncopr_url = ${copr.url}\nusername = jane\nencrypted = False\n`,
  );
  const text = world.upstream.git('show', 'HEAD:.packit.yaml').replace(
    /jobs:[^]*/,
    `jobs:
- {job: copr_build, trigger: pull_request, targets: [${CHROOT}]}
- job: vm_image_build
  trigger: pull_request
  copr_chroot: ${CHROOT}
  image_distribution: fedora-42
  image_request: {architecture: x86_64, image_type: aws, upload_request: {type: aws, options: {}}}
`,
  );
  world.upstream.write('.packit.yaml', text);
  world.upstream.commit('Make images');
  putUpstreamOnForge(world);
  world.forge.project('people', 'hello').users.commit.push('jane');
  const { request, sha } = openPullRequest(world.forge, world.forge.project('people', 'hello'), {
    author: 'jo',
    files: { README: 'about hello\n' },
  });
  const asked = parseComment('/packit vm-image-build', '/packit');
  if (asked === undefined || 'problem' in asked) throw new Error('no command');
  event = eventAt(world.forge, PROJECT, {
    kind: 'comment',
    trigger: 'pull_request',
    sha,
    pullRequest: {
      number: request.number,
      author: 'jo',
      title: '',
      url: '',
      source: undefined,
      sourceBranch: '',
      targetBranch: 'main',
      headSha: sha,
      labels: [],
      open: true,
    },
    comment: { id: '5', author: 'admin', url: '', on: 'pull-request', command: asked.command },
  });
});

afterEach(async () => {
  await world.close();
  await images.close();
  await copr.close();
});

function run(cause: string, options: TaskOptions = {}): Promise<TaskRun> {
  return runTasksOf(impatient(world.context()), world.forge, event, { cause, foreign: true, ...options });
}

async function report(name: string): Promise<void> {
  const { forge, http } = await connectTo(world.forge, { token: TOKEN });
  await forge.setStatus(PROJECT, event.sha ?? '', {
    name,
    state: 'success',
    description: 'ok',
    url: 'https://x.example',
  });
  await http.close();
}

const NAME = `vm-image-build:${CHROOT}`;

test('none before there is a build of the chroot', async () => {
  await report('rpm-build:fedora-41-x86_64');
  await report(`testing-farm:${CHROOT}`);
  expect(states(await run('comment:5'))[NAME]).toMatch(
    /^neutral No successful Copr build found for this commit/,
  );
  expect(images.composes).toEqual([]);
});

test('one for a comment, found by the next call; another comment makes another of what failed', async () => {
  await report(`rpm-build:${CHROOT}`);
  expect(states(await run('comment:5', { wait: false }))).toEqual({ [NAME]: 'running Building VM Image...' });
  expect(images.composes).toMatchObject([
    {
      image_name: expect.stringMatching(/^hello-1\.[0-9a-f]{16}\.comment-5$/),
      customizations: {
        payload_repositories: [{ baseurl: expect.stringContaining(`people-hello-1/${CHROOT}/`) }],
      },
    },
  ]);
  const ended = await run('comment:5');
  expect(states(ended)[NAME]).toMatch(/^failure VM Image build failed\.\.\./);
  await run('comment:5');
  expect(images.composes).toHaveLength(1);
  await run('comment:6');
  expect(images.composes).toHaveLength(2);
});
