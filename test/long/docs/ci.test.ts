/** docs/commands/ci.md: its commands, run with a forge, Copr and Testing Farm, print what the page shows. */
import { afterEach, expect, jest, test } from '@jest/globals';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIG, createCiWorld } from '../../support/ci/world.ts';
import type { CiWorld } from '../../support/ci/world.ts';
import { ciProject } from '../../support/ci/workflow-files.ts';
import { packit } from '../../support/cli.ts';
import { expectPage } from '../../support/docs/session.ts';
import type { PageSession } from '../../support/docs/session.ts';

jest.setTimeout(60_000);

const FOR_PUSHES = '  - job: copr_build\n    trigger: commit\n    targets: [fedora-44-x86_64]\n';

let world: CiWorld;
afterEach(() => world.close());

/** A pull request, and what a CI job of it has in its environment. */
async function scene(run: number): Promise<Record<string, string>> {
  world = await createCiWorld({ config: CONFIG + FOR_PUSHES });
  world.copr.script = { chroots: { 'epel-9-x86_64': { run, end: 'failed' }, '*': { run } } };
  const { number, sha } = world.pullRequest();
  const { eventFile, eventName } = world.event(number, sha);
  const dir = join(world.home, 'hello');
  mkdirSync(dir);
  copyFileSync(eventFile, join(dir, 'payload.json'));
  writeFileSync(join(dir, '.packit.yaml'), CONFIG + FOR_PUSHES);
  return { ...world.env, PACKIT_EVENT: eventFile, PACKIT_EVENT_NAME: eventName, PACKIT_FORGE: 'github' };
}

function session(blocks: readonly number[], env: Record<string, string>): PageSession {
  const repository = `--repository ${world.forge.url}/acme/hello`;
  return {
    page: 'commands/ci.md',
    blocks,
    cwd: join(world.home, 'hello'),
    env,
    replace: {
      'packit ci resume --pull-request 1 --repository https://github.com/acme/hello': `packit ci resume --pull-request 1 ${repository}`,
      'packit ci sweep --repository https://github.com/acme/hello': `packit ci sweep ${repository}`,
    },
    shown: [
      [world.copr.url, 'https://copr.fedorainfracloud.org'],
      // The project on a forge that is not github.com has the host in its name.
      ['jane/127.0.0.1-acme', 'jane/acme'],
    ],
  };
}

test('plan, run and resume', async () => {
  await expectPage(session([0, 1, 2, 3], await scene(60)));
  expect(world.copr.builds.size).toBe(1);
});

test('sweep', async () => {
  const env = await scene(600);
  const submitted = await packit(['ci', 'run', '--no-wait'], { cwd: world.home, env });
  expect(submitted.exitCode).toBe(0);
  await expectPage(session([4], env));
});

test('init', async () => {
  world = await createCiWorld();
  const { dir } = ciProject(world.home);
  await expectPage({ ...session([5], world.env), cwd: dir });
});
