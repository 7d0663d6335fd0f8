/** A package of which a release is brought to dist-git: all that its branches share. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import type { LoadedConfig, PackageConfig, UserConfig } from '../../project/config/index.ts';
import { branchesFor } from '../../project/distro-aliases/index.ts';
import { isPackitError } from '../../errors.ts';
import type { PackitError } from '../../errors.ts';
import { asDirectoryName } from '../../project/inside.ts';
import type { HttpClient } from '../../remote/http/index.ts';
import {
  chooseAuthor,
  chooseBranches,
  chooseIdentity,
  configuredBranches,
  createAccess,
  fetchBranches,
  locatePackage,
  namedBranches,
  openDistGit,
  openFork,
  openLookaside,
  openSideAt,
  pushAddress,
  readAliases,
} from '../dist-git/index.ts';
import type {
  Destination,
  DistGitPackage,
  Identity,
  LookasideCache,
  TargetBranch,
} from '../dist-git/index.ts';
import { createDownloads } from './downloads.ts';
import type { Download } from './downloads.ts';
import { openRelease } from './release.ts';
import type { Release, ReleaseSource, SourceFiles } from './release.ts';
import type { RuleSettings } from './rules.ts';
import { updateBranchName } from './texts.ts';

/** What a person may say about an update, however the release is found. Plain data. */
export interface ReleaseUpdateInput {
  /** Default: the latest release. */
  version?: string | undefined;
  /** Comma-separated branches or aliases. */
  distGitBranch?: string | undefined;
  /** An existing clone of the dist-git repository; it is only read. */
  distGitPath?: string | undefined;
  forceNewSources?: boolean | undefined;
  /** Default: `create_pr` of the configuration. */
  pr?: boolean | undefined;
  force?: boolean | undefined;
  resolveBugs?: readonly string[] | undefined;
  syncAcls?: boolean | undefined;
  /** Do not run the actions of the configuration. */
  noActions?: boolean | undefined;
}

/** What the packages of one run share. */
export interface ReleaseSettings {
  readonly ctx: Context;
  readonly input: ReleaseUpdateInput;
  readonly userConfig: UserConfig;
  readonly http: HttpClient;
  /** The configuration the packages are from. */
  readonly config: LoadedConfig;
  /** A directory of this run. */
  readonly scratch: string;
  readonly packitVersion: string;
}

/** Who signs commits and changelog entries. */
export interface Signer {
  readonly identity: Identity;
  /** `Name <address>` */
  readonly changelogAuthor: string;
}

/** One package on its way to all branches. Nothing in it changes. */
export interface PackageUpdate {
  readonly ctx: Context;
  readonly pkg: PackageConfig;
  readonly place: DistGitPackage;
  readonly scratch: string;
  readonly release: Release;
  readonly source: SourceFiles;
  readonly rules: RuleSettings;
  readonly signer: Signer;
  readonly destination: Destination & { readonly lookaside: LookasideCache };
  readonly download: Download;
  readonly options: UpdateOptions;
}

export interface UpdateOptions {
  readonly noActions: boolean;
  readonly force: boolean;
  readonly forceNewSources: boolean;
  /** Macros of the user's configuration and the package's. */
  readonly macros: Readonly<Record<string, unknown>>;
  readonly packitVersion: string;
}

export interface OpenedPackage {
  update: PackageUpdate;
  targets: TargetBranch[];
  /** In a dry run: what the run itself would be refused for at once. */
  refusal: PackitError | undefined;
}

/**
 * Asks all who have to be asked before any work: rights, forge, dist-git, release. Nothing is changed anywhere.
 * @throws PackitError whatever keeps every branch from being begun
 */
export async function openPackage(
  settings: ReleaseSettings,
  pkg: PackageConfig,
  source: ReleaseSource,
): Promise<OpenedPackage> {
  const { ctx, input, userConfig, http } = settings;
  const place = locatePackage(pkg, userConfig, ctx.env);
  const scratch = join(settings.scratch, 'packages', `package-${asDirectoryName(pkg.name)}`);
  await mkdir(scratch, { recursive: true });
  const access = createAccess({ ctx, http, userConfig, cwd: scratch });
  const lookaside = openLookaside({ ctx, http, userConfig, place, cwd: scratch });
  // Before any work: a ticket that is missing at the end would have made all of it useless.
  if (pkg.upload_sources) await lookaside.checkRights();

  const identity = await chooseIdentity(ctx, source.git);
  const pullRequest = input.pr ?? pkg.create_pr;
  let refusal: PackitError | undefined;
  const side = pullRequest
    ? await openSideAt(
        { ctx, forgeAt: access.forgeAt },
        { url: place.urls.project, syncAcls: input.syncAcls === true },
      ).catch((error: unknown) => {
        // A dry run shows the plan all the same, and ends as the run itself would.
        if (!ctx.dryRun || ctx.signal.aborted || !isPackitError(error)) throw error;
        refusal = error;
        return undefined;
      })
    : undefined;
  const repository = await openDistGit({
    run: ctx.run,
    scratch,
    place,
    existing: source.existing,
    repositoryCache: userConfig.repository_cache,
    credentials: access.credentials,
  });
  const { targets, maskedBranches } = await chooseTargets(settings, pkg, {
    job: source.job,
    defaultBranch: repository.defaultBranch,
  });
  const release = await openRelease({
    ctx,
    http,
    pkg,
    place,
    forgeAt: access.forgeAt,
    given: input.version,
    bugs: input.resolveBugs ?? [],
    source,
  });
  await fetchBranches(
    repository,
    targets.flatMap(({ branch, fastForward }) => [branch, ...fastForward]),
    await access.credentials(repository.url),
  );
  const fork = pullRequest
    ? await openFork(repository, side, {
        names: targets.map(({ branch }) => updateBranchName(branch)),
        credentials: access.credentials,
      })
    : undefined;
  const update: PackageUpdate = {
    ctx,
    pkg,
    place,
    scratch,
    release,
    source: source.files(release, scratch),
    rules: {
      version: release.version,
      version_update_mask: pkg.version_update_mask,
      version_update_specifiers: pkg.version_update_specifiers,
      prerelease_suffix_pattern: pkg.prerelease_suffix_pattern,
      maskedBranches,
      force: input.force === true,
    },
    signer: { identity, changelogAuthor: await chooseAuthor(ctx, source.git.dir, identity) },
    destination: {
      repository: pullRequest
        ? repository
        : { ...repository, pushUrl: await pushAddress(repository.pushUrl, access.forgeAt) },
      fork,
      lookaside,
      pushCredentials: access.pushCredentials,
    },
    download: createDownloads({ ctx, http, scratch }),
    options: {
      noActions: input.noActions === true,
      force: input.force === true,
      forceNewSources: input.forceNewSources === true,
      macros: { ...userConfig.default_parse_time_macros, ...pkg.parse_time_macros },
      packitVersion: settings.packitVersion,
    },
  };
  return { update, targets, refusal };
}

/** The branches to update, and all those that `version_update_mask` is for. */
async function chooseTargets(
  { ctx, http, input, config }: ReleaseSettings,
  pkg: PackageConfig,
  { job, defaultBranch }: { job: string; defaultBranch: string },
): Promise<{ targets: TargetBranch[]; maskedBranches: ReadonlySet<string> }> {
  const configured = configuredBranches(config, pkg.name, [job]);
  const masked = pkg.version_update_mask !== null && pkg.version_update_mask !== '' ? MASKED : [];
  const names = [...namedBranches(input.distGitBranch, configured), ...masked];
  const aliases = await readAliases(ctx, http, names);
  const targets = await chooseBranches({
    option: input.distGitBranch,
    configured,
    job,
    defaultBranch,
    expand: (names) => branchesFor(aliases, names, { defaultBranch }),
  });
  return { targets, maskedBranches: new Set(branchesFor(aliases, MASKED)) };
}

const MASKED = ['fedora-branched', 'epel-all'];
