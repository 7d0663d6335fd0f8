export { coprState } from './answers.ts';
export type { CoprBuild, CoprChroot, CoprProject } from './answers.ts';
export type { ProjectSettings, Upload } from './bodies.ts';
export { createCopr } from './client.ts';
export type { Copr, CoprOptions } from './client.ts';
export { COPR_URL, parseCoprConfig, readCoprConfig } from './config.ts';
export type { CoprConfig } from './config.ts';
export type { CoprLog } from './log.ts';
export { buildIdIn, buildPage, projectPage } from './pages.ts';
