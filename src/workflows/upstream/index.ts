/** The upstream project: its releases, its forge, and trees of its files. */
export { monitoredVersion, monitoringBug } from './monitoring.ts';
export { checkedVersion, chooseVersion, openUpstreamForge, tagOf } from './release.ts';
export type { UpstreamForge } from './release.ts';
export { createUpstream, upstreamOf, upstreamWithoutGit } from './trees.ts';
export type { Upstream, UpstreamTree } from './trees.ts';
