/** Connections to an AMQP 0-9-1 broker (RabbitMQ) that come back by themselves. The only importer of amqplib. */
import { connect, credentials } from 'amqplib';
import type { ChannelModel } from 'amqplib';
import { displayBroker } from './address.ts';
import type { BrokerAddress } from './address.ts';
import { brokerError } from './failure.ts';

export type { Channel, ChannelModel, ConfirmChannel, ConsumeMessage, GetMessage } from 'amqplib';

/** PEM texts. */
export interface BrokerTls {
  ca?: string | undefined;
  cert?: string | undefined;
  key?: string | undefined;
}

export interface ConnectOptions {
  address: BrokerAddress;
  tls?: BrokerTls | undefined;
  /** Logs in by the client certificate (SASL EXTERNAL) instead of name and password. */
  external?: boolean;
  /** What the broker's administrators see: `app`, `app_contacts_email`. */
  clientProperties?: Readonly<Record<string, unknown>>;
  /** Run after every connect, before anybody is told: declares queues, opens channels. What it throws is a failed attempt. */
  setup(model: ChannelModel): Promise<void>;
  /** One sentence for the log: lost, coming back, blocked. */
  onChange?: (sentence: string) => void;
  /** Attempts to come back wait at most so long, in milliseconds. Default 30 s. */
  maxDelay?: number;
}

export interface BrokerConnection {
  /** False while it is trying to come back, and after `close`. */
  readonly connected: boolean;
  /** The broker takes no messages at present: its memory or disk is short. */
  readonly blocked: boolean;
  /** Ends the present connection as if the network had: for a channel that broke. */
  close(): Promise<void>;
}

/** Seconds. A peer that says nothing for two of them is gone. */
const HEARTBEAT = 20;
/** Milliseconds for TCP, TLS and login together. */
const CONNECT_TIMEOUT = 10_000;

/**
 * Connects, and again whenever the connection is lost: after 0.2 s, then twice as long each time.
 * @throws ServiceError `BROKER_UNREACHABLE`, `BROKER_REFUSED`, `BROKER_TLS` if the first attempt fails
 */
export async function connectBroker(options: ConnectOptions): Promise<BrokerConnection> {
  const { address, tls, onChange } = options;
  const where = displayBroker(address);
  const state = { connected: false, blocked: false };
  const model = await connect(
    {
      protocol: address.protocol,
      hostname: address.hostname,
      port: address.port,
      vhost: encodeURIComponent(address.vhost),
      heartbeat: HEARTBEAT,
    },
    {
      noDelay: true,
      keepAlive: true,
      timeout: CONNECT_TIMEOUT,
      credentials:
        options.external === true
          ? credentials.external()
          : credentials.plain(
              address.username ?? 'guest',
              address.password ?? (address.username === undefined ? 'guest' : ''),
            ),
      clientProperties: { ...options.clientProperties },
      ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
      ...(tls?.cert === undefined ? {} : { cert: tls.cert }),
      ...(tls?.key === undefined ? {} : { key: tls.key }),
      recovery: {
        initialDelay: 200,
        maxDelay: options.maxDelay ?? 30_000,
        factor: 2,
        jitter: 0.2,
        initialMaxRetries: 0,
        waitForConnect: false,
        setup: async (opened: ChannelModel) => {
          // Its own listeners come later; an error event that nobody hears would end the process.
          opened.on('error', () => {});
          await options.setup(opened);
        },
      },
    },
  );
  let first: unknown;
  model.on('connect', () => {
    const back = first === undefined ? 'Connected to' : 'Connected again to';
    first = true;
    state.connected = true;
    onChange?.(`${back} the broker ${where}`);
  });
  model.on('disconnect', (error: Error) => {
    state.connected = false;
    state.blocked = false;
    onChange?.(`Lost the broker ${where}: ${error.message}`);
  });
  model.on('reconnect-scheduled', ({ delay, attempt }) => {
    // Every attempt of a day without broker would fill the log.
    if (attempt <= 3 || attempt % 20 === 0)
      onChange?.(`Trying the broker again in ${Math.ceil(delay / 100) / 10} s`);
  });
  model.on('blocked', (reason) => {
    state.blocked = true;
    onChange?.(`The broker takes no messages at present: ${reason}`);
  });
  model.on('unblocked', () => {
    state.blocked = false;
    onChange?.('The broker takes messages again');
  });
  model.on('error', () => {});
  try {
    await model.waitForConnect();
  } catch (error) {
    await model.close().catch(() => {});
    throw brokerError(error, where);
  }
  state.connected = true;
  return {
    get connected() {
      return state.connected;
    },
    get blocked() {
      return state.blocked;
    },
    async close() {
      state.connected = false;
      await model.close();
    },
  };
}
