/** Pages about releases on their way to dist-git and back: their commands against a forge, a lookaside cache and release monitoring. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, jest, test } from '@jest/globals';
import { expectPage } from '../../support/docs/session.ts';
import type { PageSession } from '../../support/docs/session.ts';
import type { TestRepository } from '../../support/git.ts';
import { clonePackage } from '../../support/package-checkout.ts';
import { createWorld, spec } from '../../support/release-world.ts';
import type { World, WorldOptions } from '../../support/release-world.ts';
import { createSyncWorld, putUpstreamOnForge } from '../../support/sync-world.ts';

jest.setTimeout(120_000);

let world: World;
afterEach(() => world.close());

const SOURCE = { source: 'Source0:        @WEB@/hello-%{version}.tar.gz\n' };

/** 1.1.0 is released, and its archive is on the web. */
async function released(options: WorldOptions = {}): Promise<void> {
  world = await createWorld({
    monitored: '1.1.0',
    bug: 2_295_512,
    lookaside: {},
    upstreamSpec: spec('1.1.0', SOURCE),
    downloads: { '/hello-1.1.0.tar.gz': 'not really an archive' },
    ...options,
  });
}

/** As a changelog has it. */
function today(): string {
  const [weekday = '', day = '', month = '', year = ''] = new Date().toUTCString().split(/,? /);
  return `${weekday} ${month} ${day} ${year}`;
}

function session(
  page: string,
  blocks: readonly number[],
  repository: TestRepository,
  name = 'src.example.org',
): PageSession {
  return {
    page: `commands/${page}`,
    blocks,
    cwd: repository.dir,
    env: world.env,
    shown: [
      [world.forge.url, `https://${name}`],
      [world.forge.url.replace('http://', ''), name],
      [/\/[^\s']*\/packit-[\d-]+-\w{6}(?=\/)/g, '/tmp/packit-21981-3172533-4026531836-lX7307'],
      [today(), 'Wed Nov 25 2026'],
      // The configuration has the port of the forge in it, and with it the commits have other names each time.
      [/\b[0-9a-f]{40}\b/g, '70f73da7540e13a3e5f2c7063577a2139dd52654'],
      [/(?<=Upstream commit: )[0-9a-f]{8}$/gm, '70f73da7'],
      [/^Push [0-9a-f]{10} /gm, 'Push 46dba32704 '],
      [/^index (?!0{7})[0-9a-f]{7}\.\.[0-9a-f]{7}/gm, 'index 0535f47..7481594'],
      [/(?<=index 0{7}\.\.)[0-9a-f]{7}/g, '8ab29b5'],
    ],
  };
}

test('propose-update', async () => {
  await released({ branches: { rawhide: '1.0.0', f41: '1.2.0' } });
  await expectPage(session('propose-update.md', [1], world.upstream));
  expect(world.forge.project('rpms', 'hello').pullRequests).toHaveLength(1);
});

test('pull-from-upstream', async () => {
  await released({ branches: { rawhide: '1.0.0', f41: '1.0.0', f42: '1.0.0' } });
  putUpstreamOnForge(world);
  const upstreamUrl = `${world.forge.url}/people/hello`;
  const clone = clonePackage(world, { upstreamUrl, branches: ['rawhide', 'f41'] });
  const config = `upstream_project_url: ${upstreamUrl}
downstream_package_name: hello
upstream_tag_template: v{version}
dist_git_base_url: ${world.forge.url}/
dist_git_namespace: rpms
jobs:
  - job: pull_from_upstream
    trigger: release
    dist_git_branches:
      rawhide:
        fast_forward_merge_into: [f42]
      f41: {}
`;
  writeFileSync(join(clone.dir, '.packit.yaml'), config);
  clone.commit('Merge into f42');
  await expectPage(session('pull-from-upstream.md', [1, 2], clone));
  const locked = { status: 400, body: { error: 'The branch is locked' } };
  world.forge.failOn(/POST .*\/pull-request\/new/, locked, 1);
  await expectPage(session('pull-from-upstream.md', [3, 4, 5], clone));
});

test('sync-from-downstream', async () => {
  world = await createSyncWorld({
    kind: 'forgejo',
    branches: { rawhide: '1.1.0', f42: '1.0.0' },
    config: 'files_to_sync: [hello.spec, .packit.yaml]\n',
    upstreamSpec: spec('0.0.0'),
  });
  await expectPage(session('sync-from-downstream.md', [1, 2, 3], world.upstream, 'code.example.org'));
});

test('dist-git init, as a pull request', async () => {
  world = await createWorld({ branches: { rawhide: '1.0.0' } });
  const options =
    'packit dist-git init -c --upstream-git-url https://github.com/people/hello --no-bodhi-update --create_sync_note false';
  const at = (base: string, more: string): string => `${options}${more} ${base}/rpms/hello`;
  const replace = Object.fromEntries(
    [' -n', ''].map((more) => [at('https://src.example.org', more), at(world.forge.url, more)]),
  );
  await expectPage({ ...session('dist-git-init.md', [2], world.upstream), replace });
  expect(world.forge.project('rpms', 'hello').pullRequests).toHaveLength(1);
});

test('report', async () => {
  await released({ branches: { rawhide: '1.0.0' } });
  const today = new Date().toISOString().slice(0, 10);
  const first = session('report.md', [0], world.upstream);
  await expectPage({
    ...first,
    shown: [
      [world.web.url.replace('http://', ''), 'release-monitoring.org'],
      [new URL(world.lookaside?.url ?? '').host, 'lookaside.example.org'],
      [world.upstream.dir, '/home/jane/hello'],
      [today, '2026-11-25'],
      [/(?<=^Versions: +)\S.*$/gm, 'packit 0.1.0, node 20.20.2, git 2.39.5, rpm 4.18.0, system linux x64'],
      [/(?<=^Files: +)\S.*$/gm, '47, 96 KiB'],
      ...(first.shown ?? []),
    ],
  });
});
