import { createHash } from 'node:crypto';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createHttpClient } from '../../../../src/remote/http/index.ts';
import { createLookaside } from '../../../../src/remote/lookaside/index.ts';
import type { Lookaside } from '../../../../src/remote/lookaside/index.ts';
import { ensureTicket, listTickets } from '../../../../src/tools/kerberos/index.ts';
import { createRun } from '../../../../src/tools/process/index.ts';
import type { Run } from '../../../../src/tools/process/index.ts';
import { frontMissing, startGssapiFront } from '../../../support/kerberos/gssapi-front.ts';
import type { GssapiFront } from '../../../support/kerberos/gssapi-front.ts';
import { kdcMissing, startKdc } from '../../../support/kerberos/kdc.ts';
import type { Kdc } from '../../../support/kerberos/kdc.ts';
import { startLookaside } from '../../../support/lookaside/server.ts';
import type { LookasideServer } from '../../../support/lookaside/server.ts';

const missing = kdcMissing() ?? frontMissing();
const maybe = missing === undefined ? describe : describe.skip;
const now = (): Date => new Date();

maybe(`Kerberos${missing === undefined ? '' : ` (${missing})`}`, () => {
  let kdc: Kdc;
  let cwd: string;
  let run: Run;
  let keytab: string;

  beforeAll(async () => {
    kdc = await startKdc();
    keytab = await kdc.addPrincipal('jane');
    cwd = await mkdtemp(join(tmpdir(), 'packit-krb-'));
    run = createRun({ env: kdc.env });
  }, 60_000);
  afterAll(async () => {
    await kdc.close();
    await rm(cwd, { recursive: true });
  });
  afterEach(async () => {
    await run(['kdestroy', '-A'], { cwd, okExitCodes: [0, 1] });
  });

  describe('tickets', () => {
    const request = () => ({ run, cwd, now, realm: kdc.realm, user: 'jane' });

    test('no ticket: the error says how to log in', async () => {
      expect(await listTickets({ run, cwd })).toEqual([]);
      await expect(ensureTicket(request())).rejects.toMatchObject({
        code: 'KERBEROS_NO_TICKET',
        exitCode: 2,
        hint: expect.stringContaining('kinit jane@PACKIT.TEST'),
      });
    });

    test('a keytab gets one, which is then used', async () => {
      const ticket = await ensureTicket({ ...request(), keytab });
      expect(ticket).toMatchObject({
        principal: 'jane@PACKIT.TEST',
        realm: 'PACKIT.TEST',
        cache: kdc.env.KRB5CCNAME,
      });
      const lasts = ticket.expires.getTime() - Date.now();
      expect(lasts).toBeGreaterThan(55 * 60_000);
      expect(lasts).toBeLessThan(65 * 60_000);
      expect(await ensureTicket(request())).toEqual(ticket);
    });

    test('a ticket that ends too soon is not enough', async () => {
      await ensureTicket({ ...request(), keytab });
      await expect(ensureTicket({ ...request(), atLeast: 2 * 60 * 60_000 })).rejects.toMatchObject({
        code: 'KERBEROS_TICKET_EXPIRED',
        message: expect.stringMatching(/ends in (59|60) min/),
      });
      const later = (): Date => new Date(Date.now() + 2 * 60 * 60_000);
      await expect(ensureTicket({ ...request(), now: later })).rejects.toMatchObject({
        message: expect.stringContaining('ended at'),
      });
    });

    test('a ticket for another realm is not one', async () => {
      await ensureTicket({ ...request(), keytab });
      await expect(ensureTicket({ ...request(), realm: 'FEDORAPROJECT.ORG' })).rejects.toMatchObject({
        code: 'KERBEROS_OTHER_REALM',
        message: expect.stringContaining('jane@PACKIT.TEST'),
        hint: expect.stringContaining('fkinit -u jane'),
      });
    });

    test.each([
      ['a keytab that is not there', 'jane', '/nonexistent/keytab', 'keytab_path'],
      ['a keytab of somebody else', 'john', undefined, 'fas_user'],
    ])('%s', async (_what, user, path, hint) => {
      await expect(ensureTicket({ ...request(), user, keytab: path ?? keytab })).rejects.toMatchObject({
        code: 'KINIT_FAILED',
        exitCode: 2,
        hint: expect.stringContaining(hint),
      });
    });

    test('a realm nobody knows', async () => {
      await expect(ensureTicket({ ...request(), user: 'jane@NOWHERE.TEST', keytab })).rejects.toMatchObject({
        code: 'KINIT_FAILED',
      });
    });
  });

  describe('uploads', () => {
    let server: LookasideServer;
    let front: GssapiFront;
    let lookaside: Lookaside;
    let file: string;
    const content = Buffer.alloc(3_000_000, 'packit ');
    const hash = createHash('sha512').update(content).digest('hex');
    const upload = () => ({ filename: 'hello-1.0.tar.gz', hashType: 'sha512', hash, path: file });

    beforeAll(async () => {
      server = await startLookaside({ modules: ['rpms/hello'] });
      front = await startGssapiFront(kdc, server.port, '/repo/pkgs/upload.cgi');
      file = join(cwd, 'an odd; "name".tar.gz');
      await writeFile(file, content);
      await utimes(file, 1_700_000_000, 1_700_000_000);
      lookaside = createLookaside({
        service: {
          url: `${front.url}/repo/pkgs`,
          cgi: `${front.url}/repo/pkgs/upload.cgi`,
          hash: 'sha512',
          namespaced: true,
          auth: 'kerberos',
        },
        http: createHttpClient({ env: {}, retryDelay: 1 }),
        run,
        cwd,
        login: 'kinit jane@PACKIT.TEST',
        retryDelay: 1,
      });
    }, 60_000);
    afterAll(async () => {
      await front.close();
      await server.close();
    });

    test('without a ticket they are refused, with the command to run', async () => {
      await expect(lookaside.upload('hello', upload())).rejects.toMatchObject({
        code: 'LOOKASIDE_UNAUTHORIZED',
        exitCode: 3,
        status: 401,
        hint: expect.stringContaining('kinit jane@PACKIT.TEST'),
      });
      expect(server.files.size).toBe(0);
    });

    test('with one the file is stored, and the second time it is there', async () => {
      await ensureTicket({ run, cwd, now, realm: kdc.realm, user: 'jane', keytab });
      expect(await lookaside.has('hello', upload())).toBe(false);
      const seen: number[] = [];
      expect(await lookaside.upload('hello', upload(), (done) => seen.push(done))).toBe('stored');
      const stored = server.files.get(`rpms/hello/hello-1.0.tar.gz/sha512/${hash}`);
      expect(stored?.content.equals(content)).toBe(true);
      expect(stored?.mtime).toBe(1_700_000_000);
      expect(seen.every((done) => done >= 0 && done <= content.length)).toBe(true);
      expect(await lookaside.has('hello', upload())).toBe(true);
      const before = server.requests.length;
      expect(await lookaside.upload('hello', upload())).toBe('present');
      expect(server.requests.slice(before).every((request) => request.body.length < 10_000)).toBe(true);
    });

    test('a package that does not exist', async () => {
      await ensureTicket({ run, cwd, now, realm: kdc.realm, user: 'jane', keytab });
      await expect(lookaside.upload('other', upload())).rejects.toMatchObject({
        code: 'LOOKASIDE_NO_PACKAGE',
      });
    });
  });
});
