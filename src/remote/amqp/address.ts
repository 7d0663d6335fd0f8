import { PackitError } from '../../errors.ts';

/** Where a broker is, and who asks. */
export interface BrokerAddress {
  protocol: 'amqp' | 'amqps';
  hostname: string;
  port: number;
  /** Undefined: `guest`, which brokers take from their own machine only. */
  username: string | undefined;
  password: string | undefined;
  vhost: string;
}

const PORTS = { amqp: 5672, amqps: 5671 } as const;

/**
 * Reads `amqps://user:password@host:port/vhost`, every part percent-encoded. No path and an empty one are the virtual host `/`,
 * which is what people mean; RabbitMQ's URI specification takes the empty one for a host without a name.
 * @throws PackitError `BROKER_ADDRESS`
 */
export function parseBrokerAddress(text: string): BrokerAddress {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw unusable('it is no address');
  }
  const protocol = url.protocol.slice(0, -1);
  if (protocol !== 'amqp' && protocol !== 'amqps')
    throw unusable('it begins with neither amqp:// nor amqps://');
  const path = url.pathname.replace(/^\//, '');
  if (path.includes('/')) throw unusable('a slash in the name of the virtual host is written %2F');
  const [username, password, vhost] = [url.username, url.password, path].map(decode);
  return {
    protocol,
    hostname: url.hostname === '' ? 'localhost' : url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? PORTS[protocol] : Number(url.port),
    username: username === '' ? undefined : username,
    password: url.username === '' && url.password === '' ? undefined : password,
    vhost: vhost === '' || vhost === undefined ? '/' : vhost,
  };
}

/** `amqps://host:port/vhost`, without user and password: for messages. */
export function displayBroker({ protocol, hostname, port, vhost }: BrokerAddress): string {
  const host = hostname.includes(':') ? `[${hostname}]` : hostname;
  const path = vhost === '/' ? '' : `/${encodeURIComponent(vhost)}`;
  return `${protocol}://${host}${port === PORTS[protocol] ? '' : `:${port}`}${path}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw unusable('a % in it is no percent-encoding');
  }
}

/** The address itself is not shown: there may be a password in it. */
function unusable(why: string): PackitError {
  return new PackitError('BROKER_ADDRESS', `The address of the message broker cannot be used: ${why}`, {
    hint: 'Write amqp://user@host:5672/vhost, or amqps:// for TLS.',
  });
}
