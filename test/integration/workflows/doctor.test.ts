/** The doctor against stand-ins: every state of a token, of a service and of the machine. */
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createContext } from '../../../src/context.ts';
import { examine } from '../../../src/workflows/doctor/index.ts';
import type { DoctorInput, Examination, Finding } from '../../../src/workflows/doctor/index.ts';
import { startCopr } from '../../support/copr/server.ts';
import type { CoprServer } from '../../support/copr/server.ts';
import { startForge } from '../../support/forges/index.ts';
import type { TestForge } from '../../support/forges/index.ts';
import { createRepository } from '../../support/git.ts';
import type { TestRepository } from '../../support/git.ts';
import { startService } from '../../support/http/service.ts';
import type { TestService } from '../../support/http/service.ts';
import { tempDir } from '../../support/temp.ts';
import { FARM_TOKEN, startTestingFarm } from '../../support/testing-farm/server.ts';
import type { TestingFarmServer } from '../../support/testing-farm/server.ts';

const SECRET = 'glpat-very-secret-token';
const NOW = new Date('2026-11-25T12:00:00Z');

let forge: TestForge;
let copr: CoprServer;
let farm: TestingFarmServer;
let other: TestService;
let home: string;
let project: string;
let repository: TestRepository;
let env: Record<string, string>;

beforeEach(async () => {
  forge = await startForge('gitlab', { users: [{ name: 'jane', token: SECRET }] });
  copr = await startCopr();
  farm = await startTestingFarm();
  other = await startService(() => ({ status: 200, body: 'here' }));
  home = tempDir('doctor home');
  project = tempDir('doctor project');
  repository = createRepository(project, home);
  writeFileSync(join(project, '.packit.yaml'), 'downstream_package_name: hello\nspecfile_path: hello.spec\n');
  writeFileSync(join(project, 'hello.spec'), 'Name: hello\n');
  copr.writeLogin(home);
  env = {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_CACHE_HOME: join(home, '.cache'),
    DISTGIT_URL: forge.url,
    PACKIT_GITLAB_URL: forge.url,
    PACKIT_GITLAB_TOKEN: SECRET,
    PACKIT_KOJI_URL: `${other.url}/kojihub`,
    PACKIT_BODHI_URL: `${other.url}/bodhi`,
    PACKIT_ANITYA_URL: `${other.url}/anitya`,
    ...farm.env,
  };
});
afterEach(async () => {
  const closed = await Promise.allSettled([forge, copr, farm, other].map((server) => server.close()));
  expect(closed.filter(({ status }) => status === 'rejected')).toEqual([]);
});

function run(input: DoctorInput = {}, changes: Record<string, string> = {}): Promise<Examination> {
  return examine(createContext({ cwd: project, env: { ...env, ...changes }, now: () => NOW }), input);
}

function about({ findings }: Examination, area: Finding['area'], subject: string): Finding | undefined {
  return findings.find((finding) => finding.area === area && finding.subject === subject);
}

function forgeHost(): string {
  return new URL(forge.url).host;
}

test('all is well: versions, logins with scopes and end, services, project; no secret is in the answer', async () => {
  const result = await run();
  expect(result.findings.filter(({ rating }) => rating === 'problem')).toEqual([]);
  expect(result).toMatchObject({ healthy: true, problems: 0, exitCode: 0 });
  expect(about(result, 'programs', 'git')).toMatchObject({
    rating: 'ok',
    says: expect.stringMatching(/^\d+\.\d+/),
  });
  expect(about(result, 'logins', forgeHost())).toMatchObject({
    rating: 'ok',
    says: 'jane, by the token from PACKIT_GITLAB_TOKEN; scopes api; until 2030-01-01',
  });
  expect(about(result, 'logins', 'Copr')).toMatchObject({
    rating: 'ok',
    says: `jane, by the token from ${home}/.config/copr; until 2027-01-01`,
  });
  expect(about(result, 'logins', 'Testing Farm')).toMatchObject({ rating: 'ok' });
  expect(about(result, 'services', 'dist-git')).toMatchObject({ rating: 'ok' });
  expect(about(result, 'project', 'configuration')).toMatchObject({ rating: 'ok' });
  expect(about(result, 'project', 'history')).toMatchObject({ rating: 'ok', says: 'complete' });
  const text = JSON.stringify(result);
  for (const secret of [SECRET, FARM_TOKEN, 'jane-secret-token']) expect(text).not.toContain(secret);
  // What is not ok says what to do.
  for (const { rating, cure } of result.findings) expect(rating === 'ok' || cure !== undefined).toBe(true);
  // Koji, Bodhi and release-monitoring are one host here, and nothing was asked twice.
  expect(other.log).toEqual(['GET /kojihub']);
});

describe('tokens', () => {
  test('one that is not accepted is a problem, with the page where another is made', async () => {
    const result = await run({}, { PACKIT_GITLAB_TOKEN: 'glpat-of-nobody' });
    expect(about(result, 'logins', forgeHost())).toMatchObject({
      rating: 'problem',
      says: expect.stringContaining('the token from PACKIT_GITLAB_TOKEN is not accepted'),
      cure: expect.stringContaining(`${forge.url}/-/user_settings/personal_access_tokens`),
    });
    expect(result.exitCode).toBe(2);
    expect(JSON.stringify(result)).not.toContain('glpat-of-nobody');
  });

  test('one without the scopes that are needed is a warning that names what it may not', async () => {
    await forge.close();
    forge = await startForge('gitlab', {
      users: [{ name: 'jane', token: SECRET, rights: ['read_api', 'read_user'] }],
    });
    const result = await run({}, { DISTGIT_URL: forge.url, PACKIT_GITLAB_URL: forge.url });
    expect(about(result, 'logins', forgeHost())).toMatchObject({
      rating: 'warning',
      says: expect.stringContaining('may not: fork, push, open pull requests'),
      cure: expect.stringContaining('the scope `api`'),
    });
  });

  test('one that ends within a week, and those of Copr and Testing Farm that have ended', async () => {
    const [jane] = copr.accounts;
    if (jane !== undefined) jane.token = 'another';
    farm.tokens.length = 0;
    const context = createContext({ cwd: project, env, now: () => new Date('2029-12-29T00:00:00Z') });
    const result = await examine(context, {});
    expect(about(result, 'logins', forgeHost())).toMatchObject({
      rating: 'warning',
      says: expect.stringContaining('expires on 2030-01-01, in 3 days'),
    });
    expect(about(result, 'logins', 'Copr')).toMatchObject({
      rating: 'problem',
      cure: expect.stringContaining(`${copr.url}/api/`),
    });
    expect(about(result, 'logins', 'Testing Farm')).toMatchObject({
      rating: 'problem',
      says: expect.stringContaining('Token has expired'),
    });
  });

  test('none at all is a warning for dist-git and Copr', async () => {
    writeFileSync(join(home, '.config', 'copr'), `[copr-cli]\ncopr_url = ${copr.url}\nencrypted = False\n`);
    const result = await run({}, { PACKIT_GITLAB_TOKEN: '', TESTING_FARM_API_TOKEN: '' });
    expect(about(result, 'logins', forgeHost())).toMatchObject({ rating: 'warning', says: 'no token' });
    expect(about(result, 'logins', 'Copr')).toMatchObject({ rating: 'warning', says: 'no token' });
    expect(about(result, 'logins', 'Testing Farm')).toBeUndefined();
    expect(about(result, 'services', 'Testing Farm')).toBeUndefined();
  });
});

describe('services', () => {
  test('a host that is down, one that is silent and one with a problem of its own', async () => {
    let release = (): void => {};
    const silence = new Promise<void>((resolve) => (release = resolve));
    const silent = await startService(async () => {
      await silence;
      return { status: 200, body: 'late' };
    });
    const broken = await startService(() => ({ status: 503, body: 'sorry' }));
    const gone = await startService(() => ({ status: 200, body: '' }));
    await gone.close();
    try {
      const result = await run(
        { limit: 1000 },
        { PACKIT_KOJI_URL: gone.url, PACKIT_BODHI_URL: silent.url, PACKIT_ANITYA_URL: broken.url },
      );
      expect(about(result, 'services', 'Koji')).toMatchObject({
        rating: 'problem',
        says: expect.stringContaining(`${new URL(gone.url).host} does not answer`),
        cure: expect.any(String),
      });
      expect(about(result, 'services', 'Bodhi')).toMatchObject({
        rating: 'problem',
        says: expect.stringContaining('no answer within 1 s'),
      });
      expect(about(result, 'services', 'release-monitoring')).toMatchObject({
        rating: 'problem',
        says: expect.stringContaining('HTTP 503'),
      });
      expect(result.exitCode).toBe(2);
    } finally {
      release();
      await silent.close();
      await broken.close();
    }
  });

  test('--offline asks nobody', async () => {
    const result = await run({ offline: true });
    expect(result.findings.filter(({ area }) => area === 'services')).toEqual([]);
    expect(about(result, 'logins', forgeHost())).toMatchObject({
      rating: 'ok',
      says: 'a token from PACKIT_GITLAB_TOKEN, not tried (--offline)',
    });
    expect([...forge.requests, ...copr.requests, ...other.log, ...farm.service.log]).toEqual([]);
  });
});

describe('the machine', () => {
  test('no rpm on PATH is a problem, with the command that installs it', async () => {
    const bin = join(tempDir(), 'bin');
    mkdirSync(bin);
    for (const name of ['git', 'tar', 'sh']) symlinkSync(`/usr/bin/${name}`, join(bin, name));
    const result = await run({ offline: true }, { PATH: bin });
    expect(about(result, 'programs', 'rpmbuild')).toMatchObject({
      rating: 'problem',
      says: 'not installed',
      cure: expect.stringMatching(/^Install /),
      neededBy: expect.arrayContaining(['srpm']),
    });
    expect(about(result, 'programs', 'mock')).toMatchObject({ rating: 'warning' });
    expect(about(result, 'programs', 'git')).toMatchObject({ rating: 'ok' });
    expect(result.findings.some(({ area }) => area === 'macros')).toBe(false);
    expect(result.exitCode).toBe(2);
  });

  test('a shallow clone, a broken configuration and one of the user that others may read', async () => {
    repository.git('add', '.');
    repository.git('commit', '-qm', 'one');
    repository.git('commit', '-qm', 'two', '--allow-empty');
    const clone = join(tempDir(), 'clone');
    repository.git('clone', '-q', '--depth=1', `file://${project}`, clone);
    writeFileSync(join(clone, '.packit.yaml'), 'jobs: 3\n');
    const file = join(home, '.config', 'packit.yaml');
    writeFileSync(file, 'authentication:\n  github.com:\n    token: ghp_x\n');
    chmodSync(file, 0o644);
    const result = await examine(createContext({ cwd: clone, env }), { offline: true });
    expect(about(result, 'project', 'history')).toMatchObject({
      rating: 'warning',
      cure: 'Run: git fetch --unshallow --tags origin',
    });
    expect(about(result, 'project', 'configuration')).toMatchObject({
      rating: 'problem',
      cure: 'See all of them: packit config validate',
    });
    expect(about(result, 'machine', 'user configuration')).toMatchObject({
      rating: 'warning',
      cure: `Run: chmod 600 '${file}'`,
    });
  });

  test('a user configuration that cannot be read is a problem like others', async () => {
    writeFileSync(join(home, '.config', 'packit.yaml'), 'debug: [\n');
    const result = await run({ offline: true });
    expect(about(result, 'machine', 'user configuration')).toMatchObject({ rating: 'problem' });
    expect(about(result, 'programs', 'git')).toMatchObject({ rating: 'ok' });
  });

  test('a cache that cannot be written, and the CI system', async () => {
    writeFileSync(join(home, 'file'), '');
    const result = await run(
      { offline: true },
      { XDG_CACHE_HOME: join(home, 'file'), GITHUB_ACTIONS: 'true', CI: 'true' },
    );
    expect(about(result, 'machine', 'cache')).toMatchObject({
      rating: 'problem',
      cure: expect.stringContaining('XDG_CACHE_HOME'),
    });
    expect(about(result, 'machine', 'CI')).toMatchObject({ says: 'GitHub Actions (GITHUB_ACTIONS)' });
  });
});
