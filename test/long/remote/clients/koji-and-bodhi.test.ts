/** The services' own clients against the same stand-ins: what they send and what packit sends must be the same. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, jest, test } from '@jest/globals';
import { createBodhi, createLogin } from '../../../../src/remote/bodhi/index.ts';
import { createHttpClient } from '../../../../src/remote/http/index.ts';
import { createKoji } from '../../../../src/remote/koji/index.ts';
import type { Koji } from '../../../../src/remote/koji/index.ts';
import { createRun } from '../../../../src/tools/process/index.ts';
import { startBodhi } from '../../../support/bodhi/server.ts';
import { fakeKerberos } from '../../../support/kerberos/fake-tools.ts';
import { startKoji } from '../../../support/koji/server.ts';
import { addBranch, addBuild, emptyState } from '../../../support/koji/state.ts';
import { fromPypi, moduleFromPypi } from '../../../support/programs/from-pypi.ts';
import { tempDir } from '../../../support/temp.ts';

jest.setTimeout(600_000);
const exec = promisify(execFile);
const kojiBin = fromPypi('koji', 'koji');
const bodhiBin = moduleFromPypi('bodhi.client.bindings', 'bodhi-client');
const withKoji = kojiBin === undefined ? describe.skip : describe;
const withBodhi = bodhiBin === undefined ? describe.skip : describe;

withKoji('koji', () => {
  const changelog = [{ time: 1_714_521_600, author: 'Jané <j@example.com> - 1.1-1', text: '- a < b' }];
  const cases: [string, string[], Record<string, unknown>, (koji: Koji) => Promise<unknown>][] = [
    ['getBuildTarget', ['f42-candidate'], {}, (koji) => koji.target('f42-candidate')],
    ['getTag', ['f42'], {}, (koji) => koji.tag('f42')],
    ['getBuild', ['hello-1.1-1.fc42'], {}, (koji) => koji.build('hello-1.1-1.fc42')],
    ['getPackageID', ['hello'], {}, (koji) => koji.packageId('hello')],
    ['getFullInheritance', ['f42-updates-candidate'], {}, (koji) => koji.ancestors('f42-updates-candidate')],
    [
      'listTagged',
      ['f42-updates-candidate'],
      { package: 'hello', inherit: true, latest: true },
      (koji) => koji.latestTagged('f42-updates-candidate', 'hello'),
    ],
    [
      'listBuilds',
      [],
      { packageID: 1, state: 1, queryOpts: { order: '-build_id', limit: 5 } },
      (koji) => koji.listBuilds({ packageId: 1, state: 'complete', limit: 5 }),
    ],
    [
      'getRPMHeaders',
      [],
      {
        rpmID: 'hello-1.1-1.fc42.src',
        headers: ['changelogtime', 'changelogname', 'changelogtext'],
        strict: true,
      },
      (koji) => koji.changelog('hello-1.1-1.fc42'),
    ],
    ['listTags', [], { build: 'hello-1.1-1.fc42' }, (koji) => koji.tagsOf('hello-1.1-1.fc42')],
  ];

  test.each(cases)('%s %j %j', async (method, args, keywords, ours) => {
    const state = emptyState();
    addBranch(state, 'f42');
    addBuild(state, { nvr: 'hello-1.1-1.fc42', tag: 'f42-updates-candidate', changelog });
    const hub = await startKoji(state);
    const env = { PATH: process.env.PATH, HOME: tempDir() };
    const http = createHttpClient({ env });
    try {
      const koji = createKoji({
        http,
        run: createRun({ env }),
        cwd: env.HOME,
        url: hub.url,
        now: () => new Date(),
      });
      const found = await ours(koji);
      expect(found).toBeDefined();
      const config = join(env.HOME, 'koji.conf');
      writeFileSync(config, `[koji]\nserver = ${hub.url}\n`);
      const argv = [`--config=${config}`, '--noauth', 'call', '--json-output', '--json-input', method];
      const all = Object.keys(keywords).length === 0 ? args : [...args, { ...keywords, __starstar: true }];
      await exec(join(kojiBin ?? '', 'koji'), [...argv, ...all.map((value) => JSON.stringify(value))], {
        env,
      });
      const [own, theirs] = [hub.seen[0], hub.seen.at(-1)];
      expect(hub.seen.length).toBeGreaterThan(1);
      expect(own).toEqual(theirs);
      expect(own).toEqual({ method, args, keywords });
    } finally {
      await http.close();
      await hub.close();
    }
  });
});

const SCRIPT = `
import sys
from bodhi.client.bindings import BodhiClient
url, storage = sys.argv[1:]
client = BodhiClient(base_url=url, client_id='bodhi-client', id_provider=url + '/idp/openidc', oidc_storage_path=storage)
update = client.save(builds=['hello-1.1-1.fc42', 'world-1-1.fc42'], notes='Two things', type='bugfix', severity='low', bugs='12,13', autotime=False)
client.request(update.alias, 'stable')
print(client.query(packages='hello').updates[0].alias)
`;

withBodhi('bodhi-client', () => {
  test('takes the login packit has stored, and sends the same', async () => {
    const dir = tempDir();
    const env = { PATH: fakeKerberos(dir), HOME: dir };
    const storage = join(dir, 'client.json');
    const http = createHttpClient({ env });
    const server = await startBodhi();
    try {
      const login = createLogin({
        http,
        run: createRun({ env }),
        cwd: dir,
        now: () => new Date(),
        url: server.url,
        providerUrl: `${server.url}/idp/openidc`,
        tokenFile: storage,
        hasTicket: () => Promise.resolve(true),
        loginCommand: 'fkinit',
      });
      const bodhi = createBodhi({ http, url: server.url, login });
      const { updates } = await bodhi.save({
        builds: ['hello-1.1-1.fc42', 'world-1-1.fc42'],
        notes: 'Two things',
        type: 'bugfix',
        severity: 'low',
        bugs: '12,13',
        autotime: false,
      });
      await bodhi.request(updates[0]?.alias ?? '', 'stable');
      expect(server.provider.given).toHaveLength(1);
      server.state.updates.length = 0;
      const { stdout } = await exec(join(bodhiBin ?? '', 'python3'), ['-c', SCRIPT, server.url, storage], {
        env: { ...env, AUTHLIB_INSECURE_TRANSPORT: '1' },
      });
      expect(stdout.trim()).toBe('FEDORA-2024-0000000001');
      // Its login was packit's.
      expect(server.provider.given).toHaveLength(1);
      expect(server.posted).toHaveLength(4);
      const spelled = (form: object) =>
        JSON.parse(JSON.stringify(form).replaceAll('"False"', '"false"')) as object;
      expect(spelled(server.posted[2] ?? {})).toEqual(server.posted[0]);
      expect(server.posted[3]).toEqual(server.posted[1]);
    } finally {
      await http.close();
      await server.close();
    }
  });
});
