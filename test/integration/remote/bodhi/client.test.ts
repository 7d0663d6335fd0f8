import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createBodhi, createLogin } from '../../../../src/remote/bodhi/index.ts';
import type { Bodhi, LoginOptions } from '../../../../src/remote/bodhi/index.ts';
import { createHttpClient } from '../../../../src/remote/http/index.ts';
import { createRedactor, createRun } from '../../../../src/tools/process/index.ts';
import { startBodhi } from '../../../support/bodhi/server.ts';
import type { TestBodhi } from '../../../support/bodhi/server.ts';
import { addUpdate } from '../../../support/bodhi/state.ts';
import { fakeKerberos } from '../../../support/kerberos/fake-tools.ts';

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const other = createServer().listen(0, 'localhost');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  other.close();
  await once(other, 'close');
  return port;
}

let server: TestBodhi;
let dir: string;
let tokenFile: string;
let closes: (() => Promise<void>)[];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'packit bodhi '));
  tokenFile = join(dir, 'config', 'client.json');
  server = await startBodhi();
  closes = [() => server.close()];
});
afterEach(async () => {
  for (const close of closes.toReversed()) await close();
  rmSync(dir, { recursive: true });
});

function client(options: Partial<LoginOptions> & { dryRun?: boolean } = {}): Bodhi {
  const env = { PATH: fakeKerberos(dir), PACKIT_RETRY_DELAY: '1' };
  const http = createHttpClient({ env, dryRun: options.dryRun === true });
  closes.push(() => http.close());
  const login = createLogin({
    http,
    run: createRun({ env }),
    cwd: dir,
    now: () => new Date(),
    url: server.url,
    providerUrl: `${server.url}/idp/openidc`,
    tokenFile,
    hasTicket: () => Promise.resolve(true),
    loginCommand: 'fkinit -u jane',
    ...options,
  });
  return createBodhi({ http, url: server.url, login });
}

const FIELDS = { builds: ['hello-1.1-1.fc42'], notes: 'New release', type: 'enhancement' };

describe('questions, without a login', () => {
  test('updates page by page, newest first', async () => {
    for (let count = 1; count <= 205; count += 1)
      addUpdate(server.state, { release: 'F42', builds: [`hello-${count}-1.fc42`], status: 'testing' });
    const bodhi = client();
    expect(await bodhi.updates({ package: 'hello', status: 'testing' })).toHaveLength(205);
    expect(server.service.log).toHaveLength(3);
    const [newest] = await bodhi.updates({ package: 'hello', limit: 1 });
    expect(newest).toMatchObject({
      builds: ['hello-205-1.fc42'],
      release: 'F42',
      branch: 'f42',
      locked: false,
    });
    expect(await bodhi.updates({ package: 'other' })).toEqual([]);
    expect(await bodhi.update('FEDORA-2024-0000000001')).toMatchObject({ builds: ['hello-1-1.fc42'] });
    expect(await bodhi.update('FEDORA-2024-nothing')).toBeUndefined();
    expect(existsSync(tokenFile)).toBe(false);
  });

  test('releases, with who makes their updates', async () => {
    const releases = await client().releases();
    expect(releases.map(({ branch, composedByBodhi }) => [branch, composedByBodhi])).toEqual([
      ['rawhide', false],
      ['f42', true],
      ['f41', true],
      ['f39', true],
    ]);
  });
});

describe('an update', () => {
  test('is made with a login by Kerberos, kept for the user alone', async () => {
    const { updates, caveats } = await client().save({ ...FIELDS, bugs: ['123', '456'] });
    expect(updates).toMatchObject([{ builds: ['hello-1.1-1.fc42'], bugs: [123, 456], status: 'pending' }]);
    expect(caveats).toEqual(['This update will be tested.']);
    expect(statSync(tokenFile).mode & 0o777).toBe(0o600);
    // The next run needs no login.
    await client({ hasTicket: () => Promise.resolve(false) }).request(updates[0]?.alias ?? '', 'stable');
    expect(server.state.updates[0]?.request).toBe('stable');
    expect(server.provider.given).toHaveLength(1);
  });

  test('of builds of two releases is two updates', async () => {
    const { updates } = await client().save({ ...FIELDS, builds: ['hello-1.1-1.fc42', 'hello-1.1-1.fc41'] });
    expect(updates.map(({ release }) => release)).toEqual(['F42', 'F41']);
  });

  test('that is there already', async () => {
    addUpdate(server.state, { release: 'F42', builds: ['hello-1.1-1.fc42'] });
    await expect(client().save(FIELDS)).rejects.toMatchObject({ code: 'BODHI_EXISTS' });
  });

  test('of a package of others', async () => {
    server.state.closed.add('hello');
    await expect(client().save(FIELDS)).rejects.toMatchObject({
      code: 'BODHI_REFUSED',
      message: expect.stringContaining('jane does not have commit access to hello'),
      hint: expect.stringContaining('committers'),
      exitCode: 3,
    });
  });

  test('is made once, whatever request is lost', async () => {
    const undisturbed = await startBodhi();
    closes.push(() => undisturbed.close());
    for (const fault of ['cut', 'cut-after', 503] as const) {
      for (let number = 1; number <= 6; number += 1) {
        await server.close();
        rmSync(tokenFile, { force: true });
        server = await startBodhi();
        server.service.failAt(number, fault);
        // Logging in is nothing a lost answer of which can be had again.
        const bodhi = client();
        await bodhi.save(FIELDS).catch(async (error: { code: string }) => {
          if (error.code !== 'BODHI_EXISTS') await client().save(FIELDS);
        });
        expect(server.state.updates).toHaveLength(1);
      }
    }
  });
});

describe('the login', () => {
  test('a token that has ended is renewed', async () => {
    server.provider.lifetime = 0;
    await client().save(FIELDS);
    await client({ hasTicket: () => Promise.reject(new Error('not asked')) }).request(
      'FEDORA-2024-0000000001',
      'stable',
    );
    expect(server.provider.given).toHaveLength(2);
  });

  test('a token Bodhi no longer takes, and one that is not renewed: a new login', async () => {
    await client().save(FIELDS);
    server.forgetLogins();
    server.provider.refuseRefresh = true;
    await client().request('FEDORA-2024-0000000001', 'stable');
    expect(server.provider.given).toHaveLength(2);
  });

  test('a login lost on the way looks like a question for a captcha', async () => {
    const bodhi = client();
    await bodhi.save(FIELDS);
    server.forgetLogins();
    await bodhi.request('FEDORA-2024-0000000001', 'stable');
    expect(server.state.updates[0]?.request).toBe('stable');
  });

  test('by hand: the person pastes the code', async () => {
    const said: string[] = [];
    const person = {
      say: (message: string) => void said.push(message),
      ask: () => Promise.resolve(server.provider.loginByHand(/http\S+/.exec(said[0] ?? '')?.[0] ?? '')),
    };
    await client({ hasTicket: () => Promise.resolve(false), person }).save(FIELDS);
    expect(server.state.updates).toHaveLength(1);
  });

  test('by hand, where Kerberos is not taken; the code of another attempt is refused', async () => {
    server.provider.takesTickets = false;
    const person = { say: () => {}, ask: () => Promise.resolve('code=abc&state=another') };
    await expect(client({ person }).save(FIELDS)).rejects.toMatchObject({ code: 'BODHI_LOGIN_STATE' });
  });

  test('in a browser that is led back', async () => {
    server.provider.oob = false;
    const browserPort = await freePort();
    server.provider.browserPort = browserPort;
    let page: Promise<Response> | undefined;
    const person = {
      say(message: string) {
        const answer = server.provider.loginByHand(/http\S+/.exec(message)?.[0] ?? '');
        page = delay(300).then(() => fetch(`http://localhost:${browserPort}/auth?${answer}`));
      },
      ask: () => Promise.reject(new Error('not asked')),
    };
    await client({ hasTicket: () => Promise.resolve(false), person, browserPort }).save(FIELDS);
    expect(server.state.updates).toHaveLength(1);
    expect(await (await page)?.text()).toContain('You are logged in.');
  });

  test('the browser is led to the port that Bodhi’s client is registered with', async () => {
    server.provider.oob = false;
    const person = {
      say(message: string) {
        const address = new URL(/http\S+/.exec(message)?.[0] ?? '');
        expect(address.searchParams.get('redirect_uri')).toBe('http://localhost:45678/auth');
        throw new Error('that is all');
      },
      ask: () => Promise.reject(new Error('not asked')),
    };
    const login = client({ hasTicket: () => Promise.resolve(false), person }).save(FIELDS);
    await expect(login).rejects.toThrow('that is all');
  });

  test('nobody to ask', async () => {
    await expect(client({ hasTicket: () => Promise.resolve(false) }).save(FIELDS)).rejects.toMatchObject({
      code: 'BODHI_LOGIN_NEEDED',
      exitCode: 2,
      hint: expect.stringContaining('fkinit -u jane'),
    });
  });

  test('other logins in the file stay, and a file that is none is replaced', async () => {
    await client().save(FIELDS);
    writeFileSync(tokenFile, JSON.stringify({ tokens: { other: { access_token: 'x' } }, more: 1 }));
    await client().request('FEDORA-2024-0000000001', 'stable');
    const kept = JSON.parse(readFileSync(tokenFile, 'utf8')) as { tokens: object };
    expect(Object.keys(kept.tokens)).toEqual(['other', `${server.url}/idp/openidc`]);
    expect(kept).toHaveProperty('more', 1);
    writeFileSync(tokenFile, 'not json');
    await client().request('FEDORA-2024-0000000001', 'stable');
    expect(server.provider.given).toHaveLength(3);
  });

  test('tokens and sessions are secrets', async () => {
    const redactor = createRedactor();
    await client({ redactor }).save(FIELDS);
    for (const secret of ['access-token-0-0123456789', 'ticket-0-0123456789', 'csrf-0-0123456789'])
      expect(redactor.text(`a ${secret}`)).not.toContain(secret);
  });

  test('a dry run makes nothing', async () => {
    await expect(client({ dryRun: true }).save(FIELDS)).rejects.toMatchObject({ code: 'DRY_RUN_WRITE' });
    expect(server.state.updates).toEqual([]);
  });
});
