export { MESSAGING_CONFIG, parseMessagingConfig, readMessagingConfig } from './config.ts';
export type { Binding, Exchange, MessageQueue, MessagingConfig } from './config.ts';
export { consumeFedoraMessages } from './consumer.ts';
export type { ConsumerOptions, MessageConsumer } from './consumer.ts';
export { decodeMessage } from './message.ts';
export type { Decoded, FedoraMessage } from './message.ts';
export { keepMessage, topicName } from './topics.ts';
export type { KeptMessage, TopicOptions } from './topics.ts';
