/** Statuses of commits: what they say, what they stand for, and how they are written. */
export { createBoard } from './board.ts';
export type { Board, BoardOptions } from './board.ts';
export { CLAIM_SECONDS } from './claim.ts';
export { readCurrent, readOwn, statusProject } from './own.ts';
export { isEnd } from './record.ts';
export type { Claim, Shown, StatusRecord } from './record.ts';
export { TEXT, statusText } from './texts.ts';
