import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHttpClient } from '../../../../src/remote/http/index.ts';
import { createTestingFarm } from '../../../../src/remote/testing-farm/index.ts';
import type { FarmSubmission, TestingFarm } from '../../../../src/remote/testing-farm/index.ts';
import { BREAKS, FAILS, FARM_TOKEN, startTestingFarm } from '../../../support/testing-farm/server.ts';
import type { FarmStep, TestingFarmServer } from '../../../support/testing-farm/server.ts';

const KEY = '0123456789abcdef0123456789abcdef';

describe('the client of Testing Farm', () => {
  let server: TestingFarmServer;
  let farm: TestingFarm;
  beforeEach(async () => {
    server = await startTestingFarm();
    farm = client();
  });
  afterEach(() => server.close());

  function client(token: string | undefined = FARM_TOKEN, dryRun = false): TestingFarm {
    const http = createHttpClient({ env: {}, retryDelay: 1, dryRun });
    return createTestingFarm({ http, url: `${server.url}/`, token });
  }

  test('a request goes from queued to passed, and is known by its key', async () => {
    const begun = await farm.submit(submission());
    expect(begun).toEqual({
      id: server.requests[0]?.id,
      state: 'queued',
      overall: undefined,
      summary: '',
      url: `${server.url}/requests/${begun.id}`,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      key: KEY,
      cause: 'event',
    });
    const artifacts = `https://artifacts.dev.testing-farm.io/${begun.id}`;
    expect(await farm.request(begun.id)).toMatchObject({ state: 'queued', key: KEY, url: begun.url });
    expect(await farm.request(begun.id)).toMatchObject({
      state: 'running',
      url: artifacts,
      overall: undefined,
    });
    expect(await farm.request(begun.id)).toMatchObject({ state: 'succeeded', overall: 'passed', key: KEY });
    expect(server.requests[0]?.body).toEqual(submission());
  });

  const ends: readonly [FarmStep, string, string | undefined, string][] = [
    [{ state: 'complete', overall: 'failed' }, 'failed', 'failed', ''],
    [{ state: 'complete', overall: 'skipped' }, 'skipped', 'skipped', ''],
    [{ state: 'complete', overall: 'error', summary: 'no\nspace' }, 'failed', 'error', 'no space'],
    [
      { state: 'complete', overall: 'unknown' },
      'failed',
      'unknown',
      'Testing Farm could not tell how the tests ended',
    ],
    [{ state: 'complete' }, 'failed', 'unknown', 'Testing Farm could not tell how the tests ended'],
    [{ state: 'error', notes: ['no guest', 'gave up'] }, 'failed', 'error', 'no guest; gave up'],
    [{ state: 'error' }, 'failed', 'error', 'dispatched'],
  ];
  test.each(ends)('%j is %s', async (step, state, overall, summary) => {
    server.life = () => [step];
    const { id } = await farm.submit(submission());
    expect(await farm.request(id)).toMatchObject({ state, overall, summary });
  });

  test('by the clock instead of by looks', async () => {
    let now = 1_800_000_000;
    server.now = () => now;
    server.life = () => [
      { state: 'queued', at: 0 },
      { state: 'running', at: 60 },
      { state: 'complete', overall: 'passed', at: 600 },
    ];
    const { id, createdAt } = await farm.submit(submission());
    expect(createdAt).toBe('2027-01-15T08:00:00.000Z');
    const seen: (string | undefined)[] = [];
    for (now of [1_800_000_000, 1_800_000_059, 1_800_000_060, 1_800_000_599, 1_800_000_600]) {
      seen.push((await farm.request(id))?.state);
    }
    expect(seen).toEqual(['queued', 'queued', 'running', 'running', 'succeeded']);
  });

  test('what is not there is undefined, whatever it was asked for', async () => {
    expect(await farm.request('11111111-2222-4333-8444-555555555555')).toBeUndefined();
    expect(await farm.request('../whoami?x')).toBeUndefined();
    expect(await client(undefined).request('11111111-2222-4333-8444-555555555555')).toBeUndefined();
  });

  test('lists its own requests since a time, newest first, in every state', async () => {
    let now = 1_800_000_000;
    server.now = () => now;
    server.tokens.push('token-of-somebody-else');
    const lives: readonly (readonly FarmStep[])[] = [
      [{ state: 'new' }],
      FAILS,
      [{ state: 'running' }],
      BREAKS,
    ];
    const ids: string[] = [];
    for (const life of lives) {
      now += 100;
      server.life = () => life;
      ids.push((await farm.submit(submission())).id);
      await client('token-of-somebody-else').submit(submission());
    }
    // The second has failed, the last is cancelled.
    for (let look = 0; look < 3; look += 1) await farm.request(ids[1] ?? '');
    await farm.cancel(ids[3] ?? '');

    const since = new Date(1_800_000_150_000);
    expect((await farm.recent(since))?.map(({ id, state, key }) => [id, state, key])).toEqual([
      [ids[3], 'running', KEY],
      [ids[2], 'running', KEY],
      [ids[1], 'failed', KEY],
    ]);
    expect(await farm.recent(new Date(0))).toHaveLength(4);
    expect(await farm.recent(new Date(1_900_000_000_000))).toEqual([]);
  });

  test('a server without a list says so', async () => {
    server.lists = false;
    expect(await farm.recent(new Date())).toBeUndefined();
  });

  test('cancels once', async () => {
    const { id } = await farm.submit(submission());
    expect(await farm.cancel(id)).toBe(true);
    expect(await farm.cancel(id)).toBe(true);
    expect(await farm.request(id)).toMatchObject({ state: 'running' });
    expect(await farm.request(id)).toMatchObject({ state: 'cancelled' });
    server.life = () => [{ state: 'complete', overall: 'passed' }];
    expect(await farm.cancel((await farm.submit(submission())).id)).toBe(false);
    expect(await farm.cancel('11111111-2222-4333-8444-555555555555')).toBe(false);
  });

  test('lists composes without a login', async () => {
    expect(await client(undefined).composes('public')).toContain('Fedora-Rawhide');
    await expect(farm.composes('nowhere')).rejects.toMatchObject({ code: 'TESTING_FARM_NOT_FOUND' });
    expect(server.service.log.at(-1)).toBe('GET /v0.1/composes/nowhere');
  });

  describe('fails', () => {
    test('without a token, before anything is sent', async () => {
      const nobody = createTestingFarm({ http: createHttpClient({ env: {} }), url: server.url });
      for (const asked of [nobody.submit(submission()), nobody.cancel('x'), nobody.recent(new Date())]) {
        await expect(asked).rejects.toMatchObject({
          code: 'TESTING_FARM_NO_TOKEN',
          hint: expect.stringContaining('TESTING_FARM_API_TOKEN'),
        });
      }
      expect(server.service.log).toEqual([]);
    });

    test('with a token that has ended, and says which variable holds it', async () => {
      const error: unknown = await client('token-of-last-year')
        .submit(submission())
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: 'TESTING_FARM_TOKEN_INVALID',
        status: 401,
        exitCode: 3,
        message: 'Testing Farm does not accept the token to take the tests: Token has expired',
        hint: expect.stringContaining('TESTING_FARM_API_TOKEN'),
      });
      expect(inspect(error, { depth: 10 })).not.toContain('token-of-last-year');
    });

    test('with what Testing Farm says of a request it does not take', async () => {
      const strange = submission();
      strange.environments = [{ arch: 'mips', os: { compose: 'Fedora-44' } }];
      await expect(farm.submit(strange)).rejects.toMatchObject({
        code: 'TESTING_FARM_REFUSED',
        status: 400,
        message:
          "Testing Farm would not take the tests: environments.0.arch: Architecture 'mips' is not supported",
      });
      await expect(farm.submit({ ...submission(), test: { tmt: {} } })).rejects.toMatchObject({
        message: 'Testing Farm would not take the tests: No test url specified.',
      });
    });

    test('when it is down, with no second submission', async () => {
      server.service.failOn(/^POST/, 503);
      await expect(farm.submit(submission())).rejects.toMatchObject({
        code: 'TESTING_FARM_DOWN',
        status: 503,
        hint: expect.stringContaining('status.testing-farm.io'),
      });
      expect(server.service.log).toHaveLength(1);
    });

    test.each(['cut', 'cut-after'] as const)(
      'when the connection is %s, and never submits twice',
      async (fault) => {
        server.service.failOn(/^POST/, fault);
        const since = new Date(Date.now() - 60_000);
        await expect(farm.submit(submission())).rejects.toMatchObject({ code: 'HTTP_RESET', exitCode: 3 });
        expect(server.service.log).toHaveLength(1);
        // What became of it is found by its key.
        const found = await farm.recent(since);
        expect(found?.map(({ key }) => key)).toEqual(fault === 'cut-after' ? [KEY] : []);
      },
    );

    test('never for a question that can be asked again', async () => {
      const { id } = await farm.submit(submission());
      server.service.failOn(/^GET/, 'cut');
      server.service.failOn(/^GET/, 502);
      expect(await farm.request(id)).toMatchObject({ state: 'queued' });
      server.service.failOn(/^DELETE/, 'cut-after');
      expect(await farm.cancel(id)).toBe(true);
    });

    test('in a dry run, which sends nothing', async () => {
      await expect(client(FARM_TOKEN, true).submit(submission())).rejects.toMatchObject({
        code: 'DRY_RUN_WRITE',
      });
      await expect(client(undefined, true).cancel('x')).rejects.toMatchObject({ code: 'DRY_RUN_WRITE' });
      expect(server.requests).toEqual([]);
    });
  });
});

function submission(): FarmSubmission {
  return {
    test: { tmt: { url: 'https://github.com/jane/hello', ref: 'a'.repeat(40), path: '.' } },
    environments: [
      {
        arch: 'x86_64',
        os: { compose: 'Fedora-44' },
        variables: { PACKIT_CI_KEY: KEY, PACKIT_CI_CAUSE: 'event' },
        artifacts: [{ id: '9000001:fedora-44-x86_64', type: 'fedora-copr-build' }],
      },
    ],
  };
}
