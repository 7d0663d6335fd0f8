/** The consumer of Fedora Messaging against a real RabbitMQ: what a publisher sends arrives once it is in safe hands, whatever happens between. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { consumeFedoraMessages, readMessagingConfig } from '../../../../src/remote/fedora-messaging/index.ts';
import type {
  ConsumerOptions,
  FedoraMessage,
  MessageConsumer,
} from '../../../../src/remote/fedora-messaging/index.ts';
import { createAuthority } from '../../../support/http/certificates.ts';
import type { Certificate, TestAuthority } from '../../../support/http/certificates.ts';
import { RABBIT_ABSENT, startRabbit } from '../../../support/rabbitmq.ts';
import type { Rabbit } from '../../../support/rabbitmq.ts';
import { tempDir } from '../../../support/temp.ts';
import { until } from '../../../support/until.ts';

if (RABBIT_ABSENT) console.warn('RabbitMQ is not installed: the tests of Fedora Messaging are skipped');

const TOPIC = 'org.fedoraproject.prod.copr.build.end';

(RABBIT_ABSENT ? describe.skip : describe)('the consumer of Fedora Messaging', () => {
  let authority: TestAuthority;
  let client: Certificate;
  let rabbit: Rabbit;
  const open: MessageConsumer[] = [];

  beforeAll(async () => {
    authority = await createAuthority();
    const server = await authority.issue('server');
    client = await authority.issue('fedora');
    rabbit = await startRabbit({
      tls: { caFile: authority.file, certFile: server.certFile, keyFile: server.keyFile, user: 'fedora' },
    });
  }, 180_000);

  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  afterAll(async () => {
    await rabbit?.close();
    await authority?.close();
  }, 60_000);

  function configFor(queue: string, keys = [TOPIC], exclusive = false) {
    const file = join(tempDir(), 'config.toml');
    writeFileSync(
      file,
      `amqp_url = "${rabbit.tlsUrl}"
[tls]
ca_cert = "${authority.file}"
certfile = "${client.certFile}"
keyfile = "${client.keyFile}"
[queues.${queue}]
durable = true
auto_delete = false
exclusive = ${exclusive}
arguments = {}
[[bindings]]
queue = "${queue}"
exchange = "amq.topic"
routing_keys = ${JSON.stringify(keys)}
`,
    );
    return readMessagingConfig(file);
  }

  async function listen(queue: string, take: ConsumerOptions['take'], more: Partial<ConsumerOptions> = {}) {
    const consumer = await consumeFedoraMessages({ config: configFor(queue), take, maxDelay: 1000, ...more });
    open.push(consumer);
    return consumer;
  }

  /** As fedora-messaging publishes, unless told otherwise. */
  async function publish(
    body: string | Buffer,
    options: { topic?: string; id?: string; bare?: boolean } = {},
  ) {
    const connection = await connect(rabbit.url);
    const channel = await connection.createConfirmChannel();
    const properties = {
      messageId: options.id ?? randomUUID(),
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      deliveryMode: 2,
      headers: {
        fedora_messaging_schema: 'base.message',
        fedora_messaging_severity: 20,
        'sent-at': '2026-08-01T12:00:00+00:00',
      },
    };
    const content = Buffer.from(body as string);
    channel.publish('amq.topic', options.topic ?? TOPIC, content, options.bare === true ? {} : properties);
    await channel.waitForConfirms();
    await connection.close();
  }

  const count = (queue: string): number =>
    Number(
      new RegExp(`^${queue}\\s+(\\d+)`, 'm').exec(
        rabbit.ctl('list_queues', 'name', 'messages', '--no-table-headers'),
      )?.[1],
    );

  it('logs in by its certificate and hands over what its bindings ask for', async () => {
    const queue = randomUUID();
    const seen: FedoraMessage[] = [];
    await listen(queue, async (message) => void seen.push(message));
    await publish('{"n": 1}', { topic: 'org.fedoraproject.prod.bodhi.update.comment' });
    await publish('{"n": 2}', { id: 'two' });
    await publish('{"n": 3}', { bare: true });
    await until(() => expect(seen).toHaveLength(2));
    expect(seen).toEqual([
      { id: 'two', topic: TOPIC, body: { n: 2 }, sentAt: '2026-08-01T12:00:00+00:00', severity: 20 },
      { id: undefined, topic: TOPIC, body: { n: 3 }, sentAt: undefined, severity: 20 },
    ]);
    await until(() => expect(count(queue)).toBe(0));
    expect(rabbit.ctl('list_connections', 'user', 'auth_mechanism')).toMatch(/fedora\s+EXTERNAL/);
  });

  it('refuses what cannot be read, for good, and goes on', async () => {
    const queue = randomUUID();
    const seen: FedoraMessage[] = [];
    const undecodable: string[] = [];
    await listen(queue, async (message) => void seen.push(message), {
      onUndecodable: (topic, problem) => undecodable.push(`${topic}: ${problem}`),
    });
    await publish(Buffer.from([0xff, 0xfe]));
    await publish('no JSON');
    await publish('{"good": true}');
    await until(() => expect(seen).toHaveLength(1));
    expect(undecodable).toEqual([`${TOPIC}: its body is no utf-8`, `${TOPIC}: its body is no JSON`]);
    await until(() => expect(count(queue)).toBe(0));
  });

  it('gives back what could not be kept, and gets it again', async () => {
    const queue = randomUUID();
    let tries = 0;
    await listen(queue, async () => {
      tries += 1;
      if (tries < 3) throw new Error('the other queue is away');
    });
    await publish('{}');
    await until(() => expect(tries).toBe(3));
    await until(() => expect(count(queue)).toBe(0));
  });

  it('keeps messages that come while it is away, and comes back after the broker did', async () => {
    const queue = randomUUID();
    const seen: unknown[] = [];
    const first = await listen(queue, async ({ body }) => void seen.push(body));
    await first.cancel();
    await publish('{"while": "cancelled"}');
    await first.close();
    const second = await listen(queue, async ({ body }) => void seen.push(body));
    await until(() => expect(seen).toEqual([{ while: 'cancelled' }]));
    await rabbit.stop();
    await until(() => expect(second.connected).toBe(false));
    await rabbit.start();
    await until(() => expect(second.connected).toBe(true), 60_000);
    await publish('{"after": "restart"}');
    await until(() => expect(seen).toHaveLength(2));
  }, 120_000);

  it('says what is wrong with certificates', async () => {
    const config = configFor(randomUUID());
    const refused = (changes: object) =>
      consumeFedoraMessages({ config: { ...config, ...changes }, take: async () => {} });
    await expect(refused({ tls: { ...config.tls, ca: undefined } })).rejects.toMatchObject({
      code: 'BROKER_TLS',
    });
    await expect(
      refused({
        tls: { ca: config.tls.ca },
        external: false,
        address: { ...config.address, username: 'fedora', password: 'x' },
      }),
    ).rejects.toMatchObject({ exitCode: 3 });
    const other = await authority.issue('stranger');
    await expect(
      refused({ tls: { ca: config.tls.ca, cert: String(other.cert), key: String(other.key) } }),
    ).rejects.toMatchObject({ code: 'BROKER_REFUSED' });
  });
});
