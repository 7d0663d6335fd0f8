export { makePrivateCheckout } from './private-checkout.ts';
export type { LeftOut, PrivateCheckout, PrivateCheckoutOptions } from './private-checkout.ts';
export { openScratch } from './scratch.ts';
export type { Scratch, ScratchOptions } from './scratch.ts';
export { placeFile } from './place.ts';
export { removeTree } from './remove.ts';
