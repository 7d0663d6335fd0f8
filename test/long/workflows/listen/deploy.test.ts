/** Stage and production side by side, with builds of the tool as processes: promotion, a build that does not get healthy, going back. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { RABBIT_ABSENT, startRabbit } from '../../../support/rabbitmq.ts';
import type { Rabbit } from '../../../support/rabbitmq.ts';
import { tempDir } from '../../../support/temp.ts';

if (RABBIT_ABSENT) console.warn('RabbitMQ is not installed: the rehearsal of deployments is skipped');

const ROOT = resolve(import.meta.dirname, '../../../..');

(RABBIT_ABSENT ? describe.skip : describe)('deployment', () => {
  let rabbit: Rabbit;
  let home = '';

  beforeAll(async () => {
    rabbit = await startRabbit();
  }, 180_000);

  afterEach(() => {
    for (const name of ['stage', 'production']) {
      const file = join(home, `${name}.pid`);
      if (existsSync(file)) spawnSync('kill', ['-KILL', readFileSync(file, 'utf8').trim()]);
    }
  });

  afterAll(async () => {
    await rabbit?.close();
  }, 60_000);

  /** A build in a directory that is called by its digest, as an image would be. */
  function build(version: string, change: (directory: string) => void = () => {}): string {
    const draft = join(tempDir(), 'build');
    mkdirSync(join(draft, 'packaging'), { recursive: true });
    for (const part of ['bin', 'src', 'scripts', 'tsconfig.json', 'tsconfig.spec.json']) {
      cpSync(join(ROOT, part), join(draft, part), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(draft, 'node_modules'));
    const description = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as object;
    writeFileSync(join(draft, 'package.json'), JSON.stringify({ ...description, version }));
    const built = spawnSync(process.execPath, [join(draft, 'scripts/build.mjs')], { encoding: 'utf8' });
    if (built.status !== 0) throw new Error(built.stderr);
    change(draft);
    const digest = createHash('sha256').update(version).digest('hex');
    for (const part of ['bin', 'dist', 'package.json']) {
      cpSync(join(draft, part), join(home, 'builds', digest, part), { recursive: true });
    }
    return `sha256:${digest}`;
  }

  async function ports(count: number): Promise<number[]> {
    const servers = await Promise.all(
      Array.from({ length: count }, async () => {
        const server = createServer();
        await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
        return server;
      }),
    );
    const found = servers.map((server) => (server.address() as AddressInfo).port);
    await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
    return found;
  }

  it('goes from stage to production, and back from a build that does not get healthy', async () => {
    home = tempDir();
    const [stage = 0, production = 0] = await ports(2);
    // What a container engine would do: end the old process, start the build of this digest.
    writeFileSync(
      join(home, 'up.sh'),
      `set -eu
name=$1 build=\${2#sha256:} port=$3
if [ -f "$name.pid" ]; then
  pid=$(cat "$name.pid"); kill -TERM "$pid" 2>/dev/null || true
  i=0; while kill -0 "$pid" 2>/dev/null && [ $i -lt 100 ]; do sleep 0.1; i=$((i + 1)); done
fi
PACKIT_LISTEN_NAME=packit-$name HOME=$PWD nohup "${process.execPath}" "builds/$build/bin/packit.js" listen \\
  --broker ${rabbit.url} --web 0 --monitor "$port" --state "state-$name" >"$name.log" 2>&1 &
echo $! >"$name.pid"
`,
    );
    const environment = (name: string, port: number) => ({
      up: ['sh', 'up.sh', '{environment}', '{build}', String(port)],
      ready: `http://127.0.0.1:${port}/ready`,
      patience: 20,
      checks: 2,
    });
    writeFileSync(
      join(home, 'deploy.json'),
      JSON.stringify({
        environments: {
          stage: environment('stage', stage),
          production: environment('production', production),
        },
      }),
    );
    const deploy = (...words: string[]) => {
      const argv = [join(ROOT, 'scripts/deploy.mjs'), ...words];
      const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd: home, encoding: 'utf8' });
      return { status, said: (stdout + stderr).replaceAll(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, '$1') };
    };
    const version = async (port: number): Promise<string | undefined> =>
      /packit_info\{version="([^"]+)"/.exec(
        await (await fetch(`http://127.0.0.1:${port}/metrics`)).text(),
      )?.[1];
    const one = build('1.0.1');
    const two = build('1.0.2');
    // It starts, and falls over.
    const broken = build('1.0.3', (directory) =>
      writeFileSync(join(directory, 'bin/packit.js'), 'process.exit(4);\n'),
    );

    expect(deploy('stage', 'latest')).toMatchObject({
      status: 2,
      said: expect.stringContaining('names no build by its digest'),
    });
    expect(deploy('promote')).toMatchObject({ status: 2, said: 'error: there is nothing on stage\n' });
    expect(deploy('stage', one).status).toBe(0);
    expect(deploy('promote').status).toBe(0);
    expect(deploy('stage', two).status).toBe(0);
    // Side by side.
    expect([await version(stage), await version(production)]).toEqual(['1.0.2', '1.0.1']);
    expect(deploy('promote').status).toBe(0);
    expect(await version(production)).toBe('1.0.2');
    expect(deploy('promote')).toMatchObject({ status: 0, said: expect.stringContaining('runs already') });

    const failed = deploy('stage', broken);
    expect(failed.status).toBe(1);
    expect(failed.said).toContain('is not healthy');
    expect(failed.said).toContain(`stage: ${two.slice(0, 19)} runs again`);
    expect(await version(stage)).toBe('1.0.2');

    expect(deploy('rollback', 'production').status).toBe(0);
    expect(await version(production)).toBe('1.0.1');
    expect(deploy('status').said).toMatch(
      new RegExp(
        `^stage: ${two.slice(0, 19)} since [^,]+, healthy\nproduction: ${one.slice(0, 19)} since [^,]+, healthy\n$`,
      ),
    );
    expect(deploy('rollback', 'nowhere').status).toBe(2);
    writeFileSync(join(home, 'deploy.builds.json.lock'), '1\n');
    expect(deploy('promote')).toMatchObject({
      status: 2,
      said: expect.stringContaining('another deployment is under way'),
    });
  }, 240_000);

  it('ships files that are what their readers take', async () => {
    const { parse } = await import('yaml');
    const compose = parse(readFileSync(join(ROOT, 'packaging/listen/compose.yaml'), 'utf8'), {
      merge: true,
    }) as {
      services: Record<string, { command?: string[]; image: string; stop_grace_period?: string }>;
    };
    expect(Object.keys(compose.services)).toEqual(['web', 'worker', 'consumer', 'rabbitmq']);
    for (const name of ['web', 'worker', 'consumer']) {
      expect(compose.services[name]).toMatchObject({
        command: expect.arrayContaining(['packit', 'listen', '--role']),
        image: expect.stringContaining('PACKIT_IMAGE'),
        stop_grace_period: '90s',
      });
    }
    const example = JSON.parse(
      readFileSync(join(ROOT, 'packaging/listen/deploy.example.json'), 'utf8'),
    ) as object;
    expect(example).toHaveProperty('environments.production.up');
    const verify = spawnSync(
      'systemd-analyze',
      ['verify', join(ROOT, 'packaging/listen/packit-listen@.service')],
      { encoding: 'utf8' },
    );
    if (verify.error !== undefined) return;
    // The program is not installed where the tests run.
    const problems = verify.stderr
      .split('\n')
      .filter((line) => line !== '' && !line.includes('/usr/bin/packit is not executable'));
    expect(problems).toEqual([]);
  });
});
