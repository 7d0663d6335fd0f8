/** Pages about updates and status, with stand-ins for Koji, Bodhi, a Pagure, Copr and release monitoring. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { addUpdate } from '../../support/bodhi/state.ts';
import { packit } from '../../support/cli.ts';
import { startCopr } from '../../support/copr/server.ts';
import type { CoprServer } from '../../support/copr/server.ts';
import { expectPage } from '../../support/docs/session.ts';
import type { PageSession } from '../../support/docs/session.ts';
import { addBuild, addTag } from '../../support/koji/state.ts';
import { createUpdatesWorld, entry } from '../../support/updates-world.ts';
import type { UpdatesWorld } from '../../support/updates-world.ts';

jest.setTimeout(60_000);

let world: UpdatesWorld;
let copr: CoprServer | undefined;
beforeEach(async () => {
  world = await createUpdatesWorld({ monitored: '1.2.0' });
});
afterEach(async () => {
  await world.close();
  await copr?.close();
});

function session(page: string, blocks: readonly number[], more: Partial<PageSession> = {}): PageSession {
  return {
    page: `commands/${page}`,
    blocks,
    cwd: world.upstream.dir,
    env: world.env,
    shown: [
      [world.bodhi.url, 'https://bodhi.example.org'],
      ...(copr === undefined ? [] : [[copr.url, 'https://copr.example.org'] as const]),
      [world.forge.url, 'https://src.example.org'],
      [world.forge.url.replace('http://', ''), 'src.example.org'],
    ],
    ...more,
  };
}

const daysAgo = (days: number): string =>
  new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 19).replace('T', ' ');

/** Two updates in testing, one of them long enough. */
function inTesting(): void {
  const common = { status: 'testing', request: null };
  const f41 = { release: 'F41', builds: ['hello-1.1-1.fc41'], dateTesting: daysAgo(24), karma: 1 };
  addUpdate(world.bodhi.state, { ...common, ...f41 });
  const f42 = { release: 'F42', builds: ['hello-1.1-1.fc42'], dateTesting: daysAgo(2) };
  addUpdate(world.bodhi.state, { ...common, ...f42 });
}

test('create-update', async () => {
  addUpdate(world.bodhi.state, {
    release: 'F41',
    builds: ['hello-1.1-1.fc41'],
    status: 'testing',
    request: null,
  });
  const tag = 'f43-build-side-98765';
  addTag(world.koji.state, tag, ['f43-build']);
  addBuild(world.koji.state, {
    nvr: 'hello-1.2-1.fc43',
    tag,
    changelog: [entry('1.2-1', '- Update to 1.2', 9)],
  });
  await expectPage(session('create-update.md', [1]));
  expect(world.bodhi.state.updates.map(({ fromTag }) => fromTag)).toEqual([null, null, tag]);
});

test('push-updates', async () => {
  inTesting();
  await expectPage(session('push-updates.md', [1]));
  expect(world.bodhi.state.updates.map(({ request }) => request)).toEqual(['stable', null]);
});

/** A job for it in the configuration, and a build that has ended. */
async function builtInCopr(): Promise<void> {
  copr = await startCopr();
  copr.writeLogin(join(world.dir, 'home'));
  const job = '  - job: copr_build\n    trigger: release\n    project: stable\n    owner: jane\n';
  appendFileSync(join(world.upstream.dir, '.packit.yaml'), `${job}    targets: [fedora-44-x86_64]\n`);
  const env = { ...world.env, PACKIT_BODHI_URL: `${copr.url}/bodhi` };
  const srpm = join(world.dir, 'hello-1.1-1.src.rpm');
  writeFileSync(srpm, Buffer.concat([Buffer.from([0xed, 0xab, 0xee, 0xdb]), Buffer.alloc(1000)]));
  const built = await packit(['build', '--srpm', srpm, 'in-copr', '--no-wait'], {
    cwd: world.upstream.dir,
    env,
  });
  expect(built).toMatchObject({ exitCode: 0 });
  const later = Date.now() / 1000 + 3600;
  copr.now = () => later;
}

test('status, and with the forge of dist-git out of order', async () => {
  inTesting();
  await builtInCopr();
  const proposed = await packit(['propose-update', '--dist-git-branch', 'f41', '.', '1.1.0'], {
    cwd: world.upstream.dir,
    env: world.env,
  });
  expect(proposed).toMatchObject({ exitCode: 0 });
  await expectPage(session('status.md', [1]));
  world.forge.failOn(/\/api\/0\/rpms\//, { status: 404, body: { error: 'Project not found' } }, 1000);
  await expectPage(session('status.md', [2]));
});
