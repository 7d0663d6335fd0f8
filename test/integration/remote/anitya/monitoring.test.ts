import { afterEach, describe, expect, test } from '@jest/globals';
import {
  createAnitya,
  monitoringOfStatus,
  parseMonitoring,
  readMonitoring,
} from '../../../../src/remote/anitya/index.ts';
import { createBugzilla } from '../../../../src/remote/bugzilla/index.ts';
import { createHttpClient } from '../../../../src/remote/http/index.ts';
import type { HttpClient } from '../../../../src/remote/http/index.ts';
import { sendJson, startServer } from '../../../support/http/server.ts';
import type { Handler, TestServer } from '../../../support/http/server.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** Paths with their query to answers; anything else is 404. */
async function world(
  routes: Record<string, unknown>,
): Promise<{ server: TestServer; http: HttpClient; url: string }> {
  const handler: Handler = (request, response) => {
    const answer = routes[request.url];
    if (typeof answer === 'string') response.end(answer);
    else if (answer === undefined) sendJson(response, { output: 'notok', error: 'No such thing' }, 404);
    else sendJson(response, answer);
  };
  const server = await startServer(handler);
  const http = createHttpClient({ env: {}, retryDelay: 1 });
  cleanups.push(
    () => server.close(),
    () => http.close(),
  );
  return { server, http, url: server.url };
}

describe('release monitoring', () => {
  test('the version of the mapped project', async () => {
    const { http, url } = await world({
      '/api/project/Fedora/python-ogr': { name: 'ogr', version: '0.50.0' },
    });
    expect(await createAnitya({ http, url }).latestVersion('python-ogr')).toBe('0.50.0');
  });

  test('without a mapping, the project of the same name and no other', async () => {
    const projects = [
      { name: 'hello-world', version: '9' },
      { name: 'hello', version: '2.12.1' },
    ];
    const { http, url } = await world({ '/api/projects?pattern=hello': { projects } });
    expect(await createAnitya({ http, url }).latestVersion('hello')).toBe('2.12.1');
    expect(await createAnitya({ http, url }).latestVersion('other')).toBeUndefined();
  });

  test('a project without a version is none', async () => {
    const { http, url } = await world({
      '/api/project/Fedora/a': { version: null },
      '/api/projects?pattern=a': { projects: [] },
    });
    expect(await createAnitya({ http, url }).latestVersion('a')).toBeUndefined();
  });

  test('a service that is away is an error for the caller to judge', async () => {
    const { http, url, server } = await world({});
    await server.close();
    await expect(createAnitya({ http, url }).latestVersion('a')).rejects.toMatchObject({
      code: 'HTTP_REFUSED',
    });
  });

  test('is there a mapping?', async () => {
    const { http, url } = await world({
      '/api/v2/packages/?name=mapped&distribution=Fedora': { items: [{ name: 'mapped', project: 'x' }] },
      '/api/v2/packages/?name=free&distribution=Fedora': { items: [] },
    });
    const anitya = createAnitya({ http, url });
    expect(await anitya.isMapped('mapped')).toBe(true);
    expect(await anitya.isMapped('free')).toBe(false);
  });
});

describe('monitoring of a package', () => {
  test('monitoring.toml comes first', async () => {
    const { http, url } = await world({
      '/rpms/a/raw/rawhide/f/monitoring.toml':
        'monitoring = true\n# bugzilla = false\nscratch_build=true # yes\n[x]\nall_versions = true\n',
    });
    expect(await readMonitoring({ http, url, packageName: 'a' })).toEqual({
      monitoring: true,
      bugzilla: true,
      allVersions: false,
      stableOnly: false,
      scratchBuild: true,
    });
  });

  test('else what the page of the package says', async () => {
    const { http, url } = await world({
      '/_dg/anitya/rpms/a': { monitoring: 'monitoring-all-scratch' },
      '/_dg/anitya/rpms/b': { monitoring: 'something new' },
    });
    expect(await readMonitoring({ http, url, packageName: 'a' })).toMatchObject({
      allVersions: true,
      scratchBuild: true,
    });
    expect(await readMonitoring({ http, url, packageName: 'b' })).toBeUndefined();
    expect(await readMonitoring({ http, url, packageName: 'c' })).toBeUndefined();
  });

  test.each([
    ['no-monitoring', false, false, false, false],
    ['monitoring', true, false, false, false],
    ['monitoring-with-scratch', true, false, false, true],
    ['monitoring-all', true, true, false, false],
    ['monitoring-all-scratch', true, true, false, true],
    ['monitoring-stable', true, false, true, false],
    ['monitoring-stable-scratch', true, false, true, true],
  ])('%s', (status, monitoring, allVersions, stableOnly, scratchBuild) => {
    const expected = { monitoring, bugzilla: monitoring, allVersions, stableOnly, scratchBuild };
    expect(monitoringOfStatus(status)).toEqual(expected);
  });

  test('an empty file has the defaults', () => {
    expect(parseMonitoring('')).toMatchObject({ monitoring: false, bugzilla: true });
  });
});

describe('Bugzilla', () => {
  const path = (name: string): string =>
    `/rest/bug?product=Fedora&component=${name}&status=NEW&summary=is+available&creator=Upstream+Release+Monitoring&include_fields=id%2Csummary`;

  test('the bug about this very version', async () => {
    const bugs = [
      { id: 1, summary: 'hello-1.0.1 is available' },
      { id: 2, summary: 'xhello-1.0 is available' },
      { id: 3, summary: 'hello-1.0 is available' },
    ];
    const { http, url } = await world({ [path('hello')]: { bugs }, [path('other')]: { bugs: [] } });
    const bugzilla = createBugzilla({ http, url });
    expect(await bugzilla.releaseMonitoringBug('hello', '1.0')).toBe('rhbz#3');
    expect(await bugzilla.releaseMonitoringBug('hello', '2.0')).toBeUndefined();
    expect(await bugzilla.releaseMonitoringBug('other', '1.0')).toBeUndefined();
  });
});
