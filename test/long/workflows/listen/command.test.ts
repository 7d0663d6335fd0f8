/** `packit listen` as a user runs it: the built program, a real RabbitMQ, a forge, Copr and Testing Farm. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'amqplib';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createCiWorld } from '../../../support/ci/world.ts';
import type { CiWorld } from '../../../support/ci/world.ts';
import { packit } from '../../../support/cli.ts';
import { expectPage } from '../../../support/docs/session.ts';
import { RABBIT_ABSENT, startRabbit } from '../../../support/rabbitmq.ts';
import type { Rabbit } from '../../../support/rabbitmq.ts';
import { until } from '../../../support/until.ts';

if (RABBIT_ABSENT) console.warn('RabbitMQ is not installed: the tests of packit listen are skipped');

const BIN = resolve(import.meta.dirname, '../../../../bin/packit.js');
const SECRET = 'secret-of-the-webhook';

(RABBIT_ABSENT ? describe.skip : describe)('packit listen', () => {
  let rabbit: Rabbit;
  let world: CiWorld;
  let child: ChildProcess | undefined;

  beforeAll(async () => {
    rabbit = await startRabbit();
  }, 180_000);

  afterEach(async () => {
    child?.kill('SIGKILL');
    child = undefined;
    await world?.close();
  });

  afterAll(async () => {
    await rabbit?.close();
  }, 60_000);

  async function scene() {
    world = await createCiWorld();
    const begun = performance.now();
    const start = world.copr.now();
    // A minute of a build in a second.
    world.copr.now = () => start + ((performance.now() - begun) / 1000) * 60;
    world.farm.now = world.copr.now;
    world.farm.life = () => [
      { state: 'queued', at: 0 },
      { state: 'running', at: 60 },
      { state: 'complete', overall: 'passed', at: 180 },
    ];
    world.copr.script = { source: { run: 60 }, chroots: { '*': { queue: 30, run: 90 } } };
    const { number, sha } = world.pullRequest();
    const { eventFile } = world.event(number, sha);
    return { sha, eventFile, name: `t${randomUUID()}` };
  }

  const env = (name: string): Record<string, string> => ({
    ...world.env,
    PACKIT_BROKER: rabbit.url.replace('guest:guest@', 'guest@'),
    PACKIT_BROKER_PASSWORD: 'guest',
    PACKIT_LISTEN_NAME: name,
    PACKIT_GITHUB_WEBHOOK_SECRET: SECRET,
  });

  async function start(name: string, args: readonly string[] = []) {
    // Killed at the end: its directories go with the world.
    const temporary = join(world.home, 'temporary');
    mkdirSync(temporary, { recursive: true });
    child = spawn(
      process.execPath,
      [BIN, 'listen', '--web', '0', '--monitor', '0', '--state', join(world.home, 'state'), ...args],
      { cwd: world.home, env: { ...env(name), TMPDIR: temporary }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const started = child;
    let log = '';
    started.stderr?.on('data', (chunk) => (log += String(chunk)));
    let out = '';
    started.stdout?.on('data', (chunk) => (out += String(chunk)));
    const ended = new Promise<number | null>((done) => started.on('close', (code) => done(code)));
    await until(() => expect(log).toContain('Ready as'));
    const ports = [...log.matchAll(/http:\/\/127\.0\.0\.1:(\d+)/g)].map(([url]) => url);
    return {
      web: ports[0] ?? '',
      monitor: ports[1] ?? '',
      log: () => log,
      out: () => out,
      ended,
      child: started,
    };
  }

  const run = (name: string, args: readonly string[]) => packit(args, { cwd: world.home, env: env(name) });

  /** What docs/commands/listen.md shows is what happens. */
  const onPage = (name: string, blocks: readonly number[], more: Record<string, string> = {}) =>
    expectPage({
      page: 'commands/listen.md',
      blocks,
      cwd: world.home,
      env: { ...env(name), ...more },
      shown: [
        ['amqp://127.0.0.1:1', 'amqp://localhost'],
        [world.forge.url.replace('http://', ''), 'api.github.com'],
        ['jane/127.0.0.1-acme', 'jane/acme'],
        [/\b20\d\d-\d\d-\d\dT\d\d:\d\d/g, '2026-11-25T12:50'],
      ],
    });

  it('from a webhook and messages of Copr to the last status', async () => {
    const { sha, eventFile, name } = await scene();
    const config = join(world.home, 'messaging.toml');
    writeFileSync(
      config,
      `amqp_url = "${rabbit.url}"\n[[bindings]]\nexchange = "amq.topic"\nrouting_keys = ["org.fedoraproject.prod.copr.build.*"]\n`,
    );
    const daemon = await start(name, ['--fedora-messaging', config, '--account', 'packit']);
    const connection = await connect(rabbit.url);
    const channel = await connection.createChannel();
    // Copr tells of every change there may be, once a second.
    const told = setInterval(() => {
      for (const [id] of world.copr.builds) {
        const body = {
          user: 'packit',
          owner: 'jdoe',
          copr: 'p',
          build: id,
          chroot: 'fedora-43-x86_64',
          status: 1,
        };
        channel.publish(
          'amq.topic',
          'org.fedoraproject.prod.copr.build.end',
          Buffer.from(JSON.stringify(body)),
          {
            messageId: randomUUID(),
          },
        );
      }
    }, 1000);
    const body = readFileSync(eventFile);
    const post = (delivery: string, signature: string) =>
      fetch(`${daemon.web}/webhooks/github`, {
        method: 'POST',
        body,
        headers: {
          'x-github-event': 'pull_request',
          'x-github-delivery': delivery,
          'x-hub-signature-256': `sha256=${signature}`,
        },
      });
    const signature = createHmac('sha256', SECRET).update(body).digest('hex');
    expect((await post('d0', '0'.repeat(64))).status).toBe(403);
    expect((await post('d1', signature)).status).toBe(202);
    expect((await post('d1', signature)).status).toBe(202);
    await until(
      () =>
        expect(world.seen(sha)).toEqual([
          'rpm-build:epel-9-x86_64: success RPMs were built successfully.',
          'rpm-build:fedora-43-x86_64: success RPMs were built successfully.',
          'rpm-build:fedora-44-x86_64: success RPMs were built successfully.',
          'srpm-build: success SRPM was built successfully.',
          'testing-farm:centos-stream-9-x86_64: success Tests passed ...',
          'testing-farm:fedora-43-x86_64: success Tests passed ...',
          'testing-farm:fedora-44-x86_64: success Tests passed ...',
        ]),
      120_000,
    );
    clearInterval(told);
    await connection.close();
    expect(world.copr.builds.size).toBe(1);
    expect(world.farm.requests).toHaveLength(3);
    await until(() => expect(daemon.log()).toContain('[github:d1] 7 statuses: 7 success'), 60_000);
    const metrics = await (await fetch(`${daemon.monitor}/metrics`)).text();
    expect(metrics).toContain(`packit_events_total{source="github",result="queued",name="${name}"} 2`);
    expect(metrics).toContain(`packit_events_total{source="github",result="refused",name="${name}"} 1`);
    expect(metrics).toContain(`packit_jobs_total{lane="events",outcome="dead",name="${name}"} 0`);
    // Something came before its time, because Copr told of it.
    expect(metrics).toMatch(
      /packit_jobs_total\{lane="results",outcome="(?:later|done)",name="[^"]+"\} [1-9]/,
    );
    expect((await fetch(`${daemon.monitor}/ready`)).status).toBe(200);
    daemon.child.kill('SIGTERM');
    expect(await daemon.ended).toBe(0);
    expect(daemon.out()).toMatch(/^\d+ events were handled\.\n$/);
    expect(daemon.log()).not.toContain(SECRET);
  }, 240_000);

  it('gives up what the forge refuses, and shows, retries and drops it', async () => {
    const { eventFile, name } = await scene();
    world.forge.failOn(/\/user\b/, { status: 401, body: { message: 'Bad credentials' } }, 100);
    const daemon = await start(name);
    const body = readFileSync(eventFile, 'utf8');
    const signature = createHmac('sha256', SECRET).update(body).digest('hex');
    const headers = {
      'x-github-event': 'pull_request',
      'x-github-delivery': 'd2',
      'x-hub-signature-256': `sha256=${signature}`,
    };
    await fetch(`${daemon.web}/webhooks/github`, { method: 'POST', body, headers });
    const dead = async () =>
      JSON.parse((await run(name, ['--json', 'listen', 'dead', 'list'])).stdout) as {
        id: string;
        reason: string;
      }[];
    await until(
      async () => expect(await dead()).toMatchObject([{ id: 'github:d2', lane: 'events' }]),
      60_000,
    );
    expect(daemon.log()).toContain("packit listen dead show 'github:d2'");
    const list = await run(name, ['listen', 'dead', 'list']);
    expect(list.stdout).toMatch(/^event +since +reason\ngithub:d2 +20\d\d-\d\d-\d\dT\d\d:\d\d +[A-Z]+_/);
    const show = await run(name, ['listen', 'dead', 'show', 'github:d2']);
    expect(JSON.parse(show.stdout)).toMatchObject({
      id: 'github:d2',
      name: 'pull_request',
      source: 'webhook',
    });
    const file = join(world.home, 'dead.json');
    writeFileSync(file, show.stdout);
    expect((await run(name, ['listen', '--once', file])).stderr).toContain('error: ');
    // With `retry`.
    await onPage(name, [3, 4]);
    // It is tried anew, and given up anew.
    await until(() => expect(daemon.log().split('given up:')).toHaveLength(3), 60_000);
    await until(async () => expect(await dead()).toHaveLength(1));
    expect((await run(name, ['listen', 'status'])).stdout).toMatch(/^dead +1 +given up/m);
    expect((await run(name, ['listen', 'dead', 'drop', 'nobody'])).exitCode).toBe(2);
    await onPage(name, [5]);
    expect((await run(name, ['listen', 'dead', 'list'])).stdout).toBe('No event was given up.\n');
  }, 120_000);

  it('without a broker ends with one sentence', async () => {
    const { name, eventFile } = await scene();
    const result = await packit(['listen', '--broker', 'amqp://127.0.0.1:1'], {
      cwd: world.home,
      env: world.env,
    });
    expect(result).toMatchObject({ exitCode: 3, stdout: '' });
    await onPage(name, [1], { PACKIT_BROKER: 'amqp://127.0.0.1:1' });
    // One event needs none.
    copyFileSync(eventFile, join(world.home, 'payload.json'));
    await onPage(name, [2]);
    expect(world.copr.builds.size).toBe(1);
  }, 60_000);
});
