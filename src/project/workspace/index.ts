export { makePrivateCheckout } from './private-checkout.ts';
export type { LeftOut, PrivateCheckout, PrivateCheckoutOptions } from './private-checkout.ts';
export { replicateGitDirectory } from './git-directory.ts';
export type { GitDirectories } from './git-directory.ts';
export { openScratch } from './scratch.ts';
export type { Scratch, ScratchOptions } from './scratch.ts';
export { placeFile } from './place.ts';
export { removeTree } from './remove.ts';
