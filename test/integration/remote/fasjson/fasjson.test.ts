/** Fedora's accounts, asked with a real ticket through a real SPNEGO exchange. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createFasjson } from '../../../../src/remote/fasjson/index.ts';
import type { Fasjson } from '../../../../src/remote/fasjson/index.ts';
import { createRun } from '../../../../src/tools/process/index.ts';
import { startFasjson } from '../../../support/fasjson/server.ts';
import type { FasjsonServer } from '../../../support/fasjson/server.ts';
import { frontMissing, startGssapiFront } from '../../../support/kerberos/gssapi-front.ts';
import type { GssapiFront } from '../../../support/kerberos/gssapi-front.ts';
import { kdcMissing, startKdc } from '../../../support/kerberos/kdc.ts';
import type { Kdc } from '../../../support/kerberos/kdc.ts';
import { tempDir } from '../../../support/temp.ts';

const missing = kdcMissing() ?? frontMissing();
const maybe = missing === undefined ? describe : describe.skip;

const ACCOUNTS = [
  { username: 'jane', github: 'Jane-GH', gitlab: 'jane_gl', groups: ['packager'] },
  { username: 'shy', private: true, github: 'shy-gh', groups: ['packager'] },
  { username: 'new', github: 'newcomer' },
];

maybe(`FASJSON with Kerberos${missing === undefined ? '' : ` (${missing})`}`, () => {
  let kdc: Kdc;
  let server: FasjsonServer;
  let front: GssapiFront;
  const cwd = tempDir('packit-fasjson');

  beforeAll(async () => {
    kdc = await startKdc();
    const keytab = await kdc.addPrincipal('jane');
    server = await startFasjson({ accounts: ACCOUNTS });
    front = await startGssapiFront(kdc, server.port, '/v1/');
    await createRun({ env: kdc.env })(['kinit', '-k', '-t', keytab, 'jane'], { cwd });
  }, 60_000);
  afterAll(async () => {
    await front.close();
    await server.close();
    await kdc.close();
  });

  const client = (env = kdc.env): Fasjson =>
    createFasjson({
      run: createRun({ env }),
      cwd,
      url: front.url,
      login: 'kinit jane@PACKIT.TEST',
      sleep: () => Promise.resolve(),
    });

  test('accounts: public, private, none', async () => {
    const fasjson = client();
    expect(await fasjson.account('jane')).toEqual({
      username: 'jane',
      private: false,
      githubUsername: 'Jane-GH',
      gitlabUsername: 'jane_gl',
    });
    expect(await fasjson.account('shy')).toEqual({
      username: 'shy',
      private: true,
      githubUsername: undefined,
      gitlabUsername: undefined,
    });
    expect(await fasjson.account('nobody')).toBeUndefined();
  });

  test('membership: one, none, no such account, no such group', async () => {
    const fasjson = client();
    expect(await fasjson.isMember('packager', 'jane')).toBe(true);
    expect(await fasjson.isMember('packager', 'new')).toBe(false);
    expect(await fasjson.isMember('packager', 'nobody')).toBe(false);
    expect(await fasjson.isMember('provenpackager', 'jane')).toBe(false);
  });

  test('by the login on GitHub, whatever its case; private accounts come without it', async () => {
    const fasjson = client();
    expect(await fasjson.byGitHubLogin('jane-gh')).toMatchObject([{ username: 'jane' }]);
    expect(await fasjson.byGitHubLogin('shy-gh')).toMatchObject([
      { username: 'shy', private: true, githubUsername: undefined },
    ]);
    expect(await fasjson.byGitHubLogin('somebody')).toEqual([]);
    const before = server.log.length;
    expect(await fasjson.byGitHubLogin('ab')).toEqual([]);
    expect(server.log).toHaveLength(before);
  });

  test('names cannot lead to another question', async () => {
    // lighttpd, as other servers, takes %2F for a slash.
    const before = server.log.length;
    for (const name of ['../groups/packager/is-member/jane', '..', 'jane/../new', 'jane?x=1', 'jane#', '']) {
      expect(await client().account(name)).toBeUndefined();
      expect(await client().isMember('packager', name)).toBe(false);
      expect(await client().isMember(name, 'jane')).toBe(false);
    }
    expect(server.log).toHaveLength(before);
  });

  test('without a ticket the error says how to log in', async () => {
    const env = { ...kdc.env, KRB5CCNAME: 'FILE:/nonexistent/ccache' };
    await expect(client(env).account('jane')).rejects.toMatchObject({
      code: 'FASJSON_LOGIN',
      exitCode: 3,
      status: 401,
      hint: expect.stringContaining('kinit jane@PACKIT.TEST'),
    });
  });
});

describe('FASJSON in trouble', () => {
  let server: FasjsonServer;
  const waits: number[] = [];
  const cwd = tempDir('packit-fasjson');

  beforeEach(async () => {
    server = await startFasjson({ accounts: ACCOUNTS });
    waits.length = 0;
  });
  afterEach(() => server.close());

  const client = (url = server.url): Fasjson =>
    createFasjson({
      run: createRun({ env: { PATH: process.env.PATH ?? '' } }),
      cwd,
      url,
      login: 'fkinit',
      sleep: (milliseconds) => {
        waits.push(milliseconds);
        return Promise.resolve();
      },
    });

  test('it is asked again, two times', async () => {
    server.failAt(1, 503);
    server.failAt(2, 'cut');
    expect(await client().isMember('packager', 'jane')).toBe(true);
    expect(waits).toEqual([2000, 4000]);
  });

  test.each([
    [503, 'FASJSON_DOWN'],
    ['cut', 'FASJSON_UNREACHABLE'],
  ] as const)('%s three times is %s', async (fault, code) => {
    server.failOn(/./, fault, 3);
    await expect(client().isMember('packager', 'jane')).rejects.toMatchObject({ code, exitCode: 3 });
    expect(server.log).toHaveLength(3);
  });

  test.each([
    [403, 'FASJSON_LOGIN'],
    [400, 'FASJSON_REFUSED'],
    [200, 'FASJSON_ANSWER'],
  ])('status %d with a page is %s, at once', async (status, code) => {
    server.failOn(/./, status);
    await expect(client().account('jane')).rejects.toMatchObject({ code, exitCode: 3 });
    expect(server.log).toHaveLength(1);
  });

  test('the ticket is seen to once, before the first question', async () => {
    let asked = 0;
    const fasjson = createFasjson({
      run: createRun({ env: { PATH: process.env.PATH ?? '' } }),
      cwd,
      url: `${server.url}/`,
      login: 'fkinit',
      sleep: () => Promise.resolve(),
      ensureTicket: () => Promise.resolve((asked += 1)),
    });
    await fasjson.account('jane');
    await fasjson.account('new');
    expect(asked).toBe(1);
  });
});
