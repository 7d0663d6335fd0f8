/** Everything that is found out about a package before its branches are begun. Nothing is changed anywhere. */
import { mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { PackitError } from '../../errors.ts';
import { createTokenLookup } from '../../project/config/index.ts';
import type { PackageConfig, UserConfig } from '../../project/config/index.ts';
import { asDirectoryName } from '../../project/inside.ts';
import { branchesFor } from '../../project/distro-aliases/index.ts';
import type { ActionName } from '../../project/actions/index.ts';
import { chooseDistGit, packageUrls } from '../../project/dist-git/index.ts';
import type { Forge } from '../../remote/forge/index.ts';
import type { HttpClient } from '../../remote/http/index.ts';
import { chooseBranches } from './branches.ts';
import type { TargetBranch } from './branches.ts';
import { createCredentials } from './credentials.ts';
import { fetchBranches, openDistGit } from './dist-git-repository.ts';
import { configuredBranches, readAliases } from './configured-branches.ts';
import { chooseAuthor, chooseIdentity } from './identity.ts';
import { forkAddress, openForge, openSide, openUpstreamForge, readFork } from './open-forges.ts';
import type { OpenProject } from './open-project.ts';
import type { PackageUpdate } from './package-update.ts';
import { chooseVersion, tagOf } from './release.ts';
import { createServices } from './services.ts';
import { webUrl } from './texts.ts';
import type { ProposeUpdateInput } from './types.ts';
import { createUpstream } from './upstream.ts';

export interface OpenedPackage {
  update: PackageUpdate;
  targets: TargetBranch[];
}

export interface Settings {
  ctx: Context;
  input: ProposeUpdateInput;
  project: OpenProject;
  userConfig: UserConfig;
  http: HttpClient;
  packitVersion: string;
}

/** Actions that run while an update is made. */
const ACTIONS: readonly ActionName[] = [
  'post-upstream-clone',
  'pre-sync',
  'prepare-files',
  'create-patches',
  'commit-message',
  'changelog-entry',
  'post-modifications',
];

/** The user's own configuration with what the command line says instead. */
export async function readUserConfig(ctx: Context, input: ProposeUpdateInput): Promise<UserConfig> {
  const config = await ctx.userConfig();
  return {
    ...config,
    fas_user: input.fasUser ?? config.fas_user,
    keytab_path: input.keytab ?? config.keytab_path,
  };
}

export async function openPackage(settings: Settings, pkg: PackageConfig): Promise<OpenedPackage> {
  const { ctx, input, project, userConfig, http } = settings;
  const name = requireName(pkg);
  const scratch = join(project.scratch.dir, 'packages', `package-${asDirectoryName(pkg.name)}`);
  await mkdir(scratch, { recursive: true });
  const instance = chooseDistGit(withoutDefault(pkg, userConfig), {
    env: ctx.env,
    defaultPkgTool: userConfig.pkg_tool,
  });
  const urls = packageUrls(instance, name, userConfig.fas_user);
  const pullRequest = input.pr ?? pkg.create_pr;
  const tokenFor = createTokenLookup({
    authentication: userConfig.authentication,
    env: ctx.env,
    redactor: ctx.redactor,
    run: ctx.run,
    cwd: scratch,
  });
  const { forUrl: credentials, learn, isKnown } = createCredentials(ctx, tokenFor, userConfig);
  const forgeAt = async (url: string): Promise<Forge> => {
    const forge = await openForge(settings, url, tokenFor);
    learn(forge);
    return forge;
  };
  const services = createServices({ ...settings, instance, pkg, scratch });
  // Before any work: a ticket that is missing at the end would have made all of it useless.
  if (pkg.upload_sources) await services.checkUploadRights();

  const identity = await chooseIdentity(ctx, project);
  const forge = pullRequest ? await openSide(settings, { url: urls.project, forgeAt }) : undefined;
  const repository = await openDistGit({
    run: ctx.run,
    scratch,
    packageName: name,
    urls,
    existing: input.distGitPath === undefined ? undefined : resolve(ctx.cwd, input.distGitPath),
    repositoryCache: userConfig.repository_cache,
    credentials,
  });
  const aliases = await readAliases(settings, pkg);
  const targets = await chooseBranches({
    option: input.distGitBranch,
    configured: configuredBranches(settings, pkg),
    defaultBranch: repository.defaultBranch,
    expand: (names) =>
      Promise.resolve(branchesFor(aliases, names, { defaultBranch: repository.defaultBranch })),
  });

  const upstreamForge = lazily(() => openUpstreamForge(pkg, project, forgeAt));
  const chosen = await chooseVersion({
    ctx,
    pkg,
    git: project.git,
    given: input.version,
    monitoring: services.latestVersion,
    upstreamForge,
  });
  const { version, tag } = tagOf(chosen, pkg, ctx.ui);
  await fetchBranches(
    repository,
    targets.flatMap(({ branch, fastForward }) => [branch, ...fastForward]),
    await credentials(repository.url),
  );
  const forkBranches = await readFork(repository, forge, targets, credentials);
  const bugs = await services.bugs(input.resolveBugs ?? [], version);
  const fromTag = input.localContent !== true && !isSourceGit(input, pkg);

  const update: PackageUpdate = {
    ctx,
    input,
    pkg,
    userConfig,
    http,
    scratch,
    instance,
    urls,
    repository,
    upstream: createUpstream({
      run: ctx.run,
      git: project.git,
      layout: project.layout,
      scratch,
      packagePath: pkg.paths[0] ?? '.',
      tag: fromTag ? tag : undefined,
      writable: input.noActions !== true && ACTIONS.some((name) => name in pkg.actions),
      signal: ctx.signal,
    }),
    sourceName: sourceName(project, pkg),
    configFile: configFileOf(project, pkg),
    version,
    tag,
    texts: {
      version,
      tag,
      bugs,
      upstreamUrl: webUrl(pkg.upstream_project_url ?? project.remoteUrl),
    },
    rules: {
      version,
      version_update_mask: pkg.version_update_mask,
      version_update_specifiers: pkg.version_update_specifiers,
      prerelease_suffix_pattern: pkg.prerelease_suffix_pattern,
      maskedBranches: new Set(branchesFor(aliases, ['fedora-branched', 'epel-all'])),
      force: input.force === true,
    },
    identity,
    changelogAuthor: await chooseAuthor(ctx, project, identity),
    pullRequest,
    forge,
    forkBranches,
    forkUrl: async () => {
      if (repository.forkUrl !== undefined) return repository.forkUrl;
      if (forge === undefined) throw new Error('no forge, no fork');
      return forkAddress(forge.forge, await forge.fork());
    },
    upload: services.upload,
    download: services.download,
    serially: createQueue(),
    releaseNotes: lazily(async () => {
      const upstream = await upstreamForge();
      return (await upstream?.forge.getRelease(upstream.project, tag))?.description;
    }),
    credentials,
    pushCredentials: async (url) => {
      // Which forge it is says whose token is good for it; without a forge git's own means have to do.
      if (/^https?:/i.test(url) && !isKnown(url)) await forgeAt(url).catch(() => undefined);
      return credentials(url);
    },
    packitVersion: settings.packitVersion,
    lookaside: services.lookaside,
  };
  return { update, targets };
}

function requireName(pkg: PackageConfig): string {
  const name = pkg.downstream_package_name;
  if (name !== null && name !== '') {
    // It becomes part of paths, addresses and command lines.
    if (/^[A-Za-z0-9_][\w.+-]*$/.test(name)) return name;
    throw new PackitError('PACKAGE_NAME_INVALID', `"${name}" cannot be the name of a package`, {
      hint: 'Set "downstream_package_name" to letters, digits and the characters "_ + - .".',
    });
  }
  throw new PackitError('CONFIG_VALUE', `The package ${pkg.name} has no name in dist-git`, {
    hint: 'Set "downstream_package_name" in the configuration.',
  });
}

/** The configuration fills in Fedora's dist-git; where the package says nothing, the user's `pkg_tool` may. */
function withoutDefault(pkg: PackageConfig, userConfig: UserConfig): Parameters<typeof chooseDistGit>[0] {
  const isDefault =
    pkg.dist_git_base_url === 'https://src.fedoraproject.org/' && pkg.dist_git_namespace === 'rpms';
  return {
    ...(isDefault && pkg.pkg_tool === null && userConfig.pkg_tool !== undefined
      ? {}
      : { dist_git_base_url: pkg.dist_git_base_url, dist_git_namespace: pkg.dist_git_namespace }),
    pkg_tool: pkg.pkg_tool,
    sig: pkg.sig,
  };
}

function isSourceGit(input: ProposeUpdateInput, pkg: PackageConfig): boolean {
  const reference = input.upstreamRef ?? pkg.upstream_ref;
  return reference !== undefined && reference !== null && reference !== '';
}

function sourceName({ layout }: OpenProject, pkg: PackageConfig): string {
  const path = join(layout.top, pkg.paths[0] ?? '.').replace(/\/+$/, '');
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The configuration file, where it is inside the package's directory. */
function configFileOf({ config, layout }: OpenProject, pkg: PackageConfig): string | undefined {
  const path = relative(join(layout.top, pkg.paths[0] ?? '.'), config.file);
  return path.startsWith('..') ? (pkg.config_file_path ?? undefined) : path;
}

function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined;
  return () => (value ??= make());
}

function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work, work);
    last = result.catch(() => undefined);
    return result;
  };
}
