import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createContext } from '../../src/context.ts';
import type { Context } from '../../src/context.ts';
import { readConfigText } from '../../src/project/config/index.ts';
import { createQuestions, validateConfig } from '../../src/workflows/validate-config/index.ts';
import type { ValidationReport } from '../../src/workflows/validate-config/index.ts';
import { createRepository } from '../support/git.ts';
import { sendJson, startServer } from '../support/http/server.ts';
import type { Handler, TestServer } from '../support/http/server.ts';
import { tempDir } from '../support/temp.ts';

const CONFIG = [
  'specfile_path: a.spec',
  'downstream_package_name: a',
  'jobs:',
  '- {job: pull_from_upstream, trigger: release, dist_git_branches: [fedora-all]}',
  '',
].join('\n');
const SPEC = 'Name: a\nVersion: 1\nRelease: 1\nSummary: a\nLicense: MIT\n%description\na\n';
/** A current Fedora, as Bodhi tells of it. */
const RELEASES = {
  releases: [
    {
      name: 'F42',
      long_name: 'Fedora 42',
      version: '42',
      id_prefix: 'FEDORA',
      branch: 'f42',
      state: 'current',
    },
    {
      name: 'F43',
      long_name: 'Fedora 43',
      version: '43',
      id_prefix: 'FEDORA',
      branch: 'rawhide',
      state: 'pending',
    },
  ],
  pages: 1,
};

let server: TestServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

function context(): Context {
  const home = tempDir();
  return createContext({
    cwd: home,
    env: { PATH: process.env.PATH ?? '', HOME: home, XDG_CACHE_HOME: join(home, 'cache') },
  });
}

async function validate(root: string, handler: Handler, specs = false): Promise<ValidationReport> {
  server = await startServer(handler);
  const { url } = server;
  const services = { distGit: url, releaseMonitoring: url, bodhi: url };
  const questions = createQuestions(context(), { directory: root, offline: false, specs, services });
  const file = join(root, '.packit.yaml');
  try {
    return (await validateConfig({ file, text: readConfigText(file), env: {}, questions, fix: false }))
      .report;
  } finally {
    await questions.close();
  }
}

function project(config = CONFIG, spec = SPEC): string {
  const root = join(tempDir(), 'a');
  mkdirSync(root);
  writeFileSync(join(root, '.packit.yaml'), config);
  writeFileSync(join(root, 'a.spec'), spec);
  return root;
}

describe('config validate asks services', () => {
  test('a package that is there, mapped and monitored: nothing to say', async () => {
    const report = await validate(project(), (request, response) => {
      if (request.url.startsWith('/releases/')) return sendJson(response, RELEASES);
      if (request.url.startsWith('/api/v2/packages/')) return sendJson(response, { items: [{ name: 'a' }] });
      if (request.url.endsWith('/monitoring.toml')) return void response.end('monitoring = true\n');
      return void response.end('the page of the package');
    });
    expect(report.problems).toEqual([]);
    expect(server?.requests.map(({ url }) => url.split('?')[0]).sort()).toEqual([
      '/api/v2/packages/',
      '/releases/',
      '/rpms/a',
      '/rpms/a/raw/rawhide/f/monitoring.toml',
    ]);
  });

  test('a package nobody knows', async () => {
    const report = await validate(project(), (request, response) => {
      if (request.url.startsWith('/releases/')) return sendJson(response, RELEASES);
      if (request.url.startsWith('/api/v2/packages/')) return sendJson(response, { items: [] });
      return void response.writeHead(404).end();
    });
    expect(report.problems.map(({ code }) => code)).toEqual([
      'CONFIG_PACKAGE_UNKNOWN',
      'CONFIG_NOT_MAPPED',
      'CONFIG_NOT_MONITORED',
    ]);
    expect(report.valid).toBe(true);
  });

  test('services that fail are no fault of the configuration', async () => {
    const report = await validate(project(), (_request, response) => void response.writeHead(400).end());
    expect(report).toMatchObject({ valid: true, problems: [] });
  });
});

describe('config validate asks git and rpm', () => {
  const quiet: Handler = (_request, response) => void response.writeHead(400).end();

  test('tags that the template does not fit', async () => {
    const root = project(`${CONFIG}upstream_tag_template: v{version}\n`);
    const repository = createRepository(root);
    repository.git('add', '.');
    repository.git('commit', '-m', 'one');
    repository.git('tag', 'a-1.0');
    const { problems } = await validate(root, quiet);
    expect(problems).toMatchObject([
      { code: 'CONFIG_NO_TAG', hint: 'The newest tag is a-1.0: write upstream_tag_template: "a-{version}".' },
    ]);
  });

  test('a spec file that rpm cannot read; a template is not asked about', async () => {
    const broken = await validate(project(CONFIG, `${SPEC}%if 1\n`), quiet, true);
    expect(broken.problems).toMatchObject([{ code: 'CONFIG_SPEC_INVALID', key: 'specfile_path', line: 1 }]);
    await server?.close();
    // Not a macro that is not installed here.
    const bare = await validate(project(CONFIG, `${SPEC}%if\n%endif\n`), quiet, true);
    expect(bare.problems).toMatchObject([{ code: 'CONFIG_SPEC_INVALID', key: 'specfile_path' }]);
    await server?.close();
    expect(
      (await validate(project(CONFIG, 'Name: {{{ git_name }}}\n%if 1\n'), quiet, true)).problems,
    ).toEqual([]);
  });
});
