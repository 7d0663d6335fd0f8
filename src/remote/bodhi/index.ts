/** Bodhi, Fedora's update system: the releases it knows. */
export { BODHI_URL, fetchActiveReleases, toRelease } from './releases.ts';
export type { BodhiRelease, FetchJson } from './releases.ts';
