import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { clockByLooks, createCoprWorld } from '../../../support/copr/world.ts';
import type { CoprWorld } from '../../../support/copr/world.ts';
import type { ProjectOptions } from '../../../support/project.ts';

let world: CoprWorld;
async function open(options?: ProjectOptions): Promise<CoprWorld> {
  world = await createCoprWorld(options);
  clockByLooks(world.copr, 30);
  return world;
}
afterEach(async () => {
  await world.close();
  expect(world.copr.unexpected).toEqual([]);
});

const config = (jobs: string): string =>
  `specfile_path: hello.spec\nupstream_tag_template: v{version}\n${jobs}`;
const expireLogin = ({ copr }: CoprWorld): void => {
  for (const account of copr.accounts) account.token = 'another';
};
const writes = ({ copr }: CoprWorld): string[] =>
  copr.requests
    .filter(({ method }) => method !== 'GET')
    .map(({ method, url }) => `${method} ${url.split('?')[0]}`);

describe('a build in Copr', () => {
  test('project made, SRPM uploaded, waited for, nothing left in the checkout', async () => {
    const { copr, build, checkout, home } = await open();
    const before = checkout();
    copr.script = { source: { run: 60 }, import: 30, chroots: { '*': { queue: 30, run: 120 } } };
    const result = await build({ targets: 'fedora-44-x86_64,epel-9-x86_64' });
    expect(result).toMatchObject({ exitCode: 0, failed: [] });
    const [made] = result.builds;
    expect(made).toMatchObject({
      place: 'copr',
      package: 'hello',
      id: '9000001',
      state: 'succeeded',
      url: `${copr.url}/coprs/build/9000001/`,
      watch: 'packit build watch 9000001',
      targets: [
        { name: 'epel-9-x86_64', state: 'succeeded', seconds: 120 },
        { name: 'fedora-44-x86_64', state: 'succeeded', seconds: 120 },
      ],
    });
    expect(made?.version).toMatch(/^1\.2\.3-1\.20/);
    expect([...copr.projects.values()]).toMatchObject([
      {
        ownername: 'jane',
        name: 'packit-cli-hello-main',
        chroots: ['epel-9-x86_64', 'fedora-44-x86_64'],
        unlisted_on_hp: true,
        delete_after_days: 60,
      },
    ]);
    expect(checkout()).toEqual(before);
    expect(readdirSync(join(home, 'tmp'))).toEqual([]);
  });

  test('some chroots failed: exit code 5, with the lines of the log that matter', async () => {
    const { copr, build } = await open();
    const log = `INFO: Start: build phase\n+ make\nhello.c:3:10: fatal error: hello.h: No such file or directory\nmake: *** [Makefile:2: all] Error 1\nerror: Bad exit status from /var/tmp/rpm-tmp.Ab1 (%build)\n\nRPM build errors:\n    Bad exit status from /var/tmp/rpm-tmp.Ab1 (%build)\nERROR: Exception(/x.src.rpm) Config(fedora-44-x86_64) 0 minutes 9 seconds\n`;
    copr.script = { chroots: { '*': { run: 30 }, 'fedora-44-x86_64': { run: 60, end: 'failed', log } } };
    const result = await build({ targets: 'fedora-44-x86_64,epel-9-x86_64' });
    expect(result.exitCode).toBe(5);
    expect(result.builds[0]?.targets.find(({ name }) => name === 'fedora-44-x86_64')).toMatchObject({
      state: 'failed',
      evidence: [
        'hello.c:3:10: fatal error: hello.h: No such file or directory',
        'make: *** [Makefile:2: all] Error 1',
        'error: Bad exit status from /var/tmp/rpm-tmp.Ab1 (%build)',
      ],
      log: expect.stringMatching(/fedora-44-x86_64\/9000001-package\/builder-live\.log\.gz$/),
    });
  });

  test('all chroots failed: exit code 2', async () => {
    const { copr, build } = await open();
    copr.script = { chroots: { '*': { run: 30, end: 'failed' } } };
    expect((await build()).exitCode).toBe(2);
  });

  test('no SRPM could be made there: its own log is shown', async () => {
    const { copr, build } = await open();
    copr.script = {
      source: {
        run: 60,
        end: 'failed',
        log: 'error: Failed to read spec\nerror: line 3: Unknown tag: Foo\n',
      },
    };
    const result = await build();
    expect(result.exitCode).toBe(2);
    expect(result.builds[0]?.targets).toMatchObject([
      {
        name: 'srpm-builds',
        state: 'failed',
        evidence: ['error: Failed to read spec', 'error: line 3: Unknown tag: Foo'],
      },
      { name: 'fedora-44-x86_64', state: 'cancelled', note: 'there was no SRPM to build' },
    ]);
  });

  test('a chroot that never ends is lost when the time is up, and the build runs on', async () => {
    const { copr, build } = await open();
    copr.script = { chroots: { '*': { run: 30 }, 'epel-9-x86_64': { run: Infinity } } };
    const result = await build({ targets: 'fedora-44-x86_64,epel-9-x86_64', timeout: 0.3 });
    expect(result.exitCode).toBe(5);
    expect(result.builds[0]?.targets).toMatchObject([
      { state: 'lost', note: expect.stringContaining('not ended within') },
      { state: 'succeeded' },
    ]);
    expect(copr.builds.get(9_000_001)?.canceled).toBeUndefined();
  });

  test('a build that somebody cancels fails the command', async () => {
    const { copr, build } = await open();
    copr.script = { chroots: { '*': { run: Infinity } } };
    copr.fault = ({ url }) => {
      const [running] = copr.builds.values();
      if (url.includes('/build-chroot/list') && running !== undefined) running.canceled ??= copr.now() + 90;
      return undefined;
    };
    const result = await build();
    expect(result.exitCode).toBe(2);
    expect(result.builds[0]?.state).toBe('cancelled');
  });

  test('a build that vanishes is Copr’s fault: exit code 3', async () => {
    const { copr, build } = await open();
    copr.script = { chroots: { '*': { run: Infinity } } };
    copr.fault = ({ url }) => {
      if (url.includes('/build-chroot/list')) copr.forgotten.add(9_000_001);
      return undefined;
    };
    const result = await build();
    expect(result).toMatchObject({ exitCode: 3, builds: [{ state: 'lost' }] });
    expect(result.builds[0]?.targets[0]?.note).toBe('Copr no longer knows the build');
  });

  test('results that were cleaned away: the state stands, and the note says so', async () => {
    const { copr, build } = await open();
    copr.script = { chroots: { '*': { run: 30, end: 'failed' } } };
    copr.cleaned = true;
    const [made] = (await build()).builds;
    expect(made?.targets).toMatchObject([{ state: 'failed', note: 'its log is not there any more' }]);
    expect(made?.targets[0]).not.toHaveProperty('log');
  });

  test('--no-wait submits and says how to come back', async () => {
    const { build, copr } = await open();
    const result = await build({ wait: false });
    expect(result).toMatchObject({
      exitCode: 0,
      builds: [{ id: '9000001', state: 'queued', watch: 'packit build watch 9000001' }],
    });
    expect(copr.requests.at(-1)?.url).toBe('/api_3/build/create/upload');
  });

  test('--srpm uploads that file', async () => {
    const { build, copr, home } = await open();
    const file = join(home, 'given-1-1.src.rpm');
    writeFileSync(file, Buffer.concat([Buffer.from([0xed, 0xab, 0xee, 0xdb]), Buffer.alloc(2_000_000, 7)]));
    await build({ srpm: file, wait: false });
    expect([...copr.builds.values()]).toMatchObject([{ filename: 'given-1-1.src.rpm', size: 2_000_004 }]);
    await expect(build({ srpm: 'no-such.src.rpm' })).rejects.toMatchObject({ code: 'SRPM_NOT_FOUND' });
  });
});

describe('a project that is there', () => {
  test('is not touched where nothing was asked for', async () => {
    const { copr, build } = await open();
    copr.addProject('jane', 'mine', {
      chroots: ['fedora-44-x86_64', 'epel-9-x86_64'],
      module_hotfixes: true,
      delete_after_days: null,
      description: 'Old',
    });
    await build({ project: 'mine' });
    expect(writes(world)).toEqual(['POST /api_3/build/create/upload']);
    expect(copr.projects.get('jane/mine')).toMatchObject({
      unlisted_on_hp: false,
      module_hotfixes: true,
      description: 'Old',
    });
    expect([...copr.builds.values()][0]?.options).toEqual({ chroots: ['fedora-44-x86_64'] });
  });

  test('gets the chroots that are missing, keeps its others, and the build runs in --targets alone', async () => {
    const { copr, build } = await open();
    copr.addProject('jane', 'mine', { chroots: ['epel-9-x86_64'] });
    await build({ project: 'mine' });
    expect(copr.projects.get('jane/mine')?.chroots).toEqual(['epel-9-x86_64', 'fedora-44-x86_64']);
    expect([...copr.builds.values()][0]?.chroots).toEqual(['fedora-44-x86_64']);
  });

  test('is edited in what differs, and repositories are added to those there', async () => {
    const { copr, build } = await open();
    copr.addProject('jane', 'mine', {
      chroots: ['fedora-44-x86_64'],
      additional_repos: ['copr://a/b'],
      description: 'Same',
    });
    await build({
      project: 'mine',
      description: 'Same',
      instructions: 'New',
      listOnHomepage: false,
      additionalRepos: 'copr://c/d, copr://a/b',
      moduleHotfixes: true,
      bootstrap: 'on',
      enableNet: true,
    });
    const edit = copr.requests.find(({ method }) => method === 'PUT');
    expect(JSON.parse(edit?.body.toString() ?? '')).toEqual({
      instructions: 'New',
      unlisted_on_hp: true,
      repos: ['copr://a/b', 'copr://c/d'],
      module_hotfixes: true,
      bootstrap: 'on',
    });
    expect([...copr.builds.values()][0]?.options).toMatchObject({ enable_net: true });
  });

  test('without --targets and jobs the build runs in its own chroots', async () => {
    const { copr, build } = await open();
    copr.addProject('jane', 'mine', { chroots: ['epel-9-x86_64', 'fedora-43-x86_64'] });
    await build({ project: 'mine', targets: undefined });
    expect([...copr.builds.values()][0]?.chroots).toEqual(['epel-9-x86_64', 'fedora-43-x86_64']);
    expect(copr.requests.some(({ url }) => url.includes('mock-chroots'))).toBe(false);
  });

  test('two packages are built side by side in one project', async () => {
    const { copr, build } = await open({
      config:
        'upstream_tag_template: v{version}\nspecfile_path: hello.spec\npackages:\n  one: {specfile_path: hello.spec}\n  two: {specfile_path: hello.spec}\njobs:\n- {job: copr_build, trigger: pull_request, packages: [one, two], project: both, targets: [fedora-43-x86_64]}\n',
    });
    copr.script = { chroots: { '*': { run: 60 } } };
    const result = await build({ targets: undefined });
    expect(result.failed).toEqual([]);
    expect(result.builds.map(({ package: name, id, state }) => [name, id, state])).toEqual([
      ['one', '9000001', 'succeeded'],
      ['two', '9000002', 'succeeded'],
    ]);
    expect(writes(world)).toEqual([
      'POST /api_3/project/add/jane',
      'POST /api_3/build/create/upload',
      'POST /api_3/build/create/upload',
    ]);
    expect(world.said).toContain('two fedora-43-x86_64: succeeded');
  });
});

describe('targets', () => {
  test('unknown chroots are an error that lists near ones, before anything is done', async () => {
    const { build } = await open();
    await expect(
      build({ targets: 'fedora-44-x86_64,fedora-54-x86_64,fodora-rawhide' }),
    ).rejects.toMatchObject({
      code: 'COPR_CHROOT_UNKNOWN',
      exitCode: 2,
      message: expect.stringContaining('fedora-54-x86_64, fodora-rawhide'),
      details: [
        expect.stringMatching(/^fedora-54-x86_64: near ones are fedora-44-x86_64, fedora-rawhide-x86_64/),
        expect.stringMatching(/^fodora-rawhide: near ones are fedora-rawhide-x86_64/),
      ],
    });
    expect(writes(world)).toEqual([]);
  });

  test('of the configuration: those of the jobs of the project, with its owner', async () => {
    const { copr, build } = await open({
      config: config(
        'jobs:\n- {job: copr_build, trigger: commit, owner: "@team", project: nightly, targets: [epel-9-x86_64]}\n- {job: copr_build, trigger: release, owner: "@team", project: nightly, targets: [fedora-43-x86_64]}\n- {job: copr_build, trigger: release, project: other, targets: [epel-9-aarch64]}\n',
      ),
    });
    await build({ targets: undefined });
    expect(copr.projects.get('@team/nightly')?.chroots).toEqual(['epel-9-x86_64', 'fedora-43-x86_64']);
    expect(world.said.join('\n')).toContain('several projects (nightly, other)');
  });

  test('without any the stable Fedoras, as far as Copr has them', async () => {
    const { copr, build, said } = await open();
    copr.offered = copr.offered.filter((name) => name !== 'fedora-45-x86_64');
    await build({ targets: undefined });
    expect([...copr.builds.values()][0]?.chroots).toEqual(['fedora-43-x86_64', 'fedora-44-x86_64']);
    expect(said).toContain('Copr has no fedora-45-x86_64: left out.');
  });
});

describe('logins and permissions', () => {
  test('a login that has ended is found before the SRPM is made', async () => {
    const { copr, build, said } = await open();
    expireLogin(world);
    await expect(build()).rejects.toMatchObject({
      code: 'COPR_LOGIN_INVALID',
      exitCode: 3,
      hint: expect.stringContaining(`${copr.url}/api/`),
    });
    expect(said).toEqual([]);
  });

  test('a login that ends half-way: the project is there, the build is not', async () => {
    const { copr, build } = await open();
    copr.fault = ({ url }) => {
      if (url.includes('/upload')) expireLogin(world);
      return undefined;
    };
    await expect(build()).rejects.toMatchObject({ code: 'COPR_LOGIN_INVALID' });
    expect(copr.builds.size).toBe(0);
  });

  test('without a login it says where to get one', async () => {
    const { copr, build, home } = await open();
    copr.writeLogin(home, { login: undefined, token: undefined });
    await expect(build()).rejects.toMatchObject({ code: 'COPR_NO_LOGIN', exitCode: 2 });
  });

  test('the owner is the account of the login', async () => {
    const { copr, build, home } = await open();
    copr.writeLogin(home, { username: undefined });
    await build({ project: 'p' });
    expect(copr.projects.has('jane/p')).toBe(true);
  });

  test('of somebody else’s project permissions are missing: said before any work, and asked for once if wanted', async () => {
    const { copr, build } = await open();
    const project = copr.addProject('joe', 'p', { chroots: ['fedora-44-x86_64'] });
    await expect(build({ owner: 'joe', project: 'p' })).rejects.toMatchObject({
      code: 'COPR_PERMISSION_MISSING',
      exitCode: 2,
    });
    expect(project.requests).toEqual([]);
    await expect(build({ owner: 'joe', project: 'p', requestAdminIfNeeded: true })).rejects.toMatchObject({
      code: 'COPR_PERMISSION_REQUESTED',
      exitCode: 2,
    });
    expect(project.requests).toEqual([{ name: 'jane', roles: { admin: true, builder: true } }]);
    expect(copr.builds.size).toBe(0);
  });

  test('a builder who is no admin cannot add chroots', async () => {
    const { copr, build } = await open();
    copr.addProject('joe', 'p', { chroots: ['epel-9-x86_64'], builders: ['jane'] });
    await expect(build({ owner: 'joe', project: 'p' })).rejects.toMatchObject({
      code: 'COPR_PERMISSION_MISSING',
      details: [expect.stringContaining('Only owners and admins')],
    });
    await build({ owner: 'joe', project: 'p', targets: 'epel-9-x86_64' });
    expect(copr.builds.size).toBe(1);
  });

  test('the token is nowhere in what is said', async () => {
    const { build, said, copr } = await open();
    copr.script = { chroots: { '*': { end: 'failed', log: 'error: token jane-secret-token\n' } } };
    const result = await build();
    expect(said.join('\n')).not.toContain('jane-secret-token');
    expect(result.exitCode).toBe(2);
  });
});

describe('a dry run', () => {
  test('makes the SRPM and plans the rest', async () => {
    const { build, copr } = await open();
    const result = await build({ enableNet: true }, { dryRun: true });
    expect(result.exitCode).toBe(0);
    expect(result.builds[0]?.plan).toMatchObject([
      {
        action: 'create-project',
        details: { owner: 'jane', project: 'packit-cli-hello-main', chroots: ['fedora-44-x86_64'] },
      },
      {
        action: 'build',
        summary: expect.stringMatching(
          /^build hello-1\.2\.3-.*\.src\.rpm in jane\/packit-cli-hello-main for fedora-44-x86_64, with network$/,
        ),
        details: { enableNet: true },
      },
    ]);
    expect(copr.projects.size + copr.builds.size).toBe(0);
    expect(writes(world)).toEqual([]);
  });
});

describe('an interruption', () => {
  test.each([false, true])('while it waits; cancel: %s', async (cancelOnInterrupt) => {
    const { copr, build, controller } = await open();
    copr.script = { chroots: { '*': { run: Infinity } } };
    copr.fault = (_request, index) => {
      if (copr.builds.size > 0 && index > 10) controller.abort();
      return undefined;
    };
    await expect(build({ cancelOnInterrupt })).rejects.toMatchObject({
      code: 'INTERRUPTED',
      exitCode: 1,
      hint: cancelOnInterrupt
        ? undefined
        : 'Come back with: packit build watch 9000001. To end it: packit build cancel 9000001.',
    });
    expect(copr.builds.get(9_000_001)?.canceled !== undefined).toBe(cancelOnInterrupt);
  });
});
