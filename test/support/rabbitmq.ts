/**
 * A real RabbitMQ of its own: the distribution's package, started as the user of the tests with files, ports and an epmd of its own.
 * Without the package there is none, and the tests that need it say so and are skipped.
 */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** The package's own scripts; the wrapper in sbin insists on its user and its paths. */
const PLACES = ['/usr/lib/rabbitmq/bin', '/usr/lib/rabbitmq/lib/current/sbin'];

export function rabbitScripts(): string | undefined {
  return PLACES.find((place) => existsSync(join(place, 'rabbitmq-server')));
}

/** `describe` where there is a RabbitMQ, else one that says why not. */
export const RABBIT_ABSENT = rabbitScripts() === undefined;

export interface Rabbit {
  /** `amqp://guest:guest@127.0.0.1:PORT` */
  url: string;
  /** With TLS: `amqps://localhost:PORT`. */
  tlsUrl: string;
  port: number;
  /** Ends it politely; what is durable stays. */
  stop(): Promise<void>;
  /** Again, after `stop`. */
  start(): Promise<void>;
  ctl(...args: string[]): string;
  close(): Promise<void>;
}

export interface RabbitOptions {
  /** Files for TLS; client certificates are wanted, and the name in them is the login. */
  tls?: { caFile: string; certFile: string; keyFile: string; user: string };
}

export async function startRabbit(options: RabbitOptions = {}): Promise<Rabbit> {
  const scripts = rabbitScripts();
  if (scripts === undefined) throw new Error('RabbitMQ is not installed');
  const home = mkdtempSync(join(tmpdir(), 'packit-rabbit-'));
  const [port, tlsPort, distPort, epmdPort] = await freePorts(4);
  const node = `t${randomBytes(4).toString('hex')}@localhost`;
  const pidFile = join(home, 'pid');
  mkdirSync(join(home, 'log'));
  writeFileSync(join(home, '.erlang.cookie'), randomBytes(16).toString('hex').toUpperCase(), { mode: 0o400 });
  const { tls } = options;
  writeFileSync(join(home, 'plugins'), tls === undefined ? '[].' : '[rabbitmq_auth_mechanism_ssl].');
  writeFileSync(
    join(home, 'rabbitmq.conf'),
    [
      `listeners.tcp.1 = 127.0.0.1:${port}`,
      'log.file.level = warning',
      // A full disk of the machine is not what is tested.
      'disk_free_limit.absolute = 1MB',
      ...(tls === undefined
        ? []
        : [
            `listeners.ssl.1 = 127.0.0.1:${tlsPort}`,
            `ssl_options.cacertfile = ${tls.caFile}`,
            `ssl_options.certfile = ${tls.certFile}`,
            `ssl_options.keyfile = ${tls.keyFile}`,
            'ssl_options.verify = verify_peer',
            'ssl_options.fail_if_no_peer_cert = true',
            'ssl_cert_login_from = common_name',
            'auth_mechanisms.1 = EXTERNAL',
            'auth_mechanisms.2 = PLAIN',
          ]),
      '',
    ].join('\n'),
  );
  const env = {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    LC_ALL: 'C.UTF-8',
    HOME: home,
    RABBITMQ_NODENAME: node,
    RABBITMQ_DIST_PORT: String(distPort),
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_MNESIA_BASE: join(home, 'data'),
    RABBITMQ_LOG_BASE: join(home, 'log'),
    RABBITMQ_CONFIG_FILE: join(home, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(home, 'plugins'),
    RABBITMQ_PID_FILE: pidFile,
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    // Few schedulers: the machine is shared.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 2:2 +sbwt none',
  };
  const epmd = spawn('epmd', ['-port', String(epmdPort), '-address', '127.0.0.1'], { env, stdio: 'ignore' });
  let server: ChildProcess | undefined;
  const ctl = (...args: string[]): string => {
    const result = spawnSync(join(scripts, 'rabbitmqctl'), ['-q', '-n', node, ...args], {
      env,
      encoding: 'utf8',
    });
    if (result.status !== 0)
      throw new Error(`rabbitmqctl ${args.join(' ')}: ${result.stderr}${result.stdout}`);
    return result.stdout;
  };
  const start = async (): Promise<void> => {
    rmSync(pidFile, { force: true });
    server = spawn(join(scripts, 'rabbitmq-server'), [], { env, stdio: 'ignore', cwd: home });
    await untilListening(port ?? 0, server, join(home, 'log'));
  };
  const stop = async (): Promise<void> => {
    const running = server;
    server = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((done) => running.once('exit', done));
    if (existsSync(pidFile)) process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGTERM');
    else running.kill('SIGTERM');
    await ended;
  };
  const close = async (): Promise<void> => {
    await stop();
    epmd.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    await start();
    if (tls !== undefined) {
      ctl('add_user', tls.user, randomBytes(8).toString('hex'));
      ctl('set_permissions', tls.user, '.*', '.*', '.*');
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    tlsUrl: `amqps://localhost:${tlsPort}`,
    port: port ?? 0,
    stop,
    start,
    ctl,
    close,
  };
}

async function untilListening(port: number, server: ChildProcess, logs: string): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (server.exitCode !== null)
      throw new Error(`rabbitmq-server ended with ${server.exitCode}; see ${logs}`);
    if (await accepts(port)) return;
    await delay(200);
  }
  throw new Error('rabbitmq-server does not listen after two minutes');
}

function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
    socket.once('close', () => socket.destroy());
    setTimeout(() => socket.destroy(), 100);
  });
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
