/** A session recorded against servers on loopback, and replayed when they are gone. */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { packit } from '../../support/cli.ts';
import type { CliResult } from '../../support/cli.ts';
import { temporaryDirectory } from '../../support/git.ts';
import { TOKEN, createWorld, spec } from '../../support/release-world.ts';
import type { World, WorldOptions } from '../../support/release-world.ts';
import { snapshot } from '../../support/snapshot.ts';

jest.setTimeout(180_000);

let world: World | undefined;
let closed = false;
let kept: ReturnType<typeof temporaryDirectory> | undefined;

async function make(options: WorldOptions = {}): Promise<World> {
  world = await createWorld(options);
  closed = false;
  kept = temporaryDirectory('packit-session-test');
  mkdirSync(join(kept.dir, 'tmp'));
  mkdirSync(join(kept.dir, 'home'));
  return world;
}

afterEach(async () => {
  const open = world;
  world = undefined;
  if (!closed) await open?.close();
  kept?.dispose();
});

/** Another machine: the same checkout, no token, no settings, no server. */
async function leave(here: World): Promise<{ checkout: string; env: Record<string, string> }> {
  const dir = kept?.dir ?? '';
  const checkout = join(dir, 'checkout');
  cpSync(here.upstream.dir, checkout, { recursive: true });
  await here.close();
  closed = true;
  return {
    checkout,
    env: {
      HOME: join(dir, 'home'),
      XDG_CONFIG_HOME: '',
      XDG_CACHE_HOME: '',
      TMPDIR: join(dir, 'tmp'),
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      PATH: process.env.PATH ?? '',
    },
  };
}

function run(here: World, args: readonly string[]): Promise<CliResult> {
  return packit(args, { cwd: here.upstream.dir, env: { ...here.env, TMPDIR: join(kept?.dir ?? '', 'tmp') } });
}

const recording = (): string => join(kept?.dir ?? '', 'recording');

/** Loaded before packit: opening a socket to another program ends the process with a code of its own. */
const NO_SOCKETS = `import net from 'node:net';
import dns from 'node:dns';
const stop = (what) => () => { process.stderr.write(what + ' in a replay\\n'); process.exit(97); };
net.Socket.prototype.connect = stop('a connection');
dns.lookup = stop('a name looked up');`;

function withoutSockets(): Record<string, string> {
  const file = join(kept?.dir ?? '', 'no-sockets.mjs');
  writeFileSync(file, NO_SOCKETS);
  return { NODE_OPTIONS: `--import=${file}` };
}

async function expectReplay(here: World, args: readonly string[], first: CliResult): Promise<void> {
  const { checkout, env } = await leave(here);
  const before = snapshot(checkout);
  const again = await packit(['--replay', recording(), ...args], {
    cwd: checkout,
    env: { ...env, ...withoutSockets() },
  });
  expect({ code: again.exitCode, stderr: again.exitCode === first.exitCode ? '' : again.stderr }).toEqual({
    code: first.exitCode,
    stderr: '',
  });
  expect(again.stdout).toBe(first.stdout);
  expect(snapshot(checkout)).toEqual(before);
  expect(readdirSync(join(kept?.dir ?? '', 'tmp'))).toEqual([]);
}

describe('propose-update', () => {
  test.each(['pagure', 'forgejo'] as const)(
    'through %s: same output and exit code without any of its services, no socket opened',
    async (kind) => {
      const source = 'Source0:        @WEB@/hello-%{version}.tar.gz\n';
      const here = await make({
        kind,
        bug: 4711,
        lookaside: {},
        upstreamSpec: spec('1.1.0', { source }),
        downloads: { '/hello-1.1.0.tar.gz': 'not really an archive' },
        distGitFiles: { sources: '' },
      });
      const args = ['propose-update', '.', '1.1.0'];
      const first = await run(here, ['--record', recording(), ...args]);
      expect({ code: first.exitCode, stderr: first.exitCode === 0 ? '' : first.stderr }).toEqual({
        code: 0,
        stderr: '',
      });
      expect(first.stdout).toMatch(/rawhide +proposed/);
      expect(here.lookaside?.files.size).toBe(1);
      expect(readdirSync(join(kept?.dir ?? '', 'tmp'))).toEqual([]);
      await expectReplay(here, args, first);
    },
  );

  test('one that failed for a branch fails for it again, with the same code', async () => {
    const here = await make();
    here.forge.failOn(/POST .*\/pull-request\/new/, { status: 400, body: { error: 'The branch is locked' } });
    const args = ['--json', 'propose-update', '.', '1.1.0'];
    const first = await run(here, ['--record', recording(), ...args]);
    expect(first.exitCode).toBe(5);
    await expectReplay(here, args, first);
  });

  test('without a command the recorded one is replayed', async () => {
    const here = await make({ branches: { rawhide: '1.0.0' } });
    const first = await run(here, [`--record=${recording()}`, 'propose-update', '.', '1.1.0']);
    expect(first.exitCode).toBe(0);
    await expectReplay(here, [], first);
  });

  test('what was not recorded is refused and compared with the nearest; what was not asked for is named', async () => {
    const here = await make({ branches: { rawhide: '1.0.0', f42: '1.0.0' } });
    await run(here, ['--record', recording(), 'propose-update', '.', '1.1.0']);
    const { checkout, env } = await leave(here);

    const less = await packit(['--replay', recording(), 'config', 'schema'], {
      cwd: checkout,
      env,
    });
    expect(less.exitCode).toBe(2);
    expect(less.stderr).toMatch(/error: \d+ of the recorded requests and programs were not asked for/);
    expect(less.stderr).toMatch(/\d{4}-git-push\.json|\d{4}-POST-/);

    const text = readFileSync(join(checkout, '.packit.yaml'), 'utf8');
    writeFileSync(join(checkout, '.packit.yaml'), text.replace('rpms\n', 'other\n'));
    const other = await packit(['--replay', recording(), 'propose-update', '--local-content'], {
      cwd: checkout,
      env,
    });
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toContain('was not recorded: ');
    expect(other.stderr).toContain('The nearest that was recorded (-) and what came (+):');
  });
});

describe('srpm of a URL', () => {
  test('the clone comes from the recording', async () => {
    const here = await make({
      projects: [
        {
          namespace: 'upstream',
          name: 'tool',
          owner: 'admin',
          branches: {
            main: {
              'tool.spec': spec('2.0', { source: 'Source0: tool-%{version}.tar.gz\n' }).replaceAll(
                'hello',
                'tool',
              ),
              '.packit.yaml': 'specfile_path: tool.spec\nupstream_package_name: tool\n',
            },
          },
        },
      ],
    });
    const url = `${here.forge.url}/upstream/tool.git`;
    const first = await run(here, ['--record', recording(), 'srpm', '--no-update-release', url]);
    expect({ code: first.exitCode, stderr: first.exitCode === 0 ? '' : first.stderr }).toEqual({
      code: 0,
      stderr: '',
    });
    rmSync(first.stdout.trim());
    const { checkout, env } = await leave(here);
    const again = await packit(['--replay', recording(), 'srpm', '--no-update-release', url], {
      cwd: checkout,
      env: { ...env, ...withoutSockets() },
    });
    expect({ code: again.exitCode, stderr: again.exitCode === 0 ? '' : again.stderr }).toEqual({
      code: 0,
      stderr: '',
    });
    expect(again.stdout.trim().replace(checkout, '')).toBe(
      first.stdout.trim().replace(here.upstream.dir, ''),
    );
  });
});

describe('what goes wrong', () => {
  test('a directory that holds something is not recorded into', async () => {
    const here = await make();
    mkdirSync(recording());
    writeFileSync(join(recording(), 'mine'), '');
    const { exitCode, stderr } = await run(here, ['--record', recording(), 'propose-update']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/not empty\n.*hint: Give --record a directory/s);
    expect(readdirSync(recording())).toEqual(['mine']);
  });

  const HEADER = {
    format: 1,
    versions: {},
    command: ['srpm'],
    startedAt: '2024-01-01T00:00:00Z',
    variables: {},
  };

  test.each<[string, Record<string, string> | undefined, RegExp]>([
    ['no recording', undefined, /There is no recorded session/],
    [
      'a newer format',
      { 'session.json': JSON.stringify({ ...HEADER, format: 99, versions: { packit: '9.0' } }) },
      /recorded in format 99.*\nhint: Use the packit it was recorded with \(9\.0\)/,
    ],
    ['a broken document', { 'session.json': '{' }, /not a part of a recorded session/],
    [
      'settings that name a program',
      {
        'session.json': JSON.stringify(HEADER),
        'person/packit.yaml': 'fas_user: jane\nkoji_build_command: sh -c evil\n',
      },
      /person\/packit\.yaml:2.*name a program to run/,
    ],
  ])('%s', async (_name, files, words) => {
    kept = temporaryDirectory('packit-session-test');
    for (const [path, content] of Object.entries(files ?? {})) {
      mkdirSync(dirname(join(recording(), path)), { recursive: true });
      writeFileSync(join(recording(), path), content);
    }
    const { exitCode, stderr } = await packit(['--replay', recording(), 'srpm'], { cwd: kept.dir });
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringMatching(words) });
  });

  test('both options at once', async () => {
    const here = await make();
    const { exitCode, stderr } = await run(here, ['--record', 'a', '--replay', 'b', 'srpm']);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringContaining('Only one of --record'),
    });
  });
});

describe('secrets', () => {
  test('ten planted ones are nowhere in the recording', async () => {
    const hidden = {
      environment: TOKEN,
      header: 'cookie-secret-8d1f7a6b5c4e',
      answer: 'answer-secret-0a9b8c7d6e5f',
      url: 'url-secret-1f2e3d4c5b6a',
      query: 'query-secret-aa11bb22cc33',
      settings: 'settings-secret-9z8y7x6w',
      base64: 'base64-secret-77gg66ff55',
      output: 'output-secret-qq1ww2ee3',
      other: 'other-secret-zz9xx8cc7',
      late: 'late-secret-mm5nn6bb7',
    };
    const here = await make({
      branches: { rawhide: '1.0.0' },
      config: `actions:\n  post-upstream-clone: echo ${hidden.output}\n`,
      env: {
        PACKIT_TEST_TOKEN: hidden.other,
        ACTION_SECRET: hidden.output,
        BASE64_SECRET: hidden.base64,
        PACKIT_ANITYA_URL: '',
      },
      webFault: (_request, response) => {
        response.setHeader('set-cookie', `session=${hidden.header}`);
        response.setHeader('x-refresh-token', hidden.header);
        response.writeHead(404, { 'content-type': 'application/json' });
        response.end(
          JSON.stringify({
            access_token: hidden.answer,
            encoded: Buffer.from(`jane:${hidden.base64}`).toString('base64'),
            text: `see https://jane:${hidden.url}@example.org/?private_token=${hidden.query}`,
            again: hidden.answer,
          }),
        );
        return true;
      },
    });
    here.userConfig(
      `fas_user: jane\nauthentication:\n  pagure:\n    token: ${hidden.settings}\n    instance_url: https://pagure.example\n`,
    );
    const env = { ...here.env, PACKIT_ANITYA_URL: `${here.web.url}/anitya?api_key=${hidden.late}` };
    const first = await packit(['--record', recording(), 'propose-update', '.', '1.1.0'], {
      cwd: here.upstream.dir,
      env: { ...env, TMPDIR: join(kept?.dir ?? '', 'tmp') },
    });
    expect({ code: first.exitCode, stderr: first.exitCode === 0 ? '' : first.stderr }).toEqual({
      code: 0,
      stderr: '',
    });
    const everything = readdirSync(recording(), { recursive: true, encoding: 'utf8' })
      .map((name) => join(recording(), name))
      .filter((path) => statSync(path).isFile())
      .map((path) => `${path}\n${readFileSync(path, 'latin1')}`);
    expect(everything.length).toBeGreaterThan(10);
    const leaks = Object.entries(hidden).flatMap(([name, secret]) =>
      everything.filter((text) => text.includes(secret)).map((text) => `${name}: ${text.slice(0, 2000)}`),
    );
    expect(leaks).toEqual([]);
    const base64 = Buffer.from(`jane:${hidden.base64}`).toString('base64');
    expect(everything.filter((text) => text.includes(base64))).toEqual([]);
    expect(everything.join('\n')).toContain('masked-by-packit');
  });

  test('what looks like a token that nobody named keeps the recording from being written', async () => {
    const here = await make({
      branches: { rawhide: '1.0.0' },
      webFault: (_request, response) => {
        response.writeHead(404, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ note: `ghp_${'a1B2'.repeat(9)}` }));
        return true;
      },
    });
    const { exitCode, stdout, stderr } = await run(here, ['--record', recording(), 'propose-update']);
    expect(stdout).toMatch(/rawhide +proposed/);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /held what looks like a secret, and was removed\n +a GitHub token in what GET http/,
    );
    expect(stderr).not.toContain('ghp_');
    expect(existsSync(recording())).toBe(false);
  });
});

describe('packit report', () => {
  test('shows what is in it, asks, and packs what can be replayed', async () => {
    const here = await make({ branches: { rawhide: '1.0.0' } });
    const first = await run(here, ['--record', recording(), 'propose-update', '.', '1.1.0']);
    expect(first.exitCode).toBe(0);

    const asked = await run(here, ['report', recording()]);
    expect(asked.exitCode).toBe(2);
    expect(asked.stderr).toMatch(/Command: +packit propose-update \. 1\.1\.0\n/);
    expect(asked.stderr).toMatch(/Ended with: +exit code 0\n/);
    expect(asked.stderr).toMatch(/Services: +127\.0\.0\.1:\d+ \(\d+\)/);
    expect(asked.stderr).toMatch(/Configuration: .*\.packit\.yaml\n/);
    expect(asked.stderr).toContain(
      'hint: Look at what --dry-run shows, then run the command again with --yes.',
    );

    const archive = join(kept?.dir ?? '', 'report.tar.gz');
    const packed = await run(here, ['report', recording(), '--yes', '--output', archive]);
    expect(packed.exitCode).toBe(0);
    const twice = await run(here, ['report', recording(), '--yes', '--output', archive]);
    expect(twice.exitCode).toBe(2);

    const { checkout, env } = await leave(here);
    execFileSync('tar', ['-xzf', archive], { cwd: kept?.dir });
    const unpacked = join(kept?.dir ?? '', 'packit-report');
    expect(readdirSync(join(unpacked, 'project'))).toEqual(['.packit.yaml']);
    const again = await packit(['--replay', join(unpacked, 'recording')], { cwd: checkout, env });
    expect({ code: again.exitCode, stdout: again.stdout }).toEqual({ code: 0, stdout: first.stdout });
  });
});
