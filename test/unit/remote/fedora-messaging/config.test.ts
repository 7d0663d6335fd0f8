import { describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseMessagingConfig, readMessagingConfig } from '../../../../src/remote/fedora-messaging/index.ts';
import { tempDir } from '../../../support/temp.ts';

/** As the package fedora-messaging ships it for Fedora's public broker, comments left out, with a queue. */
const PUBLIC = `
amqp_url = "amqps://fedora:@rabbitmq.fedoraproject.org/%2Fpublic_pubsub"
callback = "fedora_messaging.example:printer"

[tls]
ca_cert = "cacert.pem"
keyfile = "fedora-key.pem"
certfile = "fedora-cert.pem"

[client_properties]
app = "Example Application"
app_contacts_email = ["admin@fedoraproject.org"]

[exchanges."amq.topic"]
type = "topic"
durable = true
auto_delete = false
arguments = {}

[queues.1f2b4f0e-7d1c-4b39-9f0a-0a4a3a0d9c11]
durable = false
auto_delete = true
exclusive = true
arguments = {}

[[bindings]]
queue = "1f2b4f0e-7d1c-4b39-9f0a-0a4a3a0d9c11"
exchange = "amq.topic"
routing_keys = ["org.fedoraproject.prod.copr.build.end", "org.fedoraproject.prod.buildsys.#"]

[consumer_config]
example_key = "for my consumer"

[qos]
prefetch_size = 0
prefetch_count = 25

[log_config]
version = 1
disable_existing_loggers = true

[log_config.handlers.console]
class = "logging.StreamHandler"
stream = "ext://sys.stdout"
`;

describe("fedora-messaging's configuration", () => {
  it('is read as it is shipped, with certificates beside it', () => {
    const directory = tempDir();
    for (const name of ['cacert', 'fedora-key', 'fedora-cert'])
      writeFileSync(join(directory, `${name}.pem`), name);
    writeFileSync(join(directory, 'config.toml'), PUBLIC);
    expect(readMessagingConfig(join(directory, 'config.toml'))).toEqual({
      file: join(directory, 'config.toml'),
      address: {
        protocol: 'amqps',
        hostname: 'rabbitmq.fedoraproject.org',
        port: 5671,
        username: 'fedora',
        password: '',
        vhost: '/public_pubsub',
      },
      tls: { ca: 'cacert', key: 'fedora-key', cert: 'fedora-cert' },
      external: true,
      clientProperties: { app: 'Example Application', app_contacts_email: ['admin@fedoraproject.org'] },
      passive: false,
      exchanges: [{ name: 'amq.topic', type: 'topic', durable: true, autoDelete: false, arguments: {} }],
      queues: [
        {
          name: '1f2b4f0e-7d1c-4b39-9f0a-0a4a3a0d9c11',
          durable: false,
          autoDelete: true,
          exclusive: true,
          arguments: {},
        },
      ],
      bindings: [
        {
          queue: '1f2b4f0e-7d1c-4b39-9f0a-0a4a3a0d9c11',
          exchange: 'amq.topic',
          routingKeys: ['org.fedoraproject.prod.copr.build.end', 'org.fedoraproject.prod.buildsys.#'],
        },
      ],
      prefetch: 25,
    });
  });

  it('needs nothing: a broker on this machine, a queue that the broker names, everything', () => {
    expect(parseMessagingConfig('', '/c.toml')).toMatchObject({
      address: { protocol: 'amqp', hostname: 'localhost' },
      external: false,
      clientProperties: { app: 'packit' },
      exchanges: [{ name: 'amq.topic' }],
      queues: [{ name: undefined, durable: false, autoDelete: true, exclusive: true }],
      bindings: [{ queue: undefined, exchange: 'amq.topic', routingKeys: ['#'] }],
      prefetch: 10,
    });
  });

  it('takes keys in any case, and a binding written as a table', () => {
    const config = parseMessagingConfig(
      'AMQP_URL = "amqp://h"\n[bindings]\nexchange = "amq.topic"\nrouting_keys = ["a"]\n',
      '/c.toml',
    );
    expect(config.address.hostname).toBe('h');
    expect(config.bindings).toEqual([{ queue: undefined, exchange: 'amq.topic', routingKeys: ['a'] }]);
  });

  it.each([
    ['amqp_ulr = "amqp://"', 'there is no key "amqp_ulr"'],
    ['amqp_url = 3', 'amqp_url is no text'],
    ['[queues.a]\ndurable = true', 'the queue a has no auto_delete, no exclusive, no arguments'],
    ['[[bindings]]\nexchange = "e"', 'binding 1 needs an exchange and a list of routing_keys'],
    [
      '[[bindings]]\nexchange = "e"\nqueue = "q"\nrouting_keys = ["#"]',
      'binding 1 is for the queue "q", which [queues] does not have',
    ],
    ['[qos]\nprefetch_count = -1', 'prefetch_count of [qos] is no number from 0 to 65535'],
    ['[tls]\ncertfile = "nowhere.pem"', 'certfile of [tls] cannot be read: '],
    [
      'amqp_url = "amqps://rabbitmq.fedoraproject.org"\n[queues.mine]\ndurable = false\nauto_delete = true\nexclusive = true\narguments = {}',
      'the queue "mine" is not named by a UUID, which Fedora\'s broker wants: uuidgen makes one',
    ],
  ])('%j is refused with the reason', (text, why) => {
    expect(() => parseMessagingConfig(text, '/c.toml')).toThrow(`/c.toml cannot be used: ${why}`);
  });

  it('says where it is no TOML', () => {
    expect.assertions(1);
    try {
      parseMessagingConfig('amqp_url = "amqp://"\n[tls\n', '/c.toml');
    } catch (error) {
      expect(error).toMatchObject({ code: 'MESSAGING_CONFIG', location: { file: '/c.toml', line: 2 } });
    }
  });
});
