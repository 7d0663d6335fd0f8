import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createContext } from '../../../../src/context.ts';
import { silentUi } from '../../../../src/ui.ts';
import { buildInImageBuilder } from '../../../../src/workflows/build/image-builder/index.ts';
import type { BuildInImageBuilderInput } from '../../../../src/workflows/build/image-builder/index.ts';
import { watchBuilds } from '../../../../src/workflows/build/index.ts';
import { BUILDABLE_CONFIG, createBuildable } from '../../../support/buildable.ts';
import type { TestRepository } from '../../../support/git.ts';
import { jsonReply, startService } from '../../../support/http/service.ts';
import type { TestService } from '../../../support/http/service.ts';
import { REFRESH_TOKEN, startImageBuilder } from '../../../support/image-builder/server.ts';
import type { TestImageBuilder } from '../../../support/image-builder/server.ts';
import { tempDir } from '../../../support/temp.ts';

const JOB = `jobs:
- job: copr_build
  trigger: pull_request
  targets: [fedora-42]
- job: vm_image_build
  trigger: pull_request
  image_distribution: fedora-42
  image_request: {architecture: x86_64, image_type: aws, upload_request: {type: aws, options: {}}}
  image_customizations: {packages: [hello]}
`;
const COPR = `  owner: jane\n  project: hello\n  copr_chroot: fedora-42-x86_64\n`;
const ID = '00000000-0000-0000-0000-000000000001';

let home: string;
let scratch: string;
let repository: TestRepository;
let server: TestImageBuilder;
let copr: TestService | undefined;

beforeEach(() => {
  home = tempDir();
  scratch = tempDir();
  copr = undefined;
  mkdirSync(join(home, '.config'), { recursive: true });
  configure(REFRESH_TOKEN);
});

afterEach(async () => {
  await server.close();
  await copr?.close();
});

function configure(token: string): void {
  writeFileSync(join(home, '.config', 'packit.yaml'), `redhat_api_refresh_token: ${token}\n`);
}

async function start(config = JOB, steps?: readonly Record<string, unknown>[]): Promise<void> {
  repository = createBuildable(home, { config: `${BUILDABLE_CONFIG}${config}` });
  server = await startImageBuilder(steps);
}

async function startCopr(): Promise<void> {
  copr = await startService(({ path, query }) => {
    if (path !== '/api_3/project' || query.get('ownername') !== 'jane') throw new Error('unknown request');
    if (query.get('projectname') !== 'hello') return jsonReply({ error: 'Project does not exist.' }, 404);
    return jsonReply({
      chroot_repos: { 'fedora-42-x86_64': 'https://copr/results/jane/hello/fedora-42-x86_64/' },
    });
  });
  writeFileSync(join(home, '.config', 'copr'), `[copr-cli]\ncopr_url = ${copr.url}\nencrypted = False\n`);
}

function context(options: { dryRun?: boolean; lines?: string[] } = {}) {
  return createContext({
    cwd: repository.dir,
    env: {
      ...repository.env,
      TMPDIR: scratch,
      PACKIT_IMAGE_BUILDER_URL: server.apiUrl,
      PACKIT_REDHAT_SSO_URL: server.ssoUrl,
      PACKIT_RETRY_DELAY: '1',
      PACKIT_POLL_DELAY: '1',
    },
    ui: { ...silentUi(), info: (line: string) => void options.lines?.push(line) },
    dryRun: options.dryRun ?? false,
  });
}

async function build(
  input: Partial<BuildInImageBuilderInput> = {},
  options: Parameters<typeof context>[0] = {},
) {
  try {
    return await buildInImageBuilder(context(options), { imageName: 'hello-test', wait: true, ...input });
  } finally {
    expect(readdirSync(scratch)).toEqual([]);
  }
}

const WAY = [
  { status: 'pending' },
  { status: 'building' },
  { status: 'uploading' },
  { status: 'registering' },
  {
    status: 'success',
    upload_status: { type: 'aws', status: 'success', options: { ami: 'ami-1', region: 'us-east-1' } },
  },
];

describe('packit build in-image-builder', () => {
  test('waits through uploading to the end, and says where the image is', async () => {
    await start(JOB, WAY);
    const lines: string[] = [];
    const result = await build({}, { lines });
    expect(result).toMatchObject({
      exitCode: 0,
      builds: [
        {
          place: 'image-builder',
          id: ID,
          state: 'succeeded',
          watch: `packit build watch ${ID}`,
          targets: [{ name: 'hello-test', state: 'succeeded', results: ['ami ami-1, region us-east-1'] }],
        },
      ],
    });
    expect(lines).toContain(`Image Build ID: ${ID}`);
    expect(server.composes).toEqual([
      {
        image_name: 'hello-test',
        distribution: 'fedora-42',
        image_requests: [
          { architecture: 'x86_64', image_type: 'aws', upload_request: { type: 'aws', options: {} } },
        ],
        customizations: { packages: ['hello'], payload_repositories: [] },
      },
    ]);
    // One token serves for all of it.
    expect(server.tokens()).toBe(1);
  });

  test('a failed image fails the command, with the reason', async () => {
    await start(JOB, [
      { status: 'building' },
      { status: 'failure', error: { id: 5, reason: 'no package hello' } },
    ]);
    expect(await build()).toMatchObject({
      exitCode: 2,
      builds: [{ state: 'failed', targets: [{ state: 'failed', note: 'no package hello' }] }],
    });
  });

  test('a repository of Copr', async () => {
    await start(JOB + COPR);
    await startCopr();
    await build();
    expect(server.composes[0]?.customizations).toEqual({
      packages: ['hello'],
      payload_repositories: [
        { rhsm: false, baseurl: 'https://copr/results/jane/hello/fedora-42-x86_64/', check_gpg: false },
      ],
    });
  });

  test.each([
    ['a chroot the project lacks', COPR.replace('42', '41'), 'IMAGE_COPR_CHROOT'],
    ['a project that is not there', COPR.replace('project: hello', 'project: other'), 'IMAGE_COPR_PROJECT'],
    ['a project of nobody', COPR.replace('  owner: jane\n', ''), 'IMAGE_COPR_OWNER'],
    ['a project without a chroot', COPR.replace(/ {2}copr_chroot.*\n/, ''), 'IMAGE_JOB_INCOMPLETE'],
  ])('%s', async (_what, keys, code) => {
    await start(JOB + keys);
    await startCopr();
    await expect(build()).rejects.toMatchObject({ code, exitCode: 2 });
    expect(server.composes).toEqual([]);
  });

  test('the job: by number, missing, out of range, incomplete', async () => {
    await start(JOB);
    expect((await build({ jobIndex: 1, wait: false })).exitCode).toBe(0);
    await expect(build({ jobIndex: 2 })).rejects.toMatchObject({ code: 'IMAGE_JOB_INDEX' });
    await expect(build({ jobIndex: 0 })).rejects.toMatchObject({ code: 'IMAGE_JOB_INCOMPLETE' });
    repository.write('.packit.yaml', BUILDABLE_CONFIG);
    await expect(build()).rejects.toMatchObject({ code: 'IMAGE_JOB_MISSING', exitCode: 2 });
  });

  test('a token that ended half-way is renewed; one that is refused for good is said', async () => {
    await start(JOB, WAY);
    server.tokenLasts(2);
    expect((await build()).exitCode).toBe(0);
    expect(server.tokens()).toBe(3);
    server.tokenLasts(0);
    await expect(build()).rejects.toMatchObject({ code: 'IMAGE_BUILDER_REFUSED', status: 401, exitCode: 2 });
    configure('another-token');
    await expect(build()).rejects.toMatchObject({
      code: 'SSO_REFUSED',
      message: 'Red Hat SSO gives no access token (400): Offline user session not found',
    });
    writeFileSync(join(home, '.config', 'packit.yaml'), 'debug: false\n');
    await expect(build()).rejects.toMatchObject({ code: 'IMAGE_BUILDER_NO_TOKEN' });
  });

  test('what the service refuses is shown', async () => {
    await start(JOB.replace('image_distribution: fedora-42', 'image_distribution: mageia-9'));
    await expect(build()).rejects.toMatchObject({
      code: 'IMAGE_BUILDER_REFUSED',
      details: ['400: unknown distribution mageia-9'],
    });
    await expect(build({ imageName: 'x'.repeat(101) })).rejects.toMatchObject({
      code: 'IMAGE_NAME_TOO_LONG',
    });
  });

  test('a dry run asks for nothing; --no-wait says how to come back, and watch does', async () => {
    await start(JOB, WAY);
    const planned = await build({}, { dryRun: true });
    expect(planned.builds[0]?.plan).toMatchObject([
      {
        action: 'compose',
        summary: 'create the image hello-test (fedora-42)',
        details: { image_name: 'hello-test' },
      },
    ]);
    expect(server.composes).toEqual([]);
    expect(server.service.log).toEqual([]);
    expect(await build({ wait: false })).toMatchObject({
      exitCode: 0,
      builds: [{ state: 'queued', id: ID }],
    });
    expect(await watchBuilds(context(), { builds: [ID] })).toMatchObject({
      exitCode: 0,
      builds: [{ package: 'hello-test', state: 'succeeded' }],
    });
  });

  test('an image that never ends is lost when the time is up', async () => {
    await start(JOB, [{ status: 'uploading' }]);
    expect(await build({ timeout: 0.2 })).toMatchObject({ exitCode: 3, builds: [{ state: 'lost' }] });
  });

  test('cut off at each request: never two images, and the same outcome where it may be repeated', async () => {
    await start(JOB, WAY);
    await build();
    const count = server.service.log.length;
    for (const fault of ['cut', 'cut-after', 503] as const) {
      for (let number = 1; number <= count; number += 1) {
        await server.close();
        server = await startImageBuilder(WAY);
        server.service.failAt(number, fault);
        const outcome = await build().catch((error: unknown) => error);
        const line = server.service.log[number - 1] ?? '';
        // Nobody knows whether an image was begun: it is said, not tried again.
        if (line.startsWith('POST /api')) expect(outcome).toMatchObject({ exitCode: 3 });
        else expect(outcome).toMatchObject({ exitCode: 0 });
        expect(server.composes.length).toBeLessThanOrEqual(1);
      }
    }
  });
});
