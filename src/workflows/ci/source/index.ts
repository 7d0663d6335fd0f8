/** The source of a build in Copr: a script that makes the SRPM there, with the unit's key in it. */
export { keyIn, sourceRef } from './marker.ts';
export type { SourceMarker } from './marker.ts';
export { coprSource } from './script.ts';
export type { CoprScript, CoprSourceInput } from './script.ts';
