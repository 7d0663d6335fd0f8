export { displayBroker, parseBrokerAddress } from './address.ts';
export type { BrokerAddress } from './address.ts';
export { connectBroker } from './connection.ts';
export type {
  BrokerConnection,
  BrokerTls,
  Channel,
  ChannelModel,
  ConfirmChannel,
  ConnectOptions,
  ConsumeMessage,
  GetMessage,
} from './connection.ts';
export { brokerError } from './failure.ts';
