/** From a message of Koji or release monitoring to an update or pull requests, by `packit ci run` itself. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { runCi } from '../../../../src/workflows/ci/index.ts';
import type { CiRunResult } from '../../../../src/workflows/ci/index.ts';
import { hotnessMessage, kojiBuildMessage } from '../../../support/ci/messages.ts';
import type { TestMessage } from '../../../support/ci/messages.ts';
import { branchesOf } from '../../../support/bare.ts';
import { configurePackage } from '../../../support/ci/tasks.ts';
import { putUpstreamOnForge } from '../../../support/sync-world.ts';
import { createUpdatesWorld } from '../../../support/updates-world.ts';
import type { UpdatesWorld } from '../../../support/updates-world.ts';

jest.setTimeout(90_000);

let world: UpdatesWorld;

beforeEach(async () => {
  world = await createUpdatesWorld({ branches: { rawhide: '1.0.0', f42: '1.0.0' } });
  putUpstreamOnForge(world);
  world.forge.project('rpms', 'hello').users.commit.push('jane');
  // The branch of the release has none of its own.
  configurePackage(
    world,
    `jobs:
- {job: bodhi_update, trigger: commit, dist_git_branches: [f42]}
- {job: pull_from_upstream, trigger: release, dist_git_branches: [rawhide, f42]}
`,
    ['rawhide'],
  );
});

afterEach(() => world.close());

function handle({ name, payload }: TestMessage): Promise<CiRunResult> {
  const eventFile = join(world.dir, 'message.json');
  writeFileSync(eventFile, JSON.stringify(payload));
  const env = { ...world.env, PACKIT_PAGURE_INSTANCE_URL: world.forge.url };
  return runCi(world.context({ env }), {
    eventFile,
    eventName: name,
    forge: undefined,
    jobs: [],
    packages: [],
    identifiers: [],
    targets: [],
    instance: undefined,
    commentPrefix: undefined,
    configPath: undefined,
    requireConfig: false,
    wait: true,
    deadline: 60,
    report: 'statuses',
    allow: undefined,
    keepSuperseded: false,
  });
}

test('a build that is complete becomes an update, once, by the configuration of the default branch', async () => {
  const { directory } = world.forge.project('rpms', 'hello');
  const message = kojiBuildMessage({
    owner: 'jane',
    version: '1.1',
    source: `git+${world.forge.url}/rpms/hello.git#${branchesOf(directory).get('f42') ?? ''}`,
  });
  expect(await handle(message)).toMatchObject({ exitCode: 0 });
  expect(await handle(message)).toMatchObject({ exitCode: 0 });
  expect(world.bodhi.state.updates).toMatchObject([{ builds: ['hello-1.1-1.fc42'] }]);
  expect(world.forge.project('rpms', 'hello').statusLog.at(-1)).toMatchObject({
    name: expect.stringMatching(/^bodhi-update:f42/),
    state: 'success',
  });
});

test('a release that is announced becomes pull requests, though there is no commit to report on', async () => {
  await handle(hotnessMessage(['1.1.0']));
  await handle(hotnessMessage(['1.1.0']));
  const { pullRequests, statusLog } = world.forge.project('rpms', 'hello');
  expect(pullRequests.map(({ targetBranch }) => targetBranch).sort()).toEqual(['f42', 'rawhide']);
  expect(statusLog).toEqual([]);
});
