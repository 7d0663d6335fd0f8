/** A package whose files go back upstream: both repositories, and where the result goes. Nothing is changed. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { PackitError } from '../../errors.ts';
import type { PackageConfig, UserConfig } from '../../project/config/index.ts';
import { branchesFor } from '../../project/distro-aliases/index.ts';
import { asDirectoryName } from '../../project/inside.ts';
import { parseRepositoryUrl } from '../../remote/forge/index.ts';
import type { HttpClient } from '../../remote/http/index.ts';
import { gitText, readHead } from '../../tools/git/index.ts';
import type { Checkout, CheckoutInput } from '../checkout.ts';
import {
  chooseBranches,
  chooseIdentity,
  configuredBranches,
  createAccess,
  fetchBranches,
  locatePackage,
  namedBranches,
  openDistGit,
  openFork,
  openRepository,
  openSideAt,
  readAliases,
} from '../dist-git/index.ts';
import type { Access, Destination, DistGitPackage, Identity, Repository } from '../dist-git/index.ts';

export interface SyncFromDownstreamInput extends CheckoutInput {
  /** Comma-separated branches or aliases. Default: dist-git's default branch. */
  distGitBranch?: string | undefined;
  /** An existing clone of the dist-git repository; it is only read. */
  distGitPath?: string | undefined;
  /** Branch of upstream the request is for. Default: upstream's default branch. */
  upstreamBranch?: string | undefined;
  /** False: the files are copied into the checkout, and that is all. */
  pr?: boolean | undefined;
  /** False: requests come from branches of the project itself. */
  fork?: boolean | undefined;
  /** Name of the remote that is pushed to. */
  remoteToPush?: string | undefined;
  force?: boolean | undefined;
  /** Base names that are not copied. */
  exclude?: readonly string[] | undefined;
  fasUser?: string | undefined;
}

export interface SyncSettings {
  readonly ctx: Context;
  readonly input: SyncFromDownstreamInput;
  readonly userConfig: UserConfig;
  readonly checkout: Checkout;
  readonly http: HttpClient;
}

export interface OpenedSync {
  readonly ctx: Context;
  readonly pkg: PackageConfig;
  readonly place: DistGitPackage;
  readonly distGit: Repository;
  /** Of dist-git; they are fetched. */
  readonly branches: readonly string[];
  /** A directory of this run. */
  readonly scratch: string;
  readonly exclude: readonly string[];
  readonly upstreamUrl: string | undefined;
  readonly target: CheckoutTarget | RequestTarget;
}

/** `--no-pr`: the checkout the user has. */
export interface CheckoutTarget {
  readonly kind: 'checkout';
  readonly top: string;
}

export interface RequestTarget {
  readonly kind: 'request';
  readonly destination: Destination;
  /** Branch of upstream the request is for; it is fetched. */
  readonly branch: string;
  readonly identity: Identity;
  /** Replaces commits that are not packit's. */
  readonly force: boolean;
}

/** Name of the branch a request from `branch` of dist-git comes from. */
export function syncBranchName(branch: string): string {
  return `${branch}-downstream-sync`;
}

/** @throws PackitError whatever keeps every branch from being begun */
export async function openSync(settings: SyncSettings, pkg: PackageConfig): Promise<OpenedSync> {
  const { ctx, input, userConfig, checkout, http } = settings;
  const place = locatePackage(pkg, userConfig, ctx.env);
  const scratch = join(checkout.scratch.dir, 'packages', `package-${asDirectoryName(pkg.name)}`);
  await mkdir(scratch, { recursive: true });
  const access = createAccess({ ctx, http, userConfig, cwd: scratch });
  if (input.pr === false) await requireClean(checkout, input.force === true);
  const distGit = await openDistGit({
    run: ctx.run,
    scratch,
    place,
    existing: input.distGitPath === undefined ? undefined : resolve(ctx.cwd, input.distGitPath),
    repositoryCache: userConfig.repository_cache,
    credentials: access.credentials,
  });
  const branches = await chooseDistGitBranches(settings, pkg, distGit.defaultBranch);
  if (input.pr === false && branches.length > 1) {
    throw new PackitError(
      'SYNC_AMBIGUOUS',
      `One checkout cannot hold the files of ${branches.join(' and ')}`,
      {
        hint: 'Name one branch with --dist-git-branch, or leave out --no-pr.',
      },
    );
  }
  await fetchBranches(distGit, branches, await access.credentials(distGit.url));
  const upstreamUrl = checkout.remoteUrl ?? pkg.upstream_project_url ?? undefined;
  const target: OpenedSync['target'] =
    input.pr === false
      ? { kind: 'checkout', top: checkout.layout.top }
      : await openRequests(settings, { pkg, access, scratch, branches });
  return { ctx, pkg, place, distGit, branches, scratch, exclude: input.exclude ?? [], upstreamUrl, target };
}

async function requireClean({ git }: Checkout, force: boolean): Promise<void> {
  if (force || !(await readHead(git)).dirty) return;
  throw new PackitError(
    'CHECKOUT_DIRTY',
    'The checkout has uncommitted changes, which the files of dist-git would mix with',
    {
      hint: 'Commit or stash them; -f (--force) copies the files all the same.',
    },
  );
}

async function chooseDistGitBranches(
  { ctx, input, checkout, http }: SyncSettings,
  pkg: PackageConfig,
  defaultBranch: string,
): Promise<string[]> {
  const job = 'sync_from_downstream';
  const configured = configuredBranches(checkout.config, pkg.name, [job]);
  const aliases = await readAliases(ctx, http, namedBranches(input.distGitBranch, configured));
  const targets = await chooseBranches({
    option: input.distGitBranch,
    configured,
    job,
    defaultBranch,
    expand: (names) => branchesFor(aliases, names, { defaultBranch }),
  });
  return targets.map(({ branch }) => branch);
}

interface RequestsOptions {
  pkg: PackageConfig;
  access: Access;
  scratch: string;
  branches: readonly string[];
}

async function openRequests(
  { ctx, input, checkout }: SyncSettings,
  { pkg, access, scratch, branches }: RequestsOptions,
): Promise<RequestTarget> {
  const repository = await openRepository({
    run: ctx.run,
    directory: join(scratch, 'upstream.git'),
    existing: checkout.layout.top,
    remote: input.remote,
    credentials: access.credentials,
    errors: UPSTREAM_ERRORS,
  });
  const branch = input.upstreamBranch ?? repository.defaultBranch;
  if (!repository.branches.has(branch)) throw branchMissing(branch, repository);
  const from = await pushSource(input, checkout, repository);
  const side = await openSideAt(
    { ctx, forgeAt: access.forgeAt },
    {
      url: pkg.upstream_project_url ?? repository.url,
      source: from === undefined ? undefined : parseRepositoryUrl(from.url)?.project,
      syncAcls: false,
      hint: 'Copy the files into your checkout with --no-pr.',
    },
  );
  await fetchBranches(repository, [branch], await access.credentials(repository.url));
  const fork = await openFork(repository, side, {
    names: branches.map((name) => syncBranchName(name)),
    credentials: access.credentials,
    ...(from === undefined ? {} : { url: from.url, name: from.name }),
  });
  return {
    kind: 'request',
    destination: { repository, fork, pushCredentials: access.pushCredentials },
    branch,
    identity: await chooseIdentity(ctx, checkout.git),
    force: input.force === true,
  };
}

/** Where the branches are pushed if not to the user's fork: a remote that was named, or the project itself. */
async function pushSource(
  { remoteToPush, fork }: SyncFromDownstreamInput,
  { git, remotes }: Checkout,
  repository: Repository,
): Promise<{ url: string; name: string } | undefined> {
  if (remoteToPush === undefined) {
    return fork === false ? { url: repository.pushUrl, name: 'the upstream project' } : undefined;
  }
  if (!remotes.some(({ name }) => name === remoteToPush)) {
    throw new PackitError('GIT_REMOTE_MISSING', `The checkout has no remote ${remoteToPush}`, {
      hint: `Add it: git remote add ${remoteToPush} URL`,
      details: [`Remotes: ${remotes.map(({ name }) => name).join(', ') || 'none'}`],
    });
  }
  return { url: await gitText(git, ['remote', 'get-url', '--push', '--', remoteToPush]), name: remoteToPush };
}

function branchMissing(branch: string, { branches }: Repository): PackitError {
  const there = [...branches.keys()].sort();
  return new PackitError('UPSTREAM_BRANCH_MISSING', `The upstream project has no branch ${branch}`, {
    hint: 'Name an existing branch with --upstream-branch.',
    details: there.length === 0 ? ['The repository is empty.'] : [`Branches: ${there.join(', ')}`],
  });
}

const UPSTREAM_ERRORS = {
  notFound: (url: string | undefined, cause: PackitError): PackitError =>
    new PackitError(
      'UPSTREAM_NOT_FOUND',
      `There is no upstream repository at ${url}, or it may not be read`,
      {
        hint: 'Check the URL of the remote: git remote -v. --remote names another.',
        details: cause.details,
        cause,
      },
    ),
  notAClone: (path: string, cause?: PackitError): PackitError =>
    new PackitError(
      'UPSTREAM_WITHOUT_REMOTE',
      `The checkout ${path} has no remote a request could be made at`,
      {
        hint: 'Add one: git remote add origin URL. Or copy the files into the checkout with --no-pr.',
        ...(cause === undefined ? {} : { cause, details: [cause.message] }),
      },
    ),
};
