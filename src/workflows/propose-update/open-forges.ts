import { PackitError } from '../../errors.ts';
import { mayCarryToken } from '../../project/config/index.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import { createForge, parseRepositoryUrl } from '../../remote/forge/index.ts';
import type { Forge, Project, TokenFor } from '../../remote/forge/index.ts';
import { fetch, remoteBranches } from '../../tools/git/index.ts';
import type { Environment } from '../../tools/process/index.ts';
import type { TargetBranch } from './branches.ts';
import { openForgeSide } from './forge-side.ts';
import type { ForgeSide } from './forge-side.ts';
import type { Settings } from './open-package.ts';
import type { OpenProject } from './open-project.ts';
import type { PackageUpdate } from './package-update.ts';
import type { UpstreamForge } from './release.ts';

/** The forge at an address, with the user's token. */
export async function openForge(settings: Settings, url: string, tokenFor: TokenFor): Promise<Forge> {
  const { ctx, http, userConfig } = settings;
  const encrypted = mayCarryToken(url, userConfig.authentication);
  if (!encrypted) {
    ctx.ui.warn({
      code: 'FORGE_NOT_ENCRYPTED',
      message: `No token is sent to ${url}: the connection would not be encrypted`,
      hint: 'Write https:// in the configuration. If the forge has no TLS, name it in the user configuration: instance_url: "http://...".',
    });
  }
  return createForge({
    url,
    fetch: http.fetch,
    ...(encrypted ? { tokenFor } : {}),
    instances: userConfig.authentication.flatMap(({ instanceUrl, kind, kindIsSaid }) => {
      if (instanceUrl === undefined) return [];
      if (kind === undefined) return [{ instanceUrl }];
      return [kindIsSaid ? { instanceUrl, kind } : { instanceUrl, likely: kind }];
    }),
    cacheDir: ctx.paths.cache,
    now: ctx.now,
    dryRun: ctx.dryRun,
    redactor: ctx.redactor,
    signal: ctx.signal,
  });
}

/** In a dry run a missing token is no obstacle: what the fork holds is then not known. */
export async function openSide(
  settings: Settings,
  options: { url: string; forgeAt: (url: string) => Promise<Forge> },
): Promise<ForgeSide | undefined> {
  const { ctx, input } = settings;
  const place = parseRepositoryUrl(options.url);
  if (place === undefined) {
    if (ctx.dryRun) return undefined;
    throw new PackitError('DIST_GIT_WITHOUT_FORGE', `Nobody takes pull requests at ${options.url}`, {
      hint: 'Push to the branches themselves with --no-pr (or create_pr: false).',
    });
  }
  try {
    const forge = await options.forgeAt(options.url);
    return await openForgeSide({
      forge,
      project: place.project,
      syncAcls: input.syncAcls === true,
      ui: ctx.ui,
    });
  } catch (error) {
    if (!ctx.dryRun || !(error instanceof PackitError) || error.code === 'INTERRUPTED') throw error;
    ctx.ui.warn({
      code: 'DRY_RUN_WITHOUT_FORGE',
      message: `What is in the fork is not known: ${error.message}`,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
    return undefined;
  }
}

/** The forge of the upstream project, if it is on one. */
export async function openUpstreamForge(
  pkg: PackageConfig,
  project: OpenProject,
  forgeAt: (url: string) => Promise<Forge>,
): Promise<UpstreamForge | undefined> {
  const url = pkg.upstream_project_url ?? project.remoteUrl;
  const place = url === undefined ? undefined : parseRepositoryUrl(url);
  return url === undefined || place === undefined
    ? undefined
    : { forge: await forgeAt(url), project: place.project };
}

/** Which branches the fork has; the history of those that matter is fetched. */
export async function readFork(
  repository: PackageUpdate['repository'],
  side: ForgeSide | undefined,
  targets: readonly TargetBranch[],
  credentials: (url: string) => Promise<Environment>,
): Promise<ReadonlyMap<string, string>> {
  if (side === undefined) return new Map();
  const url =
    repository.forkUrl ?? (side.found === undefined ? undefined : forkAddress(side.forge, side.found));
  if (url === undefined) return new Map();
  const env = await credentials(url);
  const branches = await remoteBranches(repository.git, url, env);
  const names = targets.map(({ branch }) => `${branch}-update`).filter((name) => branches.has(name));
  if (names.length > 0) {
    await fetch(repository.git, url, {
      refspecs: names.map((name) => `+refs/heads/${name}:refs/packit/fork/${name}`),
      env,
    });
  }
  return branches;
}

/** A token serves git over https; Pagure's wants a key, unless it is reached without TLS. */
export function forkAddress(forge: Forge, fork: Project): string {
  const overHttp = forge.kind !== 'pagure' || forge.instanceUrl.startsWith('http:');
  return overHttp ? fork.gitUrls.https : (fork.gitUrls.ssh ?? fork.gitUrls.https);
}
