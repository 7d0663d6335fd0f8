export { LARGEST_BODY, listenOn, openWebDoor, send } from './door.ts';
export type { Address, WebDoor, WebOptions } from './door.ts';
export { receive } from './receive.ts';
export type { Received, WebhookRequest, WebhookSecrets } from './receive.ts';
export { sameText, signatureProblem } from './signature.ts';
export type { WebhookForge } from './signature.ts';
