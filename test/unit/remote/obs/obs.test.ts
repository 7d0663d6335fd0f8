import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { obsTarget, planProjectMeta, readObsAccount } from '../../../../src/remote/obs/index.ts';
import { readResults } from '../../../../src/remote/obs/results.ts';
import { tempDir } from '../../../support/temp.ts';

const path = (project: string, repository: string) => ({ project, repository });

describe('where a target is in OBS', () => {
  test.each([
    ['fedora-rawhide-x86_64', [path('Fedora:Rawhide', 'standard')]],
    ['fedora-42-aarch64', [path('Fedora:42', 'standard'), path('Fedora:42', 'update')]],
    ['epel-9-x86_64', [path('Fedora:EPEL:9', 'stream')]],
    ['epel-8-x86_64', [path('Fedora:EPEL:8', 'CentOS')]],
    ['opensuse-leap-15.6-x86_64', [path('openSUSE:Leap:15.6', 'standard')]],
    ['opensuse-tumbleweed-x86_64', [path('openSUSE:Factory', 'snapshot')]],
    ['opensuse-tumbleweed-aarch64', [path('openSUSE:Factory:ARM', 'standard')]],
    ['opensuse-tumbleweed-s390x', [path('openSUSE:Factory:zSystem', 'standard')]],
    ['opensuse-tumbleweed-ppc64le', [path('openSUSE:Factory:PowerPC', 'standard')]],
  ])('%s', (name, paths) => {
    expect(obsTarget(name).paths).toEqual(paths);
  });

  test.each(['epel-10-x86_64', 'mageia-9-x86_64', 'fedora', 'opensuse-tumbleweed-i586'])(
    'not known: %s',
    (name) => {
      expect(() => obsTarget(name)).toThrow(expect.objectContaining({ code: 'OBS_TARGET_UNKNOWN' }));
    },
  );
});

const WISHES = { project: 'home:jane:packit', owner: 'jane' };
const targets = (...names: string[]) => names.map(obsTarget);

describe("a project's settings", () => {
  test('of a new project; targets of one place share a repository', () => {
    const { xml, changes, repositories } = planProjectMeta(undefined, {
      ...WISHES,
      description: 'a < b',
      targets: targets('fedora-42-x86_64', 'fedora-42-aarch64', 'fedora-rawhide-x86_64'),
    });
    expect(xml).toBe(
      '<project name="home:jane:packit"><title>Packit project</title><description>a &lt; b</description>' +
        '<person userid="jane" role="maintainer"/>' +
        '<repository name="fedora-42-x86_64"><path project="Fedora:42" repository="standard"/>' +
        '<path project="Fedora:42" repository="update"/><arch>x86_64</arch><arch>aarch64</arch></repository>' +
        '<repository name="fedora-rawhide-x86_64"><path project="Fedora:Rawhide" repository="standard"/>' +
        '<arch>x86_64</arch></repository></project>',
    );
    expect(changes[0]).toBe('create the project home:jane:packit');
    expect(repositories).toEqual([
      { target: 'fedora-42-x86_64', repository: 'fedora-42-x86_64', arch: 'x86_64' },
      { target: 'fedora-42-aarch64', repository: 'fedora-42-x86_64', arch: 'aarch64' },
      { target: 'fedora-rawhide-x86_64', repository: 'fedora-rawhide-x86_64', arch: 'x86_64' },
    ]);
  });

  const EXISTING = `<project name="home:jane:packit" kind="standard">
  <title>Mine</title>
  <description>Kept</description>
  <person userid="joe" role="reviewer"/>
  <build><disable arch="i586"/></build>
  <repository name="tw" rebuild="local" block="never">
    <path project="openSUSE:Factory" repository="snapshot"/>
    <arch>x86_64</arch>
  </repository>
</project>`;

  test('of an existing one are kept: only what is missing is added', () => {
    const plan = planProjectMeta(EXISTING, {
      ...WISHES,
      targets: targets('opensuse-tumbleweed-x86_64', 'fedora-42-x86_64'),
    });
    expect(plan.changes).toEqual(['add the repository fedora-42-x86_64']);
    expect(plan.xml?.startsWith(EXISTING.replace('</project>', '').trimEnd())).toBe(true);
    expect(plan.repositories[0]).toEqual({
      target: 'opensuse-tumbleweed-x86_64',
      repository: 'tw',
      arch: 'x86_64',
    });
  });

  test('of one that has everything are not sent at all', () => {
    const plan = planProjectMeta(EXISTING, { ...WISHES, targets: targets('opensuse-tumbleweed-x86_64') });
    expect(plan).toMatchObject({ xml: undefined, changes: [] });
  });

  test('a description that was asked for is set', () => {
    const plan = planProjectMeta(EXISTING, { ...WISHES, description: 'New', targets: [] });
    expect(plan.changes).toEqual(['set its description to "New"']);
    expect(plan.xml).toBe(EXISTING.replace('Kept', 'New'));
  });

  test('a repository of that name which stands on something else is not touched', () => {
    const other = EXISTING.replace('name="tw"', 'name="fedora-42-x86_64"');
    expect(() => planProjectMeta(other, { ...WISHES, targets: targets('fedora-42-x86_64') })).toThrow(
      expect.objectContaining({ code: 'OBS_REPOSITORY_DIFFERS' }),
    );
  });

  test('what is no project is not taken for one', () => {
    expect(() => planProjectMeta('<html><p></html>', { ...WISHES, targets: [] })).toThrow(
      expect.objectContaining({ code: 'OBS_ANSWER' }),
    );
  });
});

describe('results', () => {
  const place = { apiUrl: 'https://api.opensuse.org', project: 'home:jane', package: 'hello' };
  const repository = { target: 'fedora-42-x86_64', repository: 'f', arch: 'x86_64' };
  const read = (code: string, dirty = '', details = '') =>
    readResults(
      `<resultlist state="x"><result project="home:jane" repository="f" arch="x86_64" code="building" ${dirty}>` +
        `<status package="other" code="failed"/><status package="hello" code="${code}"><details>${details}</details></status>` +
        '</result></resultlist>',
      [repository],
      place,
    )[0];

  test.each([
    ['succeeded', 'succeeded', undefined],
    ['failed', 'failed', undefined],
    ['unresolvable', 'failed', 'unresolvable: nothing provides x'],
    ['broken', 'failed', 'broken: nothing provides x'],
    ['locked', 'failed', 'locked: nothing provides x'],
    ['excluded', 'skipped', 'excluded: nothing provides x'],
    ['disabled', 'skipped', 'disabled: nothing provides x'],
    ['building', 'running', undefined],
    ['finished', 'running', 'finished: nothing provides x'],
    ['blocked', 'queued', 'blocked: nothing provides x'],
    ['scheduled', 'queued', 'scheduled: nothing provides x'],
    ['new-word', 'queued', 'new-word: nothing provides x'],
  ])('%s is %s', (code, state, note) => {
    const run = read(code, '', note === undefined ? '' : 'nothing provides x');
    expect(run).toMatchObject({ name: 'fedora-42-x86_64', state });
    expect(run?.note).toBe(note);
  });

  test('a dirty answer is to the sources of before', () => {
    expect(read('succeeded', 'dirty="true"')?.state).toBe('queued');
    expect(read('building', 'dirty="true"')?.state).toBe('running');
  });

  test('what the server has not heard of is queued; links', () => {
    expect(readResults('<resultlist/>', [repository], place)).toEqual([
      {
        name: 'fedora-42-x86_64',
        state: 'queued',
        url: 'https://build.opensuse.org/package/live_build_log/home:jane/hello/f/x86_64',
        log: 'https://api.opensuse.org/build/home%3Ajane/f/x86_64/hello/_log',
      },
    ]);
  });
});

describe("osc's configuration", () => {
  function write(text: string): { env: Record<string, string>; config: string } {
    const home = tempDir();
    const config = join(home, '.config');
    mkdirSync(join(config, 'osc'), { recursive: true });
    writeFileSync(join(config, 'osc', 'oscrc'), text);
    return { env: { HOME: home }, config };
  }

  test('user and password of the API', async () => {
    const { env, config } = write(
      '[general]\napiurl = https://other\n# x\n[https://other]\nuser=joe\npass=1\n[https://api.opensuse.org/]\nuser = jane\npass=a=b:c \n',
    );
    await expect(readObsAccount(env, config)).resolves.toEqual({
      apiUrl: 'https://api.opensuse.org',
      user: 'jane',
      password: 'a=b:c',
    });
    await expect(
      readObsAccount({ ...env, OSC_APIURL: 'https://other/', OSC_PASSWORD: 'x' }, config),
    ).resolves.toEqual({ apiUrl: 'https://other', user: 'joe', password: 'x' });
  });

  test('a hidden password, an ssh key', async () => {
    const hidden = write('[https://api.opensuse.org]\nuser=jane\npassx=QlpoO\n');
    await expect(readObsAccount(hidden.env, hidden.config)).resolves.toMatchObject({
      hiddenPassword: 'QlpoO',
    });
    const manager = write(
      '[https://api.opensuse.org]\nuser=jane\npass=QlpoO\ncredentials_mgr_class=osc.credentials.ObfuscatedConfigFileCredentialsManager\n',
    );
    await expect(readObsAccount(manager.env, manager.config)).resolves.toMatchObject({
      hiddenPassword: 'QlpoO',
    });
    const key = write('[api.opensuse.org]\nuser=jane\nsshkey=id_obs\n');
    await expect(readObsAccount(key.env, key.config)).resolves.toMatchObject({
      sshKey: `${key.env.HOME}/.ssh/id_obs`,
    });
  });

  test('none, or without a password', async () => {
    await expect(readObsAccount({ HOME: '/nowhere' }, '/nowhere')).rejects.toMatchObject({
      code: 'OBS_NO_ACCOUNT',
    });
    const { env, config } = write('[https://api.opensuse.org]\nuser=jane\n');
    await expect(readObsAccount(env, config)).rejects.toMatchObject({ code: 'OBS_NO_PASSWORD' });
    await expect(
      readObsAccount({ HOME: '/nowhere', OSC_USERNAME: 'u', OSC_PASSWORD: 'p' }, '/nowhere'),
    ).resolves.toMatchObject({ user: 'u', password: 'p' });
  });
});
