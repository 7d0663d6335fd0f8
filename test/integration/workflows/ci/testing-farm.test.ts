/** From a unit to a request at Testing Farm and back to the unit. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createContext } from '../../../../src/context.ts';
import type { Context } from '../../../../src/context.ts';
import { openTestingFarm, ranchOf, testSubmission } from '../../../../src/workflows/ci/tests/index.ts';
import { unitsOf } from '../../../../src/workflows/ci/select/index.ts';
import { SHA, githubPullRequest } from '../../../support/ci/payloads.ts';
import { eventFrom, viewFor } from '../../../support/ci/views.ts';
import { tempDir } from '../../../support/temp.ts';
import { FARM_TOKEN, startTestingFarm } from '../../../support/testing-farm/server.ts';
import type { TestingFarmServer } from '../../../support/testing-farm/server.ts';

describe('Testing Farm in packit ci', () => {
  let server: TestingFarmServer;
  beforeEach(async () => {
    server = await startTestingFarm();
  });
  afterEach(() => server.close());

  function context(env: Record<string, string>, userConfig?: string): Context {
    const home = tempDir('packit-ci-farm');
    if (userConfig !== undefined) {
      mkdirSync(join(home, '.config'));
      writeFileSync(join(home, '.config', 'packit.yaml'), userConfig);
    }
    return createContext({ cwd: home, env: { HOME: home, PACKIT_RETRY_DELAY: '1', ...env } });
  }

  test('a unit becomes a request, and the request is found by the key of the unit', async () => {
    const event = eventFrom('pull_request', githubPullRequest());
    const view = await viewFor(
      'specfile_path: a.spec\njobs:\n  - {job: tests, trigger: pull_request, skip_build: true, targets: [epel-9-x86_64]}\n',
      event,
    );
    const [unit] = unitsOf([view], event, {
      chroots: (names) => [...names],
      branches: () => [],
      kojiTargets: () => [],
    });
    if (unit === undefined) throw new Error('no unit');
    const { farm, close } = await openTestingFarm(context(server.env));
    const composes = await farm.composes(ranchOf(view));
    const facts = { projectUrl: 'https://github.com/jane/hello', sourceUrl: 'https://github.com/jo/hello' };
    const cause = 'run:12.1';
    const { submission } = testSubmission({
      unit,
      view,
      event,
      cause,
      composes,
      build: undefined,
      hasFmf: true,
      facts,
    });
    if (submission === undefined) throw new Error('no submission');
    const since = new Date(Date.now() - 60_000);
    const { id } = await farm.submit(submission);
    const found = (await farm.recent(since))?.find(({ key }) => key === unit.key);
    expect(found).toMatchObject({ id, state: 'queued', key: unit.key, cause });
    expect(server.requests[0]?.body).toMatchObject({
      test: { tmt: { url: 'https://github.com/jo/hello', ref: SHA } },
      environments: [{ arch: 'x86_64', os: { compose: 'CentOS-Stream-9' } }],
    });
    await close();
  });

  test('a token of the user configuration is for the host it stands beside', async () => {
    const host = new URL(server.url).host;
    const { TESTING_FARM_API_URL } = server.env;
    const config = (name: string): string =>
      `authentication:\n  ${name}:\n    token: ${FARM_TOKEN}\n    instance_url: http://${host}\n`;
    const own = context({ TESTING_FARM_API_URL }, config('testing-farm'));
    const { farm, close } = await openTestingFarm(own);
    expect(await farm.recent(new Date(0))).toEqual([]);
    expect(own.redactor.text(`x ${FARM_TOKEN}`)).toBe('x ***');
    await close();

    const other = await openTestingFarm(
      context({ TESTING_FARM_API_URL }, 'authentication:\n  api.testing-farm.io:\n    token: another\n'),
    );
    await expect(other.farm.recent(new Date(0))).rejects.toMatchObject({ code: 'TESTING_FARM_NO_TOKEN' });
    await other.close();
  });

  test('the address is Testing Farm’s, unless it is set', async () => {
    const { farm, close } = await openTestingFarm(context({ TESTING_FARM_API_URL: ' ' }));
    expect(farm.url).toBe('https://api.testing-farm.io/v0.1');
    await close();
  });

  test.each([
    ['testing-farm', 'no web address'],
    ['http://farm.example.org/v0.1', 'unencrypted'],
  ])('the address %s is refused', async (url, words) => {
    const env = { TESTING_FARM_API_URL: url, TESTING_FARM_API_TOKEN: FARM_TOKEN };
    await expect(openTestingFarm(context(env))).rejects.toMatchObject({
      code: 'TESTING_FARM_URL_INVALID',
      message: expect.stringContaining(words),
    });
  });
});
