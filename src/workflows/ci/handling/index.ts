/** One event from its beginning to its last status. */
export { answerReply } from './answers.ts';
export { eventOfRequest } from './complete.ts';
export type { EventBase } from './complete.ts';
export { atDesk } from './desk.ts';
export type { Desk } from './desk.ts';
export { handleEvent } from './handle.ts';
export type { CiRunInput, Mode } from './input.ts';
export { AS_ANNOUNCED, orderOf } from './order.ts';
export { createExpand, narrow } from './prepare.ts';
export { readEvent } from './read-event.ts';
export type { CiPlanInput } from './read-event.ts';
export { nothing } from './result.ts';
export type { CiRunResult, CiUnit } from './result.ts';
