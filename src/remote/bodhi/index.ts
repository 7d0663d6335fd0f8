/** Bodhi, Fedora's update system: the releases it knows, updates, the login. */
export { createBodhi } from './client.ts';
export type {
  Bodhi,
  BodhiOptions,
  SavedUpdates,
  UpdateFields,
  UpdateQuery,
  UpdateRelease,
} from './client.ts';
export { createLogin } from './login.ts';
export type { BodhiLogin, LoginOptions, Person } from './login.ts';
export { BODHI_URL, fetchActiveReleases, toRelease } from './releases.ts';
export type { BodhiRelease, FetchJson } from './releases.ts';
export type { BodhiUpdate } from './updates.ts';
