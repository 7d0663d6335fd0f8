/** How one package is, branch by branch. */
import type { Context } from '../../context.ts';
import { isPackitError } from '../../errors.ts';
import type { LoadedConfig, PackageConfig, UserConfig } from '../../project/config/index.ts';
import { compareRpmVersions } from '../../project/version/index.ts';
import type { UpdateRelease } from '../../remote/bodhi/index.ts';
import { requireRepositoryUrl } from '../../remote/forge/index.ts';
import type { HttpClient } from '../../remote/http/index.ts';
import { createAccess, locatePackage } from '../dist-git/index.ts';
import { failureOf } from '../outcomes.ts';
import { openBodhi, openKoji } from '../packaging-services/index.ts';
import {
  askCopr,
  askDistGit,
  askKoji,
  askPullRequests,
  askUpstream,
  newestOfRelease,
  newestUpdate,
} from './sources.ts';
import type { CoprStatus, DistGitFacts, UpstreamRelease } from './sources.ts';

export type StatusSource = 'dist-git' | 'pull requests' | 'koji' | 'bodhi' | 'upstream' | 'copr';

export interface SourceFailure {
  source: StatusSource;
  code: string;
  message: string;
  hint: string | undefined;
}

export interface BranchStatus {
  branch: string;
  /** In dist-git; undefined if there is no spec yet, or it is not known (see the failures). */
  version: string | undefined;
  koji: { nvr: string; state: string; url: string; completed: string | undefined } | undefined;
  update:
    | { alias: string; status: string; request: string | undefined; karma: number; url: string }
    | undefined;
  pullRequests: { number: number; title: string; author: string; url: string }[];
  /** Upstream has a newer version; undefined where that cannot be told. */
  behind: boolean | undefined;
}

export interface PackageStatus {
  package: string;
  /** The page of the dist-git repository. */
  distGit: string | undefined;
  branches: BranchStatus[];
  upstream: UpstreamRelease | undefined;
  copr: CoprStatus[];
  /** Those that did not answer: what is missing because of them is not known, not absent. */
  failures: SourceFailure[];
  /** How many were asked. */
  asked: number;
}

export interface StatusSettings {
  ctx: Context;
  http: HttpClient;
  userConfig: UserConfig;
  config: LoadedConfig;
  /** Where programs that give out tokens run. */
  scratch: string;
  /** URL of the checkout, which is upstream's unless the configuration says otherwise. */
  remoteUrl: string | undefined;
}

const MOST_BRANCHES = 20;

/** Asks all sources side by side. Never fails for one of them. */
export async function readPackage(settings: StatusSettings, pkg: PackageConfig): Promise<PackageStatus> {
  const { ctx, http, userConfig } = settings;
  const failures: SourceFailure[] = [];
  const asked = new Set<StatusSource>();
  const ask = async <T>(source: StatusSource, work: () => Promise<T>): Promise<T | undefined> => {
    asked.add(source);
    try {
      return await work();
    } catch (error) {
      const { code, message, hint } = failureOf(error, ctx);
      // One sentence for a source that several things were asked of.
      if (!failures.some((one) => one.source === source)) failures.push({ source, code, message, hint });
      return undefined;
    }
  };
  const place = locatePackage(pkg, userConfig, ctx.env);
  const { project } = requireRepositoryUrl(place.urls.project);
  const access = createAccess({ ctx, http, userConfig, cwd: settings.scratch });
  const koji = openKoji({ ctx, http, userConfig });
  const bodhi = openBodhi({ ctx, http, userConfig });
  const forge = access.forgeAt(place.urls.project);
  forge.catch(() => undefined);

  const releases = ask('bodhi', () => bodhi.releases());
  const distGit = ask('dist-git', async () =>
    askDistGit(ctx, { forge: await forge, project, packageName: place.name }),
  );
  const branches = Promise.all([distGit, releases]).then(async ([facts, known]) => {
    const chosen = chooseBranches(facts, known);
    return Promise.all(
      chosen.map(async ({ branch, release }) => ({
        branch,
        release,
        version: facts === undefined ? undefined : await ask('dist-git', () => facts.versionOf(branch)),
      })),
    );
  });
  const [found, builds, updates, requests, upstream, copr] = await Promise.all([
    branches,
    ask('koji', () => askKoji(koji, place.name)),
    ask('bodhi', () => bodhi.updates({ package: place.name, limit: 100 })),
    ask('pull requests', async () => askPullRequests(await forge, project)),
    ask('upstream', () =>
      askUpstream(ctx, {
        http,
        pkg,
        packageName: place.name,
        url: pkg.upstream_project_url ?? settings.remoteUrl,
        forgeAt: access.forgeAt,
      }),
    ),
    Promise.all(
      coprProjects(settings.config, pkg).map((copr) =>
        ask('copr', () => askCopr(ctx, { http, packageName: place.name, ...copr })),
      ),
    ),
  ]);
  return {
    package: pkg.name,
    distGit: place.urls.project,
    branches: found.map(({ branch, release, version }): BranchStatus => {
      const build = release === undefined ? undefined : newestOfRelease(builds ?? [], release);
      const update = release === undefined ? undefined : newestUpdate(updates ?? [], release);
      return {
        branch,
        version,
        koji:
          build === undefined
            ? undefined
            : {
                nvr: build.nvr,
                state: build.state,
                url: koji.buildUrl(build.id),
                completed: build.completed,
              },
        update:
          update === undefined
            ? undefined
            : {
                alias: update.alias,
                status: update.status,
                request: update.request,
                karma: update.karma,
                url: update.url,
              },
        pullRequests: (requests ?? [])
          .filter(({ targetBranch }) => targetBranch === branch)
          .map(({ number, title, author, webUrl }) => ({ number, title, author, url: webUrl })),
        behind:
          version === undefined || upstream === undefined
            ? undefined
            : compareRpmVersions(version, upstream.version) < 0,
      };
    }),
    upstream,
    copr: copr.flatMap((found) => found ?? []),
    // In the order they were asked in, not that of their answers.
    failures: [...asked].flatMap((source) => failures.filter((one) => one.source === source)),
    asked: asked.size,
  };
}

/** A package that could not be asked about at all. */
export function unreadable(pkg: PackageConfig, error: unknown): PackageStatus {
  if (!isPackitError(error) || error.code === 'INTERRUPTED') throw error;
  const { code, message, hint } = error;
  return {
    package: pkg.name,
    distGit: undefined,
    branches: [],
    upstream: undefined,
    copr: [],
    failures: [{ source: 'dist-git', code, message, hint }],
    asked: 1,
  };
}

/** The branches of active releases that dist-git has, newest first; all it has where it is no Fedora's. */
function chooseBranches(
  facts: DistGitFacts | undefined,
  releases: readonly UpdateRelease[] | undefined,
): { branch: string; release: UpdateRelease | undefined }[] {
  const active = (releases ?? [])
    .filter(({ state }) => state === 'current' || state === 'pending' || state === 'frozen')
    .toSorted((one, other) => rank(one) - rank(other));
  const named = active.map((release) => ({
    branch: release.branch === 'rawhide' ? (facts?.defaultBranch ?? 'rawhide') : release.branch,
    release,
  }));
  if (facts === undefined) return named;
  const here = named.filter(({ branch }) => facts.branches.includes(branch));
  if (here.length > 0) return here;
  return facts.branches.slice(0, MOST_BRANCHES).map((branch) => ({ branch, release: undefined }));
}

/** Rawhide, then Fedora, then EPEL, each by its number, newest first. */
function rank({ branch, name }: UpdateRelease): number {
  if (branch === 'rawhide') return 0;
  const number = Number(/\d+(?:\.\d+)?/.exec(name)?.[0] ?? 0);
  return (name.startsWith('EPEL') ? 20_000 : 10_000) - number;
}

/** Copr projects that the jobs of a package name. */
function coprProjects(config: LoadedConfig, { name }: PackageConfig): { owner: string; project: string }[] {
  const found = config.jobs
    .filter(({ job }) => job === 'copr_build')
    .flatMap(({ packages }) => packages.filter((pkg) => pkg.name === name))
    .flatMap(({ owner, project }) => (owner === null || project === null ? [] : [{ owner, project }]));
  return found.filter(
    (one, index) =>
      found.findIndex((other) => other.owner === one.owner && other.project === one.project) === index,
  );
}
