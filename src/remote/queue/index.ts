export { openRabbitQueue } from './rabbitmq.ts';
export type { RabbitQueueOptions } from './rabbitmq.ts';
export { LANES } from './types.ts';
export type {
  Consumer,
  DeadLetter,
  DeadLetters,
  Delivery,
  Lane,
  Verdict,
  WorkMessage,
  WorkQueue,
} from './types.ts';
