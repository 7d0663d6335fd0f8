import { describe, expect, test } from '@jest/globals';
import { doctorReport } from '../../../src/cli/commands/doctor-report.ts';
import { judgeLogin, judgeTicket } from '../../../src/workflows/doctor/logins.ts';
import { judgeCi } from '../../../src/workflows/doctor/machine.ts';
import { MACRO_PACKAGES, judgeMacros, readAnswer } from '../../../src/workflows/doctor/macros.ts';
import { PROGRAMS, judgeProgram } from '../../../src/workflows/doctor/programs.ts';
import { servicesOf } from '../../../src/workflows/doctor/services.ts';
import { tokenAddresses } from '../../../src/project/config/index.ts';
import { INSTANCES } from '../../../src/project/dist-git/index.ts';

const FEDORA = 'ID=fedora\n';
const DEBIAN = 'ID=debian\n';
const NOW = new Date('2026-11-25T12:00:00Z');

function programNamed(name: string) {
  const found = PROGRAMS.find((program) => program.name === name);
  if (found === undefined) throw new Error(name);
  return found;
}

describe('programs', () => {
  test.each([
    ['rpmbuild', FEDORA, 'dnf install rpm-build'],
    ['rpmbuild', DEBIAN, 'apt install rpm'],
    ['kinit', FEDORA, 'dnf install krb5-workstation'],
    ['kinit', DEBIAN, 'apt install krb5-user'],
  ])('%s that is missing: the command of this distribution', (name, osRelease, command) => {
    const { rating, cure } = judgeProgram(programNamed(name), undefined, osRelease);
    expect(rating).toBe(name === 'rpmbuild' ? 'problem' : 'warning');
    expect(cure).toContain(command);
  });

  test('curl is asked for SPNEGO', () => {
    const curl = programNamed('curl');
    const [plain, able] = ['Features: IPv6 SSL', 'Features: GSS-API IPv6 SPNEGO SSL'].map((features) =>
      judgeProgram(curl, `curl 8.5.0 (x86_64)\n${features}`, FEDORA),
    );
    expect(able).toMatchObject({ rating: 'ok', says: '8.5.0, with SPNEGO' });
    expect(plain).toMatchObject({ rating: 'warning', cure: expect.stringContaining('dnf install curl') });
  });

  test('each says which commands need it', () => {
    for (const { neededBy } of PROGRAMS) expect(neededBy.length).toBeGreaterThan(0);
  });
});

test('macros are missed where there are packages of them', () => {
  expect(readAnswer('1\n0\n1\n')).toEqual([true, false, true]);
  const [first] = MACRO_PACKAGES;
  if (first === undefined) throw new Error('none');
  expect(judgeMacros(first, false, FEDORA)).toMatchObject({
    rating: 'warning',
    cure: expect.stringContaining('dnf install redhat-rpm-config'),
  });
  expect(judgeMacros(first, false, DEBIAN)).toMatchObject({ rating: 'ok' });
  expect(judgeMacros(first, true, FEDORA)).toMatchObject({ rating: 'ok' });
});

describe('logins', () => {
  const good = { state: 'good', source: 'GITHUB_TOKEN', user: 'jane', cure: 'Make one.' } as const;

  test.each([
    [{ ...good, expires: new Date('2027-06-01') }, 'ok', 'until 2027-06-01'],
    [{ ...good, expires: new Date('2026-11-27') }, 'warning', 'expires on 2026-11-27, in 1 day'],
    [{ ...good, expires: new Date('2026-11-01') }, 'problem', 'expired on 2026-11-01'],
    [{ ...good, scopes: ['gist'], missing: ['push'] }, 'warning', 'scopes gist; may not: push'],
    [{ ...good, scopes: [] }, 'ok', 'scopes none'],
  ] as const)('%j', (login, rating, says) => {
    const finding = judgeLogin('github.com', login, NOW);
    expect(finding.rating).toBe(rating);
    expect(finding.says).toContain(says);
    expect(finding.cure).toBe(rating === 'ok' ? undefined : 'Make one.');
  });

  test('a ticket that has ended is none; a keytab makes it no matter', () => {
    const ended = { principal: 'jane@FEDORAPROJECT.ORG', expires: new Date('2026-11-25T11:00:00Z') };
    const options = { now: NOW, login: 'fkinit -u jane', keytab: undefined };
    expect(judgeTicket('FEDORAPROJECT.ORG', ended, options)).toMatchObject({
      rating: 'warning',
      says: 'the ticket of jane@FEDORAPROJECT.ORG has ended',
      cure: 'Get one: fkinit -u jane',
    });
    expect(judgeTicket('X', undefined, { ...options, keytab: '/k' })).toMatchObject({ rating: 'ok' });
  });

  test('which addresses the variables of the environment are for', () => {
    expect(tokenAddresses({ GH_TOKEN: 'x', PAGURE_TOKEN: ' ' })).toEqual(['https://github.com']);
    expect(tokenAddresses({ GITLAB_TOKEN: 'x', CI_SERVER_HOST: 'gitlab.gnome.org' })).toEqual([
      'https://gitlab.gnome.org',
    ]);
    expect(tokenAddresses({ PACKIT_TOKEN_GIT_EX__AMPLE_ORG: 'x' })).toEqual(['https://git.ex-ample.org']);
  });
});

test('services: what is configured, or the default of this dist-git, each once', () => {
  const nothing = { env: {}, copr: undefined, testingFarm: undefined, obs: undefined, forges: [] };
  const names = (services: readonly { name: string }[]): string[] => services.map(({ name }) => name);
  expect(names(servicesOf({ ...nothing, distGit: INSTANCES.fedpkg }))).toEqual([
    'dist-git',
    'Koji',
    'Bodhi',
    'release-monitoring',
  ]);
  expect(
    names(servicesOf({ ...nothing, distGit: INSTANCES.centpkg, forges: ['https://gitlab.com'] })),
  ).toEqual(['dist-git', 'lookaside cache']);
});

test('CI: Forgejo sets the variables of GitHub as well', () => {
  expect(judgeCi({ GITHUB_ACTIONS: 'true', FORGEJO_ACTIONS: 'true' }).says).toContain('Forgejo');
  expect(judgeCi({ CI: 'false' }).says).toMatch(/^none/);
});

test('the report fits 80 columns, and shows a control character as text', () => {
  const text = doctorReport({
    healthy: false,
    problems: 1,
    warnings: 0,
    exitCode: 2,
    findings: [
      {
        area: 'logins',
        subject: 'github.com',
        rating: 'problem',
        says: 'no\u001b[2J',
        cure: 'word '.repeat(60),
      },
      { area: 'machine', subject: 'CI', rating: 'ok', says: 'none' },
    ],
  });
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(text).toContain('no\\x1b[2J');
  expect(text).toMatch(/\n1 problem\.$/);
});
