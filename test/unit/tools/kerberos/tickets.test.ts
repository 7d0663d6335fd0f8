import { describe, expect, test } from '@jest/globals';
import { CommandError } from '../../../../src/errors.ts';
import { ensureTicket, loginCommand, parseKlist } from '../../../../src/tools/kerberos/index.ts';
import type { Run } from '../../../../src/tools/process/index.ts';

/** MIT Kerberos 1.20, `LC_ALL=C TZ=UTC klist -A`. */
const TWO_CACHES = `Ticket cache: KCM:1000:61543
Default principal: jane@FEDORAPROJECT.ORG

Valid starting     Expires            Service principal
02/29/24 10:00:00  03/01/24 10:00:00  krbtgt/FEDORAPROJECT.ORG@FEDORAPROJECT.ORG
	renew until 03/07/24 10:00:00
02/29/24 10:00:05  03/01/24 10:00:00  HTTP/koji.fedoraproject.org@FEDORAPROJECT.ORG

Ticket cache: FILE:/tmp/krb5cc_1000
Default principal: jane@EXAMPLE.ORG

Valid starting       Expires              Service principal
02/29/2024 09:00:00  02/29/2024 09:30:00  krbtgt/EXAMPLE.ORG@EXAMPLE.ORG
`;
const NOW = new Date('2024-02-29T12:00:00Z');

interface Call {
  argv: readonly string[];
  env: unknown;
}

function fakeRun(outputs: Record<string, string | Error>, calls: Call[] = []): Run {
  return (argv, options) => {
    calls.push({ argv, env: options.env });
    const output = outputs[argv[0] ?? ''] ?? '';
    if (typeof output !== 'string') return Promise.reject(output);
    return Promise.resolve({ argv, exitCode: 0, stdout: Buffer.from(output), stderr: Buffer.alloc(0) });
  };
}

function commandError(code: string, stderr = ''): CommandError {
  const failure = {
    argv: [],
    cwd: '/',
    exitCode: 1,
    signal: undefined,
    stdout: Buffer.alloc(0),
    stderr: Buffer.from(stderr),
  };
  return new CommandError(code, 'failed', failure, { details: [stderr] });
}

function request(run: Run) {
  return { run, cwd: '/', now: () => NOW, realm: 'FEDORAPROJECT.ORG', user: 'jane' };
}

describe('klist', () => {
  test('tickets of all caches, with their times in UTC', () => {
    expect(parseKlist(TWO_CACHES)).toEqual([
      {
        principal: 'jane@FEDORAPROJECT.ORG',
        realm: 'FEDORAPROJECT.ORG',
        cache: 'KCM:1000:61543',
        expires: new Date('2024-03-01T10:00:00Z'),
        renewUntil: new Date('2024-03-07T10:00:00Z'),
      },
      {
        principal: 'jane@EXAMPLE.ORG',
        realm: 'EXAMPLE.ORG',
        cache: 'FILE:/tmp/krb5cc_1000',
        expires: new Date('2024-02-29T09:30:00Z'),
      },
    ]);
  });

  test.each([
    '',
    'klist: No credentials cache found (filename: /tmp/krb5cc_0)\n',
    'Ticket cache: KCM:0\nDefault principal: a@B\n',
  ])('no tickets in %j', (output) => {
    expect(parseKlist(output)).toEqual([]);
  });
});

describe('a ticket', () => {
  test('that is good is taken; the tools speak plainly', async () => {
    const calls: Call[] = [];
    const ticket = await ensureTicket(request(fakeRun({ klist: TWO_CACHES }, calls)));
    expect(ticket.principal).toBe('jane@FEDORAPROJECT.ORG');
    expect(calls).toEqual([{ argv: ['klist', '-A'], env: { LC_ALL: 'C', LANGUAGE: 'C', TZ: 'UTC' } }]);
  });

  test('that has ended', async () => {
    const run = fakeRun({ klist: TWO_CACHES });
    await expect(ensureTicket({ ...request(run), realm: 'EXAMPLE.ORG' })).rejects.toMatchObject({
      code: 'KERBEROS_TICKET_EXPIRED',
      message: 'The Kerberos ticket of jane@EXAMPLE.ORG ended at 2024-02-29T09:30:00.000Z',
      hint: 'Log in with: kinit jane@EXAMPLE.ORG',
    });
  });

  test('is fetched with the keytab where there is one', async () => {
    const calls: Call[] = [];
    const run = fakeRun({ klist: '' }, calls);
    await expect(ensureTicket({ ...request(run), keytab: '/k' })).rejects.toMatchObject({
      code: 'KERBEROS_NO_TICKET',
    });
    expect(calls.map(({ argv }) => argv.join(' '))).toEqual([
      'klist -A',
      'kinit -k -t /k jane@FEDORAPROJECT.ORG',
      'klist -A',
    ]);
  });

  test.each([
    ['kinit: Preauthentication failed while getting initial credentials', 'new one'],
    ['kinit: Clock skew too great while getting initial credentials', 'clock'],
    ["kinit: Cannot contact any KDC for realm 'FEDORAPROJECT.ORG'", 'network'],
    ["kinit: Client 'jane@X' not found in Kerberos database", 'fas_user'],
    ['kinit: something new', 'KRB5_TRACE'],
  ])('%s', async (stderr, hint) => {
    const run = fakeRun({ kinit: commandError('COMMAND_FAILED', stderr) });
    await expect(ensureTicket({ ...request(run), keytab: '/k' })).rejects.toMatchObject({
      code: 'KINIT_FAILED',
      details: [stderr],
      hint: expect.stringContaining(hint),
    });
  });

  test('the tools are missing', async () => {
    const run = fakeRun({ klist: commandError('COMMAND_NOT_FOUND') });
    await expect(ensureTicket(request(run))).rejects.toMatchObject({
      code: 'KERBEROS_TOOLS_MISSING',
      hint: expect.stringContaining('krb5-workstation'),
    });
  });

  test('the command to log in', () => {
    expect(loginCommand('FEDORAPROJECT.ORG', 'jane')).toBe('fkinit -u jane');
    expect(loginCommand('EXAMPLE.ORG')).toBe('kinit USER@EXAMPLE.ORG');
  });
});
