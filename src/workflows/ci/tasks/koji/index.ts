/** Builds in Koji, of dist-git's commits and of upstream's. */
export { buildInDistGit } from './dist-git.ts';
export { dependentsOf, sideTagOf } from './side-tags.ts';
export type { GroupTag } from './side-tags.ts';
export { buildUpstreamInKoji } from './upstream.ts';
