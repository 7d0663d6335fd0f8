/** Builds whose SRPM is made by a script inside Copr. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createCopr, readCoprConfig } from '../../../../src/remote/copr/index.ts';
import type { Copr, CustomBuild } from '../../../../src/remote/copr/index.ts';
import { createHttpClient } from '../../../../src/remote/http/index.ts';
import { createRun } from '../../../../src/tools/process/index.ts';
import { startCopr } from '../../../support/copr/server.ts';
import type { CoprServer } from '../../../support/copr/server.ts';
import { tempDir } from '../../../support/temp.ts';

describe('a build from a script', () => {
  let server: CoprServer;
  let copr: Copr;
  let clock = 1_800_000_000;
  beforeEach(async () => {
    server = await startCopr();
    server.now = () => clock;
    server.addProject('jane', 'hello-7', { chroots: ['fedora-44-x86_64', 'fedora-45-x86_64'] });
    copr = await client();
  });
  afterEach(async () => {
    await server.close();
    expect(server.unexpected).toEqual([]);
  });

  async function client(): Promise<Copr> {
    const home = tempDir('packit-copr-custom');
    server.writeLogin(home);
    return createCopr({
      http: createHttpClient({ env: {}, retryDelay: 1 }),
      config: await readCoprConfig(home),
      home,
      cwd: home,
      run: createRun({ env: {} }),
      now: () => new Date(),
    });
  }

  test('sends every field by the name Copr has for it, and is read back', async () => {
    const build = await copr.buildCustom(custom({ enableNet: true, timeout: 600 }));
    expect(build).toMatchObject({
      owner: 'jane',
      project: 'hello-7',
      chroots: ['fedora-44-x86_64'],
      packageName: 'package',
      submitter: 'jane',
    });
    expect(JSON.parse(String(server.requests.at(-1)?.body))).toEqual({
      ownername: 'jane',
      projectname: 'hello-7',
      project_dirname: null,
      script: '#!/bin/sh\nmake-sources\n',
      chroot: 'fedora-45-x86_64',
      builddeps: 'packit git-core',
      resultdir: '.',
      repos: 'copr://packit/packit-stable https://example.org/repo/',
      chroots: ['fedora-44-x86_64'],
      enable_net: true,
      timeout: 600,
    });
    expect(await copr.sourceConfig(build.id)).toEqual({
      type: 'custom',
      script: '#!/bin/sh\nmake-sources\n',
    });
    expect(server.requests.at(-1)?.headers.authorization).toBeUndefined();
  });

  test('goes from the script to the chroots', async () => {
    server.script = {
      source: { run: 60, srpm: 'hello-2.0-1.src.rpm' },
      import: 5,
      chroots: { 'fedora-45-x86_64': { run: 30, end: 'failed' }, '*': { run: 10 } },
    };
    const both = ['fedora-44-x86_64', 'fedora-45-x86_64'];
    const { id, state, packageName } = await copr.buildCustom(custom({ chroots: both }));
    expect({ state, packageName }).toEqual({ state: 'running', packageName: undefined });
    expect((await copr.buildChroots(id))?.map((one) => one.state)).toEqual(['queued', 'queued']);
    clock += 64;
    expect(await copr.build(id)).toMatchObject({ word: 'importing', packageName: 'hello', version: '2.0-1' });
    clock += 11;
    expect((await copr.buildChroots(id))?.map((one) => one.state)).toEqual(['succeeded', 'running']);
    clock += 30;
    expect((await copr.buildChroots(id))?.map((one) => one.state)).toEqual(['succeeded', 'failed']);
    expect(await copr.build(id)).toMatchObject({
      state: 'failed',
      srpmUrl: expect.stringMatching(/srpm-builds\/\d+\/hello-2\.0-1\.src\.rpm$/),
    });
    const hello = { name: 'hello', epoch: 0, version: '2.0', release: '1' };
    expect(await copr.builtPackages(id)).toEqual({
      'fedora-44-x86_64': [
        { ...hello, arch: 'src' },
        { ...hello, arch: 'x86_64' },
      ],
      'fedora-45-x86_64': [],
    });
    expect(await copr.builtPackages('1')).toBeUndefined();
  });

  test('ends with a script that fails', async () => {
    server.script = { source: { run: 10, end: 'failed', log: 'packit: command not found\n' } };
    const { id } = await copr.buildCustom(custom());
    clock += 11;
    expect(await copr.build(id)).toMatchObject({ state: 'failed' });
    const source = await copr.sourceChroot(id);
    expect(source).toMatchObject({ name: 'srpm-builds', state: 'failed' });
    expect((await copr.log(source?.resultUrl ?? ''))?.text).toContain('command not found');
  });

  test.each([
    [{ script: `#!/bin/sh\n${'#'.repeat(4096)}` }, "{'script': ['Maximum script size is 4kB']}"],
    [{ scriptChroot: 'fedora-1-x86_64' }, "{'chroot': ['Not a valid choice']}"],
    [{ scriptRepos: ['ftp://x'] }, 'separated by whitespace'],
    [{ chroots: ['epel-9-x86_64'] }, "{'chroots': ['epel-9-x86_64']}"],
  ])('is refused: %j', async (changes, words) => {
    await expect(copr.buildCustom(custom(changes))).rejects.toMatchObject({
      code: 'COPR_REFUSED',
      status: 400,
      message: expect.stringContaining(words),
    });
    expect(server.builds.size).toBe(0);
  });

  test.each(['cut', 'cut-after', 502] as const)(
    'is never submitted twice, with the fault %s',
    async (fault) => {
      server.fault = ({ url }) => (url.endsWith('/custom') ? fault : undefined);
      await expect(copr.buildCustom(custom())).rejects.toMatchObject({ exitCode: 3 });
      expect(server.requests).toHaveLength(1);
      expect(server.builds.size).toBe(fault === 'cut-after' ? 1 : 0);
    },
  );

  test('other builds have no script, unknown ones no source', async () => {
    const { id } = await copr.buildCustom(custom());
    const stored = server.builds.get(Number(id));
    if (stored !== undefined) stored.source = { type: 'upload' };
    expect(await copr.sourceConfig(id)).toEqual({ type: 'upload', script: undefined });
    expect(await copr.sourceConfig('1')).toBeUndefined();
  });
});

function custom(changes: Partial<CustomBuild> = {}): CustomBuild {
  return {
    owner: 'jane',
    project: 'hello-7',
    script: '#!/bin/sh\nmake-sources\n',
    scriptChroot: 'fedora-45-x86_64',
    scriptBuilddeps: ['packit', 'git-core'],
    scriptResultdir: '.',
    scriptRepos: ['copr://packit/packit-stable', 'https://example.org/repo/'],
    chroots: ['fedora-44-x86_64'],
    ...changes,
  };
}
