import type { Context } from '../../context.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import type { KnownTag } from '../../project/version/index.ts';
import type { HttpClient } from '../../remote/http/index.ts';
import type { Access, DistGitPackage } from '../dist-git/index.ts';
import {
  chooseVersion,
  monitoredVersion,
  monitoringBug,
  openUpstreamForge,
  tagOf,
} from '../upstream/index.ts';
import type { Update } from './texts.ts';
import { webUrl } from './texts.ts';

/** The release that is brought to dist-git. */
export interface Release extends Omit<Update, 'commit'> {
  /** The text upstream published with it. */
  readonly notes: () => Promise<string | undefined>;
}

export interface ReleaseOptions {
  ctx: Context;
  http: HttpClient;
  pkg: PackageConfig;
  place: DistGitPackage;
  forgeAt: Access['forgeAt'];
  /** The version asked for. */
  given: string | undefined;
  /** Bugs it resolves. Default: the one release monitoring has filed. */
  bugs: readonly string[];
  upstreamUrl: string | undefined;
  /** Upstream's tags, newest first. */
  tags: () => Promise<readonly KnownTag[]>;
  /** The command that asks, for hints. */
  command: string;
}

/** @throws PackitError `RELEASE_UNKNOWN`, `VERSION_INVALID` */
export async function openRelease(options: ReleaseOptions): Promise<Release & { tag: string }> {
  const { ctx, http, pkg, place, upstreamUrl } = options;
  const upstreamForge = lazily(() => openUpstreamForge(upstreamUrl, options.forgeAt));
  const chosen = await chooseVersion({
    ctx,
    pkg,
    given: options.given,
    monitoring: () => monitoredVersion(ctx, http, place.name),
    upstreamForge,
    tags: options.tags,
    command: options.command,
  });
  const { version, tag } = tagOf(chosen, pkg, ctx.ui);
  return {
    version,
    tag,
    bugs: await findBugs(options, version),
    upstreamUrl: webUrl(upstreamUrl),
    notes: lazily(async () => {
      const upstream = await upstreamForge();
      return (await upstream?.forge.getRelease(upstream.project, tag))?.description;
    }),
  };
}

/** Release monitoring files bugs for Fedora alone. */
async function findBugs(
  { ctx, http, place, bugs }: ReleaseOptions,
  version: string,
): Promise<readonly string[]> {
  if (bugs.length > 0) return bugs;
  if (place.instance.name !== 'fedpkg' && ctx.env.PACKIT_BUGZILLA_URL === undefined) return [];
  const bug = await monitoringBug(ctx, http, { packageName: place.name, version });
  return bug === undefined ? [] : [bug];
}

function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined;
  return () => (value ??= make());
}
