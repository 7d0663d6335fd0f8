/** The scripts of the release's workflow, run as the runner does: `bash -e` on a file, with GitHub's variables. */
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { problemsOf } from '../../../scripts/check-release.mjs';
import type { Workflow } from '../../support/ci/workflow-files.ts';
import { testEnvironment } from '../../support/git.ts';
import { startServer } from '../../support/http/server.ts';
import type { Recorded, TestServer } from '../../support/http/server.ts';
import { execute } from '../../support/packaged.ts';
import type { Ran } from '../../support/packaged.ts';
import { tempDir } from '../../support/temp.ts';

const ROOT = resolve(import.meta.dirname, '..', '..', '..');
const { jobs } = parse(readFileSync(join(ROOT, '.github', 'workflows', 'release.yml'), 'utf8')) as Workflow;
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

let home: string;
beforeEach(() => {
  home = join(tempDir(), 'of a runner');
  mkdirSync(home);
});

function runScript(
  job: string,
  find: RegExp,
  { cwd = home, tag = `v${version}`, env = {} }: { cwd?: string; tag?: string; env?: Record<string, string> },
): Promise<Ran> {
  const step = jobs[job]?.steps.find(({ run = '' }) => find.test(run));
  if (step?.run === undefined) throw new Error(`no such script in ${job}`);
  const file = join(home, 'script.sh');
  writeFileSync(file, step.run);
  return execute(['bash', '-e', file], {
    cwd,
    env: {
      ...testEnvironment(home),
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_REF: `refs/tags/${tag}`,
      GITHUB_REF_NAME: tag,
      GITHUB_REF_TYPE: 'tag',
      ...env,
    },
  });
}

test('every script of the workflow is run by a test', () => {
  const scripts = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
  const elsewhere = [
    /^\.ci\/run$/,
    /^npm ci( && npm run build)?$/,
    /^sudo apt-get update && sudo apt-get install --yes --no-install-recommends rpm$/,
    // test/long/getting-it/release-rpm.test.ts
    /^srpm=.*in-copr\n$/s,
  ];
  const here = [/check-release/, /npm publish/, /COPR_CONFIG/, /GITHUB_OUTPUT/];
  for (const script of scripts)
    expect({ script, run: [...elsewhere, ...here].some((pattern) => pattern.test(script)) }).toEqual({
      script,
      run: true,
    });
  for (const pattern of [...elsewhere, ...here])
    expect(scripts.filter((script) => pattern.test(script)).length).toBeGreaterThan(0);
});

describe('the check of the tag', () => {
  /** The places that the check reads, with the changes of a release. */
  function released(): string {
    const tree = join(home, 'tree');
    const files = new Set<string>(['scripts/check-release.mjs']);
    problemsOf(`v${version}`, (file: string) => {
      files.add(file);
      return '';
    });
    for (const file of files) {
      mkdirSync(dirname(join(tree, file)), { recursive: true });
      copyFileSync(join(ROOT, file), join(tree, file));
    }
    const changelog = join(tree, 'CHANGELOG.md');
    const text = readFileSync(changelog, 'utf8').replace('## [Unreleased]', `## [${version}] - 2026-12-01`);
    writeFileSync(changelog, text);
    return tree;
  }

  test('lets a release pass', async () => {
    expect(await runScript('check', /check-release/, { cwd: released() })).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    });
  });

  test.each(['v99.0.0', 'v1.2', 'vulture', 'v1.2.3-rc.1', 'v1.2.3$(id)', 'v1.2.3 v4'])(
    'stops the job of the tag %s',
    async (tag) => {
      const ran = await runScript('check', /check-release/, { cwd: released(), tag });
      expect(ran.exitCode).toBe(1);
      expect(ran.stderr).toMatch(/does not hold|is no tag of a release/);
    },
  );
});

describe('npm', () => {
  let registry: TestServer;
  afterEach(() => registry.close());

  /** Publishes for show: what is sent would have to be signed by GitHub's word. */
  function publish(): Promise<Ran> {
    return runScript('npm', /npm publish/, {
      cwd: ROOT,
      env: {
        npm_config_registry: registry.url,
        npm_config_dry_run: 'true',
        npm_config_ignore_scripts: 'true',
        npm_config_cache: join(home, 'npm'),
        npm_config_fetch_retries: '0',
      },
    });
  }
  const isOfPackage = ({ method, url }: Recorded): boolean =>
    method === 'GET' && url.split('?')[0] === '/packit-cli';

  test('gets the package, publicly, if it has not got it', async () => {
    registry = await startServer((request, response) => {
      response.statusCode = isOfPackage(request) ? 404 : 500;
      response.end('{}');
    });
    const ran = await publish();
    expect(ran).toMatchObject({ exitCode: 0, stdout: `+ packit-cli@${version}\n` });
    expect(ran.stderr).toContain('public access (dry-run)');
    expect(registry.requests.filter((request) => !isOfPackage(request))).toEqual([]);
  });

  test('gets it once: a second try ends well', async () => {
    registry = await startServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      const released = { name: 'packit-cli', version, dist: { tarball: '', shasum: '' } };
      response.end(
        JSON.stringify({
          name: 'packit-cli',
          'dist-tags': { latest: version },
          versions: { [version]: released },
        }),
      );
    });
    expect(await publish()).toMatchObject({
      exitCode: 0,
      stdout: `::notice::npm has packit-cli ${version} already\n`,
    });
  });

  test('knows the repository that the proof will name', () => {
    const { repository } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      repository: { url: string };
    };
    expect(repository.url).toBe('git+https://github.com/packit/packit-cli.git');
  });
});

test('the login of Copr becomes a private file, whatever is in it', async () => {
  const login = '[copr-cli]\nlogin = a\ntoken = it\'s "$HOME" `id` \\n %s\n';
  const run = (): Promise<Ran> => runScript('rpm', /COPR_CONFIG/, { env: { COPR_CONFIG: login.trimEnd() } });
  const file = join(home, '.config', 'copr');
  // A second time in the same job.
  for (const ran of [await run(), await run()]) expect(ran).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  expect(readFileSync(file, 'utf8')).toBe(login);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('the image is called as the version', async () => {
  const output = join(home, 'output');
  writeFileSync(output, 'other=1\n');
  const ran = await runScript('image', /GITHUB_OUTPUT/, { env: { GITHUB_OUTPUT: output } });
  expect(ran.exitCode).toBe(0);
  expect(readFileSync(output, 'utf8')).toBe(`other=1\nversion=${version}\n`);
});
