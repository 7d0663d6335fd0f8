import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { TomlError, parse } from 'smol-toml';
import { PackitError, messageOf } from '../../errors.ts';
import { parseBrokerAddress } from '../amqp/index.ts';
import type { BrokerAddress, BrokerTls } from '../amqp/index.ts';

export interface Exchange {
  name: string;
  type: string;
  durable: boolean;
  autoDelete: boolean;
  arguments: Record<string, unknown>;
}

export interface MessageQueue {
  /** Undefined: the broker chooses one, which is gone with the connection. */
  name: string | undefined;
  durable: boolean;
  autoDelete: boolean;
  exclusive: boolean;
  arguments: Record<string, unknown>;
}

export interface Binding {
  queue: string | undefined;
  exchange: string;
  routingKeys: string[];
}

/** What packit uses of fedora-messaging's own configuration file. */
export interface MessagingConfig {
  file: string;
  address: BrokerAddress;
  tls: BrokerTls;
  /** With a client certificate the broker is logged in to by it, as fedora-messaging does. */
  external: boolean;
  clientProperties: Record<string, unknown>;
  /** Nothing is made in the broker, only looked for. */
  passive: boolean;
  exchanges: Exchange[];
  queues: MessageQueue[];
  bindings: Binding[];
  /** Messages under way at once. */
  prefetch: number;
}

/** Where fedora-messaging itself looks without its variable. */
export const MESSAGING_CONFIG = '/etc/fedora-messaging/config.toml';

/** Every key of fedora-messaging 3.9; it refuses others, and so do we: a misspelt one is a queue that stays empty. */
const KEYS = new Set([
  'amqp_url',
  'client_properties',
  'publish_exchange',
  'topic_prefix',
  'publish_priority',
  'passive_declares',
  'exchanges',
  'queues',
  'bindings',
  'qos',
  'callback',
  'monitoring',
  'consumer_config',
  'tls',
  'log_config',
]);

/** Fedora's public broker removes queues with other names. */
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const FEDORA_BROKER = /(?:^|\.)fedoraproject\.org$/;

type Table = Record<string, unknown>;

/**
 * Reads `config.toml` as fedora-messaging does: keys in any case, its defaults, paths of certificates relative to the file.
 * @throws PackitError `MESSAGING_CONFIG`
 */
export function readMessagingConfig(file: string): MessagingConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new PackitError('MESSAGING_CONFIG', `Cannot read ${file}: ${messageOf(cause)}`, {
      hint: 'Name the configuration of fedora-messaging: --fedora-messaging FILE, or FEDORA_MESSAGING_CONF.',
      cause,
    });
  }
  return parseMessagingConfig(text, file);
}

/** @throws PackitError `MESSAGING_CONFIG` */
export function parseMessagingConfig(text: string, file: string): MessagingConfig {
  const config = readToml(text, file);
  const unknown = Object.keys(config).find((key) => !KEYS.has(key));
  if (unknown !== undefined) throw invalid(file, `there is no key "${unknown}"`);
  const address = parseBrokerAddress(textIn(config, 'amqp_url', file) ?? 'amqp://');
  const tls = readTls(tableIn(config, 'tls', file), file);
  const queues = readQueues(tableIn(config, 'queues', file), address, file);
  return {
    file,
    address,
    tls,
    external: tls.cert !== undefined && tls.key !== undefined,
    clientProperties: { app: 'packit', ...tableIn(config, 'client_properties', file) },
    passive: config.passive_declares === true,
    exchanges: readExchanges(tableIn(config, 'exchanges', file), file),
    queues,
    bindings: readBindings(config.bindings, queues, file),
    prefetch: prefetchOf(tableIn(config, 'qos', file).prefetch_count ?? 10, file),
  };
}

function readToml(text: string, file: string): Table {
  try {
    const found: Table = parse(text);
    return Object.fromEntries(Object.entries(found).map(([key, value]) => [key.toLowerCase(), value]));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new PackitError('MESSAGING_CONFIG', `${file} is no TOML: ${error.message.split('\n')[0]}`, {
      location: { file, line: error.line, column: error.column },
      cause: error,
    });
  }
}

function readTls(table: Table, file: string): BrokerTls {
  const pem = (key: string): string | undefined => {
    const path = textIn(table, key, file);
    if (path === undefined) return undefined;
    try {
      return readFileSync(resolve(dirname(file), path), 'latin1');
    } catch (cause) {
      throw invalid(file, `${key} of [tls] cannot be read: ${messageOf(cause)}`);
    }
  };
  const tls = { ca: pem('ca_cert'), cert: pem('certfile'), key: pem('keyfile') };
  if ((tls.cert === undefined) !== (tls.key === undefined)) {
    throw invalid(file, '[tls] has one of certfile and keyfile, and needs both');
  }
  return tls;
}

function readExchanges(table: Table, file: string): Exchange[] {
  const given = Object.entries(table).map(([name, value]) => {
    const settings = asTable(value, `exchanges."${name}"`, file);
    return {
      name,
      type: textIn(settings, 'type', file) ?? 'topic',
      durable: settings.durable !== false,
      autoDelete: settings.auto_delete === true,
      arguments: tableIn(settings, 'arguments', file),
    };
  });
  if (given.length > 0) return given;
  return [{ name: 'amq.topic', type: 'topic', durable: true, autoDelete: false, arguments: {} }];
}

function readQueues(table: Table, address: BrokerAddress, file: string): MessageQueue[] {
  const given = Object.entries(table).map(([name, value]) => {
    const settings = asTable(value, `queues."${name}"`, file);
    const missing = ['durable', 'auto_delete', 'exclusive', 'arguments'].filter((key) => !(key in settings));
    if (missing.length > 0) throw invalid(file, `the queue ${name} has no ${missing.join(', no ')}`);
    if (FEDORA_BROKER.test(address.hostname) && !UUID.test(name)) {
      throw invalid(
        file,
        `the queue "${name}" is not named by a UUID, which Fedora's broker wants: uuidgen makes one`,
      );
    }
    return {
      name,
      durable: settings.durable === true,
      autoDelete: settings.auto_delete === true,
      exclusive: settings.exclusive === true,
      arguments: tableIn(settings, 'arguments', file),
    };
  });
  if (given.length > 0) return given;
  return [{ name: undefined, durable: false, autoDelete: true, exclusive: true, arguments: {} }];
}

function readBindings(value: unknown, queues: readonly MessageQueue[], file: string): Binding[] {
  const only = queues.length === 1 ? queues[0]?.name : undefined;
  if (value === undefined) return [{ queue: only, exchange: 'amq.topic', routingKeys: ['#'] }];
  // One binding may be written as a table.
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((one, at) => {
    const binding = asTable(one, `bindings[${at}]`, file);
    const exchange = textIn(binding, 'exchange', file);
    const keys = binding.routing_keys;
    if (exchange === undefined || !Array.isArray(keys) || !keys.every((key) => typeof key === 'string')) {
      throw invalid(file, `binding ${at + 1} needs an exchange and a list of routing_keys`);
    }
    const queue = textIn(binding, 'queue', file) ?? only;
    if (!queues.some(({ name }) => name === queue)) {
      throw invalid(
        file,
        `binding ${at + 1} is for the queue "${queue ?? ''}", which [queues] does not have`,
      );
    }
    return { queue, exchange, routingKeys: keys };
  });
}

function prefetchOf(value: unknown, file: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw invalid(file, 'prefetch_count of [qos] is no number from 0 to 65535');
}

function textIn(table: Table, key: string, file: string): string | undefined {
  const value = table[key];
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw invalid(file, `${key} is no text`);
}

function tableIn(table: Table, key: string, file: string): Table {
  return table[key] === undefined ? {} : asTable(table[key], key, file);
}

function asTable(value: unknown, what: string, file: string): Table {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Table;
  throw invalid(file, `${what} is no table`);
}

function invalid(file: string, why: string): PackitError {
  return new PackitError('MESSAGING_CONFIG', `${file} cannot be used: ${why}`, {
    hint: 'It is the file of fedora-messaging: https://fedora-messaging.readthedocs.io/en/stable/user-guide/configuration.html',
    location: { file },
  });
}
