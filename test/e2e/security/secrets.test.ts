/** Secrets planted wherever packit takes them from are found in none of the places others can see. */
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { packit } from '../../support/cli.ts';
import { createProject } from '../../support/project.ts';
import { TOKEN, createWorld, spec } from '../../support/release-world.ts';
import type { World, WorldOptions } from '../../support/release-world.ts';
import { startServer } from '../../support/http/server.ts';
import type { TestServer } from '../../support/http/server.ts';
import { tempDir } from '../../support/temp.ts';

jest.setTimeout(120_000);

const PASSWORD = 'p4ssw0rd-of-jane-xyzzy';
let watched: string;
let world: World | undefined;
let server: TestServer | undefined;

beforeEach(() => {
  watched = tempDir();
  mkdirSync(join(watched, 'bin'));
  for (const program of ['git', 'curl', 'rpmbuild', 'rpmspec', 'rpm', 'klist', 'kinit']) {
    const file = join(watched, 'bin', program);
    writeFileSync(
      file,
      `#!/bin/sh\nprintf '%s ' "$0" "$@" >> '${watched}/argv'\nPATH=\${PATH#*:} exec ${program} "$@"\n`,
    );
    chmodSync(file, 0o755);
  }
});

afterEach(async () => {
  const open = world;
  world = undefined;
  await open?.close();
  await server?.close();
  server = undefined;
});

/** The environment of a run whose children, and git's own, leave their argument lists behind. */
function watching(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  mkdirSync(join(watched, 'tmp'), { recursive: true });
  return {
    ...env,
    PATH: `${join(watched, 'bin')}:${env.PATH ?? process.env.PATH ?? ''}`,
    TMPDIR: join(watched, 'tmp'),
    GIT_TRACE: join(watched, 'trace'),
  };
}

function textsBelow(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.name}\n${readFileSync(join(entry.parentPath, entry.name), 'latin1')}`)
    .join('\n');
}

function expectNowhere(secret: string, result: { stdout: string; stderr: string }, home: string): void {
  expect(existsSync(join(watched, 'argv'))).toBe(true);
  const basic = Buffer.from(`jane:${secret}`).toString('base64');
  for (const form of [secret, basic, encodeURIComponent(secret)]) {
    expect(result.stdout).not.toContain(form);
    expect(result.stderr).not.toContain(form);
    expect(readFileSync(join(watched, 'argv'), 'latin1')).not.toContain(form);
    expect(readFileSync(join(watched, 'trace'), 'latin1')).not.toContain(form);
    expect(textsBelow(join(watched, 'tmp'))).not.toContain(form);
    const cache = join(home, '.cache');
    if (existsSync(cache)) expect(textsBelow(cache)).not.toContain(form);
  }
}

async function propose(options: WorldOptions, args: string[], env: Record<string, string> = {}) {
  const here = await createWorld({ kind: 'forgejo', branches: { rawhide: '1.0.0' }, ...options });
  world = here;
  const result = await packit(['propose-update', '--debug', ...args], {
    cwd: here.upstream.dir,
    env: watching({ ...here.env, ...env }),
    timeout: 100_000,
  });
  return { here, result };
}

describe('the token of a forge', () => {
  test('from the environment, when all goes well', async () => {
    const { here, result } = await propose({}, ['--json']);
    expect(result.exitCode).toBe(0);
    expect(here.forge.project('rpms', 'hello').pullRequests).toHaveLength(1);
    expectNowhere(TOKEN, result, join(here.dir, 'home'));
  });

  test('from the user configuration, when the push is refused', async () => {
    const here = await createWorld({ kind: 'forgejo', branches: { rawhide: '1.0.0' } });
    world = here;
    here.userConfig(
      `fas_user: jane\nauthentication: {mine: {type: forgejo, instance_url: "${here.forge.url}", token: ${TOKEN}}}\n`,
    );
    here.forge.failOn(/POST .*git-receive-pack/, { status: 403, body: 'no' }, 99);
    const result = await packit(['propose-update', '--debug'], {
      cwd: here.upstream.dir,
      env: watching({ ...here.env, PACKIT_FORGEJO_TOKEN: undefined }),
      timeout: 100_000,
    });
    expect(result.exitCode).not.toBe(0);
    expectNowhere(TOKEN, result, join(here.dir, 'home'));
  });

  test('when the forge says it back in its answer', async () => {
    const here = await createWorld({ kind: 'forgejo', branches: { rawhide: '1.0.0' } });
    world = here;
    here.forge.failOn(
      /POST .*\/pulls/,
      { status: 422, body: { message: `no such token: ${TOKEN}`, url: 'x' } },
      99,
    );
    const result = await packit(['propose-update', '--debug', '--json'], {
      cwd: here.upstream.dir,
      env: watching(here.env),
      timeout: 100_000,
    });
    expect(result.exitCode).not.toBe(0);
    expectNowhere(TOKEN, result, join(here.dir, 'home'));
  });
});

describe('a password in a URL', () => {
  test('of a clone that fails', async () => {
    server = await startServer((_request, response) => {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' });
      response.end();
    });
    const url = server.url.replace('//', `//jane:${PASSWORD}@`);
    const home = tempDir();
    const result = await packit(['srpm', '--debug', `${url}/hello.git`], {
      cwd: home,
      env: { HOME: home, XDG_CACHE_HOME: join(home, '.cache') },
    });
    expect(result.exitCode).toBe(3);
    expect(result.stderr).toContain('debug: ');
    expect(result.stdout + result.stderr).not.toContain(PASSWORD);
  });

  test.each([200, 404])('of a source (%i)', async (status) => {
    server = await startServer((_request, response) => {
      response.writeHead(status, { etag: '"x"' });
      response.end('content');
    });
    const home = tempDir();
    const source = `${server.url.replace('//', `//jane:${PASSWORD}@`)}/data.txt?private_token=${PASSWORD}`;
    const repository = createProject(home, {
      config: `upstream_tag_template: v{version}\nspecfile_path: hello.spec\nsources: [{path: data.txt, url: "${source}"}]\n`,
    });
    const result = await packit(['srpm', '--debug', repository.dir], {
      cwd: home,
      env: watching({ ...repository.env }),
    });
    expect(result.exitCode).toBe(status === 200 ? 0 : 3);
    expect(server.requests[0]?.headers.authorization).toMatch(/^Basic /);
    expectNowhere(PASSWORD, result, home);
  });

  test('of the remote of a checkout', async () => {
    const home = tempDir();
    const repository = createProject(home);
    repository.git('remote', 'add', 'origin', `https://jane:${PASSWORD}@git.example/hello.git`);
    for (const args of [
      ['srpm', '--debug'],
      ['config', 'show', '--json'],
      ['srpm', '--debug', '--remote', 'x'],
    ]) {
      const result = await packit([...args, ...(args[0] === 'srpm' ? ['.'] : [])], {
        cwd: repository.dir,
        env: watching({ ...repository.env }),
      });
      expect(result.stdout + result.stderr).not.toContain(PASSWORD);
    }
    expect(textsBelow(join(watched, 'tmp'))).not.toContain(PASSWORD);
  });
});

test('a file of dist-git cannot draw on the terminal', async () => {
  const { result } = await propose({ distGitFiles: { 'README.packit': 'old \u001b]0;owned\u0007 text\n' } }, [
    '--dry-run',
  ]);
  expect(result.exitCode).toBe(0);
  expect(result.stdout).toContain('-old \\x1b]0;owned\\x07 text');
  expect(result.stdout + result.stderr).not.toContain('\u001b]0;');
});

test('an upstream version cannot draw on the terminal', async () => {
  const { result } = await propose({ monitored: '9\u001b]0;owned\u0007', upstreamSpec: spec('1.1.0') }, [
    '--dry-run',
  ]);
  expect(result.stderr).not.toContain('\u001b]0;');
  expect(result.stderr).toContain('cannot be a version');
});
