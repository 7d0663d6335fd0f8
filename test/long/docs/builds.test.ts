/** Pages about builds elsewhere, tests and scans: their commands against stand-ins of the services and programs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { BUILDABLE_CONFIG, createBuildable } from '../../support/buildable.ts';
import { clockByLooks } from '../../support/copr/world.ts';
import { startCopr } from '../../support/copr/server.ts';
import { expectPage } from '../../support/docs/session.ts';
import type { PageSession } from '../../support/docs/session.ts';
import { temporaryDirectory } from '../../support/git.ts';
import type { TestRepository } from '../../support/git.ts';
import { REFRESH_TOKEN, startImageBuilder } from '../../support/image-builder/server.ts';
import { goOn } from '../../support/koji/course.ts';
import { OBS_PASSWORD, OBS_USER, startObs } from '../../support/obs/server.ts';
import { createFakeMock } from '../../support/programs/mock.ts';
import { recordProgram } from '../../support/programs/record.ts';
import { createUpdatesWorld } from '../../support/updates-world.ts';

jest.setTimeout(120_000);

let place: ReturnType<typeof temporaryDirectory>;
let home: string;
let repository: TestRepository;
let closing: (() => Promise<void>)[];

beforeEach(() => {
  place = temporaryDirectory('packit-page');
  home = join(place.dir, 'home', 'jane');
  const job = 'jobs:\n- job: vm_image_build\n  trigger: pull_request\n  image_distribution: fedora-42\n';
  const request = '  image_request: {architecture: x86_64, image_type: aws}\n';
  repository = createBuildable(home, { config: `${BUILDABLE_CONFIG}${job}${request}` });
  mkdirSync(join(home, '.config', 'osc'), { recursive: true });
  closing = [];
});
afterEach(async () => {
  for (const close of closing) await close();
  place.dispose();
});

type Shown = NonNullable<PageSession['shown']>;

function session(
  page: string,
  blocks: readonly number[],
  more: { env?: Record<string, string>; shown?: Shown; replace?: Record<string, string> } = {},
): PageSession {
  return {
    page: `commands/${page}`,
    blocks,
    cwd: repository.dir,
    env: { ...repository.env, PACKIT_RETRY_DELAY: '1', PACKIT_POLL_DELAY: '10', ...more.env },
    replace: more.replace ?? {},
    shown: [
      ...(more.shown ?? []),
      [place.dir, ''],
      [/\.\d{20}\./g, '.20261125092652382000.'],
      [/\.(?:fc|el)\d+(?=\.(?:src|noarch)\.rpm)/g, ''],
    ],
  };
}

const withBin = (): Record<string, string> => ({ PATH: `${join(home, 'bin')}:${process.env.PATH}` });

test('build in-copr, watch and cancel', async () => {
  const copr = await startCopr();
  closing.push(() => copr.close());
  copr.writeLogin(home);
  clockByLooks(copr, 5);
  const epel =
    "No matching package to install: 'pyproject-rpm-macros >= 1.12'\nError: Some packages could not be found.\n";
  const broken =
    'hello.c:3: error: expected expression\nerror: Bad exit status from /var/tmp/rpm-tmp.1xkQ9c (%build)\n';
  copr.script = {
    chroots: {
      'epel-9-x86_64': { run: 10, end: 'failed', log: epel },
      'fedora-43-x86_64': { queue: 5, run: 15 },
      'fedora-44-x86_64': { queue: 5, run: 20 },
      'fedora-45-x86_64': { queue: 5, run: 15, end: 'failed', log: broken },
      'fedora-rawhide-x86_64': { queue: 5, run: Infinity },
    },
  };
  // The page waits longer than a test: the builds are looked at as often.
  const shorter = (command: string): string => command.replace(/--timeout \S+/, '--timeout 3s');
  const targets = 'fedora-43-x86_64,fedora-44-x86_64,fedora-45-x86_64,fedora-rawhide-x86_64,epel-9-x86_64';
  const waiting = [
    `packit build in-copr --project hello --targets ${targets} --timeout 45s`,
    'packit build watch 9000001 --timeout 45s',
  ];
  await expectPage(
    session('build-in-copr.md', [0, 1, 2, 3], {
      env: { PACKIT_BODHI_URL: `${copr.url}/bodhi` },
      replace: Object.fromEntries(waiting.map((command) => [command, shorter(command)])),
      shown: [
        [copr.url, 'https://copr.example.org'],
        ['not ended within 3 s', 'not ended within 45 s'],
      ],
    }),
  );
  expect(copr.unexpected).toEqual([]);
});

test('build in-obs', async () => {
  const obs = await startObs({
    'fedora-rawhide-x86_64/x86_64': ['scheduled', 'building', 'building', 'succeeded'],
    'opensuse-tumbleweed-x86_64/x86_64': ['blocked', 'unresolvable: nothing provides libfoo'],
  });
  closing.push(() => obs.close());
  const config = `[${obs.url}]\nuser=${OBS_USER}\npass=${OBS_PASSWORD}\n`;
  writeFileSync(join(home, '.config', 'osc', 'oscrc'), config);
  await expectPage(
    session('build-in-obs.md', [0], {
      env: { OSC_APIURL: obs.url },
      shown: [[obs.url, 'https://api.opensuse.org']],
    }),
  );
});

test('build in-image-builder', async () => {
  const options = { ami: 'ami-08ee0689a0547e7ea', region: 'us-east-1' };
  const server = await startImageBuilder([
    { status: 'pending' },
    { status: 'building' },
    { status: 'uploading' },
    { status: 'success', upload_status: { type: 'aws', status: 'success', options } },
  ]);
  closing.push(() => server.close());
  writeFileSync(join(home, '.config', 'packit.yaml'), `redhat_api_refresh_token: ${REFRESH_TOKEN}\n`);
  const env = { PACKIT_IMAGE_BUILDER_URL: server.apiUrl, PACKIT_REDHAT_SSO_URL: server.ssoUrl };
  const shown: Shown = [
    [new URL(server.apiUrl).origin, 'https://console.redhat.com'],
    ['00000000-0000-0000-0000-000000000001', '2bb95c9e-6a2c-4a24-9c07-5a7e3d2fd3a1'],
  ];
  await expectPage(session('build-in-image-builder.md', [0], { env, shown }));
});

test('build in-mock', async () => {
  createFakeMock(home);
  await expectPage(session('build-in-mock.md', [0], { env: withBin() }));
  createFakeMock(home, 10);
  await expectPage(session('build-in-mock.md', [1], { env: withBin() }));
});

test('scan-in-osh', async () => {
  const url = 'https://openscanhub.fedoraproject.org/task/7/';
  const calls = recordProgram(home, 'osh-cli', `echo '{"id": 7, "url": "${url}"}'`);
  await expectPage(session('scan-in-osh.md', [0], { env: withBin() }));
  expect(calls()[0]?.argv).toContain('--nowait');
});

test('test', async () => {
  createFakeMock(home);
  const result = (plan: string, test: string, how: string): string =>
    `mkdir -p "$run${plan}/discover" "$run${plan}/execute/data"
echo x > "$run${plan}/discover/step.yaml"
printf -- '- name: ${test}\\n  result: ${how}\\n  log:\\n  - data/output.txt\\n  note: []\\n' >> "$run${plan}/execute/results.yaml"
echo ':: [ FAIL ] :: hello --help' > "$run${plan}/execute/data/output.txt"`;
  recordProgram(
    home,
    'tmt',
    `[ "$1" = --version ] && exit 0
[ "$1" = clean ] && exit 0
run=; while [ $# -gt 0 ]; do [ "$1" = --id ] && run="$2"; shift; done
${result('/plans/api', '/tests/get', 'pass')}
${result('/plans/cli', '/tests/version', 'pass')}
${result('/plans/cli', '/tests/help', 'fail')}
exit 1`,
  );
  const env = { ...withBin(), TMT_WORKDIR_ROOT: join(place.dir, 'var', 'tmp', 'tmt') };
  const shown: Shown = [
    [/packit-hello-\d{14}-\d+/g, 'packit-hello-20261125084624-19193'],
    [/\/[^\s:]*\/packit-[\d-]+-\w{6}(?=\/)/g, '/tmp/packit-19145-3142356-4026531836-KuyS3m'],
  ];
  await expectPage(session('test.md', [0], { env, shown }));
});

test('build in-koji', async () => {
  const world = await createUpdatesWorld();
  closing.push(() => world.close());
  goOn(world.koji, { failing: ['f42-candidate'] });
  await expectPage({
    ...session('build-in-koji.md', [0, 1], {
      env: { ...world.env, PACKIT_POLL_DELAY: '10' },
      shown: [[/http:\/\/127\.0\.0\.1:\d+/g, 'https://koji.fedoraproject.org']],
    }),
    cwd: world.upstream.dir,
  });
});
