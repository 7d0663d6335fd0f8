/** The script of the release that builds RPMs: packit's own source RPM from a tag, to the Copr project that its configuration names. */
import { cpSync, mkdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import type { Workflow } from '../../support/ci/workflow-files.ts';
import { clockByLooks } from '../../support/copr/world.ts';
import { startCopr } from '../../support/copr/server.ts';
import type { CoprServer } from '../../support/copr/server.ts';
import { testEnvironment } from '../../support/git.ts';
import { execute } from '../../support/packaged.ts';
import type { Ran } from '../../support/packaged.ts';
import { tempDir } from '../../support/temp.ts';

jest.setTimeout(120_000);

const ROOT = resolve(import.meta.dirname, '..', '..', '..');
const { jobs } = parse(readFileSync(join(ROOT, '.github', 'workflows', 'release.yml'), 'utf8')) as Workflow;
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
const describeIf = existsSync(join(ROOT, '.git')) ? describe : describe.skip;

describeIf('the RPM of a release (skipped outside a git checkout)', () => {
  const home = join(tempDir(), 'of a runner');
  const checkout = join(home, 'packit-cli');
  let copr: CoprServer;
  beforeAll(async () => {
    mkdirSync(home);
    copr = await startCopr();
    copr.accounts = [{ name: 'jane', login: 'jane-login', token: 'jane-secret-token', groups: ['packit'] }];
    copr.writeLogin(home);
    clockByLooks(copr, 30);
    // As actions/checkout leaves a tag, and npm what it built.
    const env = {
      ...testEnvironment(home),
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
    };
    const git = async (...args: string[]): Promise<void> => {
      expect(await execute(['git', ...args], { cwd: home, env })).toMatchObject({ exitCode: 0 });
    };
    await git('clone', '--quiet', '--no-tags', ROOT, checkout);
    await git('-C', checkout, 'tag', '--annotate', '--message', 'Release', `v${version}`);
    await git('-C', checkout, 'checkout', '--quiet', '--detach', `v${version}`);
    cpSync(join(ROOT, 'dist'), join(checkout, 'dist'), { recursive: true });
    const bundle = join('packaging', 'packit-cli-bundle.tar.gz');
    cpSync(join(ROOT, bundle), join(checkout, bundle));
  });
  afterAll(() => copr?.close());

  function runScript(): Promise<Ran> {
    const script = jobs.rpm?.steps.find(({ name }) => name === 'Build in Copr')?.run ?? 'false';
    const file = join(home, 'script.sh');
    writeFileSync(file, script);
    return execute(['bash', '-e', file], {
      cwd: checkout,
      env: {
        ...testEnvironment(home),
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_REF: `refs/tags/v${version}`,
        GITHUB_REF_NAME: `v${version}`,
        GITHUB_REF_TYPE: 'tag',
        GITHUB_WORKSPACE: checkout,
        PACKIT_POLL_DELAY: '5',
        PACKIT_RETRY_DELAY: '1',
        PACKIT_BODHI_URL: `${copr.url}/bodhi`,
      },
    });
  }

  test('is built of the version of the tag, in the project for releases, for every release that is named', async () => {
    const ran = await runScript();
    expect(ran).toMatchObject({ exitCode: 0 });
    expect(copr.unexpected).toEqual([]);
    expect(
      [...copr.builds.values()].map(({ project, filename }) => [project.ownername, project.name, filename]),
    ).toEqual([['@packit', 'packit-cli-releases', `packit-cli-${version}-1.src.rpm`]]);
    const [build] = copr.builds.values();
    // People install from it.
    expect(build?.project.delete_after_days).toBe(-1);
    expect(build?.chroots).toContain('epel-10-x86_64');
    expect(build?.chroots.some((name) => name.startsWith('fedora-44-'))).toBe(true);
  });

  test('that fails in one chroot fails the job', async () => {
    copr.script = {
      chroots: { '*': { run: 30 }, 'epel-10-x86_64': { run: 30, end: 'failed', log: 'error: no\n' } },
    };
    const ran = await runScript();
    expect(ran.exitCode).toBe(5);
    expect(ran.stderr).toContain('::error::');
  });
});
