/** The services a package's state is asked of: each by itself, all at once, and none that fails keeps the others. */
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import { chooseTag, compareRpmVersions } from '../../project/version/index.ts';
import type { BodhiUpdate, UpdateRelease } from '../../remote/bodhi/index.ts';
import { createCopr, readCoprConfig } from '../../remote/copr/index.ts';
import type { Forge, ProjectRef, PullRequest } from '../../remote/forge/index.ts';
import { parseRepositoryUrl } from '../../remote/forge/index.ts';
import type { HttpClient } from '../../remote/http/index.ts';
import type { Koji, KojiBuild } from '../../remote/koji/index.ts';
import { evaluateSpec, findTag, parseSpec } from '../../spec/index.ts';
import type { RunState } from '../../run-state.ts';
import { withEvaluator } from '../spec-evaluator.ts';
import { checkedVersion, monitoredVersion, openUpstreamForge } from '../upstream/index.ts';

export type ForgeAt = (url: string) => Promise<Forge>;

/** A repository of dist-git on its forge. */
export interface DistGitFacts {
  branches: string[];
  defaultBranch: string;
  /** Version in the spec of a branch; undefined where there is none. */
  versionOf(branch: string): Promise<string | undefined>;
}

/** Asks for branches; the specs are read when they are asked for. Nothing is cloned. */
export async function askDistGit(
  ctx: Context,
  { forge, project, packageName }: { forge: Forge; project: ProjectRef; packageName: string },
): Promise<DistGitFacts> {
  const [branches, defaultBranch] = await Promise.all([
    forge.listBranches(project),
    forge.getDefaultBranch(project),
  ]);
  const seen = new Map<string, Promise<string | undefined>>();
  return {
    branches,
    defaultBranch: defaultBranch ?? 'rawhide',
    async versionOf(branch) {
      const name = `${packageName}.spec`;
      const content = await forge.readFile(project, name, branch);
      if (content === undefined) return undefined;
      const key = Buffer.from(content).toString('latin1');
      const version = seen.get(key) ?? readVersion(ctx, content, name);
      seen.set(key, version);
      return version;
    },
  };
}

/** Code in a spec that somebody else wrote does not run. */
async function readVersion(ctx: Context, content: Uint8Array, name: string): Promise<string | undefined> {
  const spec = parseSpec(content);
  const written = findTag(spec, 'version')?.value;
  if (written === undefined || !written.includes('%')) return written;
  return withEvaluator(
    ctx,
    join(ctx.paths.temp, name),
    async (evaluate) => {
      const { values } = await evaluateSpec(spec, evaluate, { expressions: ['%{version}'] });
      const version = values.get('%{version}');
      return version === undefined || version === '' || version.includes('%') ? written : version;
    },
    'foreign',
  );
}

/** The newest builds of a package, newest first. */
export async function askKoji(koji: Koji, packageName: string): Promise<KojiBuild[]> {
  const packageId = await koji.packageId(packageName);
  return packageId === undefined ? [] : koji.listBuilds({ packageId, limit: 200 });
}

/** The newest of each release: by `.fc42`, `.el9`, `.el10_1` in the build's release. */
export function newestOfRelease(
  builds: readonly KojiBuild[],
  { distTag }: UpdateRelease,
): KojiBuild | undefined {
  const dist = distTag
    .replace(/^f(?=\d)/, 'fc')
    .replace(/^epel/, 'el')
    .replace('.', '_');
  const pattern = new RegExp(`\\.${dist}(?![\\d_])`);
  return builds.find(({ release }) => pattern.test(release));
}

/** The newest update of a release. `updates`: newest first. */
export function newestUpdate(
  updates: readonly BodhiUpdate[],
  { name }: UpdateRelease,
): BodhiUpdate | undefined {
  return updates.find(({ release }) => release === name);
}

export interface UpstreamRelease {
  version: string;
  source: string;
}

/** The newest release that release monitoring or the upstream forge knows; its tags where neither knows any. */
export async function askUpstream(
  ctx: Context,
  options: {
    http: HttpClient;
    pkg: PackageConfig;
    packageName: string;
    url: string | undefined;
    forgeAt: ForgeAt;
  },
): Promise<UpstreamRelease | undefined> {
  const { http, pkg, packageName, url, forgeAt } = options;
  const outcomes = await Promise.allSettled([
    monitoredVersion(ctx, http, packageName),
    url === undefined || parseRepositoryUrl(url) === undefined
      ? undefined
      : releaseOnForge(pkg, url, forgeAt),
  ]);
  const [monitored, released] = outcomes;
  const found = [
    ...(monitored.status === 'fulfilled' && monitored.value !== undefined
      ? [{ version: monitored.value, source: 'release-monitoring.org' }]
      : []),
    ...(released.status === 'fulfilled' && released.value !== undefined ? [released.value] : []),
  ].map(({ version, source }) => ({ version: checkedVersion(version, source), source }));
  const [newest] = found.toSorted((one, other) => compareRpmVersions(other.version, one.version));
  if (newest !== undefined) return newest;
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return undefined;
}

async function releaseOnForge(
  pkg: PackageConfig,
  url: string,
  forgeAt: ForgeAt,
): Promise<UpstreamRelease | undefined> {
  const upstream = await openUpstreamForge(url, forgeAt);
  if (upstream === undefined) return undefined;
  const { forge, project } = upstream;
  const releases = await forge.listReleases(project);
  const tags = releases
    .filter(({ prerelease, draft }) => !prerelease && !draft)
    .map(({ tag }) => ({ name: tag }));
  const released = chooseTag(tags, pkg)?.version;
  if (released !== undefined) return { version: released, source: `releases on ${forge.host}` };
  const tagged = chooseTag(await forge.listTags(project), pkg)?.version;
  return tagged === undefined ? undefined : { version: tagged, source: `tags on ${forge.host}` };
}

export function askPullRequests(forge: Forge, project: ProjectRef): Promise<PullRequest[]> {
  return forge.listPullRequests(project);
}

export interface CoprStatus {
  /** `owner/project` */
  project: string;
  id: string;
  state: RunState;
  version: string | undefined;
  url: string;
}

/** Builds looked at in each project. */
const COPR_BUILDS = 5;

/** The newest builds of a package in a Copr project. */
export async function askCopr(
  ctx: Context,
  {
    http,
    owner,
    project,
    packageName,
  }: { http: HttpClient; owner: string; project: string; packageName: string },
): Promise<CoprStatus[]> {
  const { home } = ctx.paths;
  const { file, url } = await readCoprConfig(home);
  // Everybody may read: no login is needed.
  const config = { file, url, gssapi: false };
  const copr = createCopr({ http, config, home, cwd: ctx.cwd, run: ctx.run, now: ctx.now });
  const builds = await copr.builds(owner, project, COPR_BUILDS);
  return builds
    .filter((build) => build.packageName === undefined || build.packageName === packageName)
    .map(({ id, state, version }) => ({
      project: `${owner}/${project}`,
      id,
      state,
      version,
      url: `${copr.url}/coprs/build/${id}/`,
    }));
}
