/** Builds in Koji, of dist-git's commits and of upstream's. */
export { buildInDistGit } from './dist-git.ts';
export { buildUpstreamInKoji } from './upstream.ts';
