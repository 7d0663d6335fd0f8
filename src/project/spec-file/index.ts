/** Spec files on disk: read with every kind of bad input told apart, written whole or not at all. */
export { readSpecFile } from './read.ts';
export type { SpecFile } from './read.ts';
export { replaceFile, writeProblem, writeSpecFile } from './write.ts';
