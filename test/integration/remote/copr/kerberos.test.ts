/** Logging in to Copr with a real ticket, through a real SPNEGO exchange. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createCopr, readCoprConfig } from '../../../../src/remote/copr/index.ts';
import type { Copr } from '../../../../src/remote/copr/index.ts';
import { createHttpClient } from '../../../../src/remote/http/index.ts';
import { createRedactor, createRun } from '../../../../src/tools/process/index.ts';
import { startCopr } from '../../../support/copr/server.ts';
import type { CoprServer } from '../../../support/copr/server.ts';
import { frontMissing, startGssapiFront } from '../../../support/kerberos/gssapi-front.ts';
import type { GssapiFront } from '../../../support/kerberos/gssapi-front.ts';
import { kdcMissing, startKdc } from '../../../support/kerberos/kdc.ts';
import type { Kdc } from '../../../support/kerberos/kdc.ts';
import { tempDir } from '../../../support/temp.ts';

const missing = kdcMissing() ?? frontMissing();
const maybe = missing === undefined ? describe : describe.skip;

maybe(`Copr with Kerberos${missing === undefined ? '' : ` (${missing})`}`, () => {
  let kdc: Kdc;
  let server: CoprServer;
  let front: GssapiFront;
  let keytab: string;
  const home = tempDir('packit-copr-krb');
  const redactor = createRedactor();

  beforeAll(async () => {
    kdc = await startKdc();
    keytab = await kdc.addPrincipal('jane');
    server = await startCopr();
    front = await startGssapiFront(kdc, server.port, '/api_3/gssapi_login/');
    mkdirSync(join(home, '.config'));
    writeFileSync(
      join(home, '.config', 'copr'),
      `[copr-cli]\ncopr_url = ${front.url}\nencrypted = False\ngssapi = True\n`,
    );
  }, 60_000);
  afterAll(async () => {
    await front.close();
    await server.close();
    await kdc.close();
  });

  async function client(): Promise<Copr> {
    const run = createRun({ env: { ...kdc.env, HOME: home } });
    const http = createHttpClient({ env: {}, retryDelay: 1 });
    return createCopr({
      http,
      config: await readCoprConfig(home),
      home,
      cwd: home,
      run,
      now: () => new Date(),
      redactor,
    });
  }

  test('without a ticket it says how to get one', async () => {
    await expect((await client()).whoami()).rejects.toMatchObject({
      code: 'COPR_KERBEROS_REFUSED',
      status: 401,
      hint: expect.stringContaining('fkinit'),
    });
  });

  test('a ticket becomes a session, which is kept for the next run and for copr-cli', async () => {
    const run = createRun({ env: kdc.env });
    await run(['kinit', '-k', '-t', keytab, 'jane'], { cwd: home });
    expect(await (await client()).whoami()).toBe('jane');
    const file = join(home, '.cache', 'copr', `${new URL(front.url).host}-session`);
    const cached = JSON.parse(readFileSync(file, 'utf8')) as { session: string };
    expect(cached).toMatchObject({ name: 'jane', expiration: expect.any(Number) });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(redactor.text(`session=${cached.session}`)).not.toContain(cached.session);

    const logins = () => server.requests.filter(({ url }) => url.includes('gssapi_login')).length;
    const before = logins();
    expect(await (await client()).whoami()).toBe('jane');
    expect(logins()).toBe(before);
  });

  test('a session that Copr no longer accepts is replaced', async () => {
    for (const account of server.accounts) account.token = 'renewed';
    expect(await (await client()).whoami()).toBe('jane');
  });

  test('the stand-in saw nothing it does not know', () => {
    expect(server.unexpected).toEqual([]);
  });
});
