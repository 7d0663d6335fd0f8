import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createContext } from '../../../../src/context.ts';
import { silentUi } from '../../../../src/ui.ts';
import { buildInObs } from '../../../../src/workflows/build/obs/index.ts';
import type { BuildInObsInput } from '../../../../src/workflows/build/obs/index.ts';
import { watchBuilds } from '../../../../src/workflows/build/index.ts';
import { buildSrpms } from '../../../../src/workflows/srpm/index.ts';
import { createBuildable } from '../../../support/buildable.ts';
import type { TestRepository } from '../../../support/git.ts';
import { OBS_PASSWORD, OBS_USER, startObs } from '../../../support/obs/server.ts';
import type { ObsCourse, TestObs } from '../../../support/obs/server.ts';
import { snapshot } from '../../../support/snapshot.ts';
import { tempDir } from '../../../support/temp.ts';

let home: string;
let scratch: string;
let repository: TestRepository;
let obs: TestObs;

beforeEach(() => {
  home = tempDir();
  scratch = tempDir();
  repository = createBuildable(home);
  mkdirSync(join(home, '.config', 'osc'), { recursive: true });
});

afterEach(async () => {
  await obs.close();
});

async function start(course: ObsCourse = {}): Promise<void> {
  obs = await startObs(course);
  writeFileSync(
    join(home, '.config', 'osc', 'oscrc'),
    `[general]\napiurl=${obs.url}\n[${obs.url}]\nuser=${OBS_USER}\npass=${OBS_PASSWORD}\n`,
  );
}

function context(options: { dryRun?: boolean; env?: Record<string, string>; lines?: string[] } = {}) {
  const ui = { ...silentUi(), info: (line: string) => void options.lines?.push(line) };
  return createContext({
    cwd: repository.dir,
    env: {
      ...repository.env,
      TMPDIR: scratch,
      OSC_APIURL: obs.url,
      PACKIT_RETRY_DELAY: '1',
      PACKIT_POLL_DELAY: '1',
      ...options.env,
    },
    ui,
    dryRun: options.dryRun ?? false,
  });
}

async function build(input: Partial<BuildInObsInput> = {}, options: Parameters<typeof context>[0] = {}) {
  try {
    return await buildInObs(context(options), { wait: true, ...input });
  } finally {
    expect(readdirSync(scratch)).toEqual([]);
  }
}

const PROJECT = 'home:jane:packit';
const files = (): string[] =>
  [...(obs.projects.get(PROJECT)?.packages.get('hello')?.files.keys() ?? [])].sort();

describe('packit build in-obs', () => {
  test('makes project and package, commits the sources, waits, and leaves the checkout alone', async () => {
    await start({
      'fedora-rawhide-x86_64/x86_64': [
        'dirty succeeded',
        'scheduled',
        'building',
        'building',
        'finished',
        'succeeded',
      ],
    });
    const before = snapshot(repository.dir);
    const result = await build();
    expect(result).toMatchObject({
      exitCode: 0,
      failed: [],
      builds: [
        {
          place: 'obs',
          package: 'hello',
          version: '1.2.3',
          id: 'home:jane:packit/hello',
          url: `${obs.url}/package/show/home:jane:packit/hello`,
          watch: `packit build watch ${obs.url}/package/show/home:jane:packit/hello`,
          state: 'succeeded',
          targets: [{ name: 'fedora-rawhide-x86_64', state: 'succeeded' }],
        },
      ],
    });
    expect(files()).toEqual(['hello-1.2.3.tar.gz', 'hello.changes', 'hello.conf', 'hello.spec']);
    expect(obs.projects.get(PROJECT)?.packages.get('hello')?.commits).toEqual(['Created by packit']);
    expect(snapshot(repository.dir)).toEqual(before);
  });

  test('a second run sends only what is new; files that are gone leave, and that is said', async () => {
    await start();
    obs.wantHashes = true;
    await build();
    obs.projects.get(PROJECT)?.packages.get('hello')?.files.set('old.patch', '0');
    const sent = obs.service.log.length;
    const lines: string[] = [];
    await build({}, { lines });
    expect(obs.service.log.slice(sent).filter((line) => line.includes('rev=repository'))).not.toContain(
      expect.stringContaining('hello.conf'),
    );
    expect(
      obs.service.log.slice(sent).filter((line) => line.startsWith('PUT') && line.endsWith('_meta')),
    ).toEqual([]);
    expect(lines).toContain('OBS: files that are not in the source RPM leave the package: old.patch');
    expect(files()).not.toContain('old.patch');
  });

  test.each([
    ['failed', 'failed', 2],
    ['unresolvable: nothing provides x', 'failed', 2],
    ['broken: no source', 'failed', 2],
    ['excluded', 'skipped', 0],
    ['disabled', 'skipped', 0],
  ])('a build that ends as %s', async (code, state, exitCode) => {
    await start({ 'fedora-rawhide-x86_64/x86_64': ['building', code] });
    const result = await build();
    expect(result).toMatchObject({ exitCode, builds: [{ state }] });
    const [target] = result.builds[0]?.targets ?? [];
    if (code === 'failed') expect(target?.evidence).toContain('hello.c:1: error: no such thing');
    else expect(target?.evidence).toBeUndefined();
  });

  test('some of several targets: aliases, exit code 5', async () => {
    await start({ 'opensuse-tumbleweed-x86_64/x86_64': ['failed'] });
    const lines: string[] = [];
    const result = await build({ targets: 'opensuse-all, fedora-rawhide' }, { lines });
    expect(result.exitCode).toBe(5);
    expect(result.builds[0]?.targets.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'opensuse-leap-16.1-x86_64 succeeded',
      'opensuse-leap-16.0-x86_64 succeeded',
      'opensuse-leap-15.6-x86_64 succeeded',
      'opensuse-tumbleweed-x86_64 failed',
      'fedora-rawhide-x86_64 succeeded',
    ]);
    expect(lines[0]).toMatch(/^Not in OBS, and left out: opensuse-leap-micro-/);
  });

  test('an existing project keeps its settings', async () => {
    await start();
    const meta = `<project name="${PROJECT}"><title>Mine</title><description>Kept</description><person userid="joe" role="maintainer"/><debuginfo><enable/></debuginfo><repository name="tw" block="never"><path project="openSUSE:Factory" repository="snapshot"/><arch>x86_64</arch></repository></project>`;
    obs.projects.set(PROJECT, { meta, packages: new Map() });
    const result = await build({ targets: 'opensuse-tumbleweed' });
    expect(result.exitCode).toBe(0);
    expect(obs.projects.get(PROJECT)?.meta).toBe(meta);
    await build({ targets: 'fedora-42', description: 'Kept' });
    expect(obs.projects.get(PROJECT)?.meta).toBe(
      meta.replace(
        '</project>',
        '<repository name="fedora-42-x86_64"><path project="Fedora:42" repository="standard"/><path project="Fedora:42" repository="update"/><arch>x86_64</arch></repository></project>',
      ),
    );
  });

  test('--srpm is honoured: that file is sent, whatever the checkout is by now', async () => {
    await start();
    await buildSrpms(context(), { output: join(home, 'given.src.rpm') });
    repository.write('more', 'x');
    repository.commit('More');
    repository.tag('v9.9.9');
    expect((await build({ srpm: '../given.src.rpm' })).exitCode).toBe(0);
    expect(files()).toEqual(['hello-1.2.3.tar.gz', 'hello.changes', 'hello.conf', 'hello.spec']);
    await expect(build({ srpm: 'none.src.rpm' })).rejects.toMatchObject({ code: 'SRPM_NOT_FOUND' });
  });

  test('a dry run changes nothing and shows the plan', async () => {
    await start();
    const result = await build({ targets: 'fedora-42-x86_64' }, { dryRun: true });
    expect(result.builds[0]?.plan?.map(({ summary }) => summary)).toEqual([
      'create the project home:jane:packit',
      'add the repository fedora-42-x86_64',
      'create the package home:jane:packit/hello',
      'commit hello-1.2.3.tar.gz, hello.conf, hello.spec, hello.changes to home:jane:packit/hello',
      'build for fedora-42-x86_64',
    ]);
    expect(obs.projects.size).toBe(0);
    expect(obs.service.log.every((line) => line.startsWith('GET'))).toBe(true);
  });

  test('--no-wait says how to come back, and watch does', async () => {
    await start({ 'fedora-rawhide-x86_64/x86_64': ['building', 'building', 'failed'] });
    const result = await build({ wait: false });
    expect(result).toMatchObject({ exitCode: 0, builds: [{ state: 'queued' }] });
    const page = result.builds[0]?.watch?.split(' ').at(-1) ?? '';
    const watched = await watchBuilds(context(), { builds: [page] });
    expect(watched).toMatchObject({
      exitCode: 2,
      builds: [{ targets: [{ name: 'fedora-rawhide-x86_64/x86_64', state: 'failed' }] }],
    });
  });

  test('what never ends is lost when the time is up', async () => {
    await start({ 'fedora-rawhide-x86_64/x86_64': ['building'] });
    const result = await build({ timeout: 0.2 });
    expect(result).toMatchObject({ exitCode: 3, builds: [{ state: 'lost', targets: [{ state: 'lost' }] }] });
  });

  test('a wrong password, a project of somebody else, an unknown target: before anything is made', async () => {
    await start();
    await expect(build({}, { env: { OSC_PASSWORD: 'wrong' } })).rejects.toMatchObject({
      code: 'OBS_UNAUTHORIZED',
      exitCode: 2,
    });
    await expect(build({ obsProject: 'openSUSE:Factory' })).rejects.toMatchObject({
      code: 'OBS_REFUSED',
      message:
        'OBS refused (403): You are not allowed to create openSUSE:Factory – create_project_no_permission',
    });
    await expect(build({ targets: 'fedora-42,mageia-9-x86_64' })).rejects.toMatchObject({
      code: 'OBS_TARGET_UNKNOWN',
    });
    expect(obs.projects.size).toBe(0);
  });

  test('a signature by an ssh key, where the server wants one', async () => {
    await start();
    obs.signatures = [];
    const key = join(home, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    writeFileSync(join(home, '.config', 'osc', 'oscrc'), `[${obs.url}]\nuser=${OBS_USER}\nsshkey=${key}\n`);
    expect((await build()).exitCode).toBe(0);
    const [, created = '', signature = ''] =
      /^Signature keyId="jane",algorithm="ssh",headers="\(created\)",created=(\d+),signature="([^"]+)"$/.exec(
        obs.signatures[0] ?? '',
      ) ?? [];
    const armoured = `-----BEGIN SSH SIGNATURE-----\n${signature.replace(/.{70}/g, '$&\n')}\n-----END SSH SIGNATURE-----\n`;
    writeFileSync(join(home, 'sig'), armoured);
    const verified = execFileSync(
      'ssh-keygen',
      ['-Y', 'check-novalidate', '-n', 'Use your developer account', '-s', join(home, 'sig')],
      { input: `(created): ${created}`, encoding: 'utf8' },
    );
    expect(verified).toContain('Good "Use your developer account" signature');
  });

  test('a password that osc has hidden', async () => {
    await start();
    const hidden = execFileSync('bzip2', ['-c'], { input: OBS_PASSWORD }).toString('base64');
    writeFileSync(join(home, '.config', 'osc', 'oscrc'), `[${obs.url}]\nuser=${OBS_USER}\npassx=${hidden}\n`);
    expect((await build()).exitCode).toBe(0);
  });
});

describe('faults on the way', () => {
  /** Requests of a run nobody disturbs. */
  async function requests(): Promise<number> {
    await start({ 'fedora-rawhide-x86_64/x86_64': ['building', 'failed'] });
    await build();
    const count = obs.service.log.length;
    await obs.close();
    return count;
  }

  test.each(['cut', 'cut-after', 503] as const)('%s at each request: the same outcome', async (fault) => {
    const count = await requests();
    for (let number = 1; number <= count; number += 1) {
      await start({ 'fedora-rawhide-x86_64/x86_64': ['building', 'failed'] });
      obs.service.failAt(number, fault);
      const result = await build();
      expect(result).toMatchObject({ exitCode: 2, builds: [{ state: 'failed' }] });
      expect(files()).toEqual(['hello-1.2.3.tar.gz', 'hello.changes', 'hello.conf', 'hello.spec']);
      await obs.close();
    }
    await start();
  });

  test('a server that is away for long while the build is waited for', async () => {
    await start({ 'fedora-rawhide-x86_64/x86_64': ['building', 'building', 'succeeded'] });
    obs.service.failOn(/_result/, 502, 15);
    expect(await build()).toMatchObject({ exitCode: 0, builds: [{ state: 'succeeded' }] });
  });

  test('a package that is removed meanwhile is lost', async () => {
    await start({ 'fedora-rawhide-x86_64/x86_64': ['building'] });
    obs.service.failOn(/_result/, 404, 100);
    expect(await build()).toMatchObject({ exitCode: 3, builds: [{ targets: [{ state: 'lost' }] }] });
  });
});
