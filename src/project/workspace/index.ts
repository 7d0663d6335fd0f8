export { linkFarm } from './staging.ts';
export { makePrivateCheckout, OTHER_FILES_LIMIT } from './private-checkout.ts';
export type { LeftOut, PrivateCheckout, PrivateCheckoutOptions } from './private-checkout.ts';
export { makeScratchDirectory, removeLeftovers } from './owner.ts';
export { openScratch } from './scratch.ts';
export type { Scratch, ScratchOptions } from './scratch.ts';
export { placeFile } from './place.ts';
export { removeTree } from './remove.ts';
