import type { Context } from '../../context.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import type { KnownTag } from '../../project/version/index.ts';
import type { HttpClient } from '../../remote/http/index.ts';
import type { Git } from '../../tools/git/index.ts';
import type { Access, DistGitPackage } from '../dist-git/index.ts';
import {
  chooseVersion,
  monitoredVersion,
  monitoringBug,
  openUpstreamForge,
  tagOf,
} from '../upstream/index.ts';
import type { Upstream } from '../upstream/index.ts';
import type { Update } from './texts.ts';
import { webUrl } from './texts.ts';

/** The release that is brought to dist-git. */
export interface Release extends Omit<Update, 'commit'> {
  /** The text upstream published with it. */
  readonly notes: () => Promise<string | undefined>;
}

/** Where the release of one package comes from: what `propose-update` and `pull-from-upstream` know differently. */
export interface ReleaseSource {
  readonly command: string;
  /** The kind of job whose `dist_git_branches` count. */
  readonly job: string;
  /** The repository whose git configuration says who the user is. */
  readonly git: Git;
  /** A clone of the dist-git repository that the user has; it is only read. */
  readonly existing: string | undefined;
  readonly upstreamUrl: string | undefined;
  /** Upstream's tags, newest first; absent for a project that is not in git. */
  readonly tags: (() => Promise<readonly KnownTag[]>) | undefined;
  /** Upstream's files at the release. `scratch` is a directory of this run. */
  files(release: Release, scratch: string): SourceFiles;
}

export interface SourceFiles {
  readonly trees: Upstream;
  /** Actions and specs were cloned for this run: their code is not handed the user's secrets. */
  readonly cloned: boolean;
  /** What the user calls the directory of the package: `files_to_sync` may name it. */
  readonly name: string;
  /** Name of the configuration file, relative to the package's directory: copied where nothing else is said. */
  readonly configFile: string | undefined;
  /** Files of dist-git that upstream's of the same name do not replace. */
  readonly kept: readonly string[];
  /** Of a source-git repository: patches are made of the commits after it. */
  readonly upstreamRef?: string | undefined;
  /** Whose spec file gets the new version. */
  readonly spec: 'upstream' | 'dist-git';
  /** May code in dist-git's spec at this commit run? */
  readonly trusts: (commit: string) => Promise<boolean>;
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
  source: Pick<ReleaseSource, 'command' | 'upstreamUrl' | 'tags'>;
}

/** @throws PackitError `RELEASE_UNKNOWN`, `VERSION_INVALID` */
export async function openRelease(options: ReleaseOptions): Promise<Release> {
  const { ctx, http, pkg, place } = options;
  const { command, upstreamUrl, tags } = options.source;
  const upstreamForge = lazily(() => openUpstreamForge(upstreamUrl, options.forgeAt));
  const chosen = await chooseVersion({
    ctx,
    pkg,
    given: options.given,
    monitoring: () => monitoredVersion(ctx, http, place.name),
    upstreamForge,
    tags: tags ?? (() => Promise.resolve([])),
    command,
  });
  const { version, tag } = tagOf(chosen, pkg, ctx.ui);
  return {
    version,
    tag: tags === undefined ? undefined : tag,
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
