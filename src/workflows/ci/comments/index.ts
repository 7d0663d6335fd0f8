/** Comments that packit writes: one for each purpose, edited in place; and what comes from outside made harmless in them. */
export { asBlock, asCell, asCode, asText, oneLine } from './harmless.ts';
export { isOwnComment, markerOf } from './marker.ts';
export type { Purpose } from './marker.ts';
export { sayOnce } from './say-once.ts';
export type { Said } from './say-once.ts';
