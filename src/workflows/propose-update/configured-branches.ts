import type { PackageConfig } from '../../project/config/index.ts';
import { bundledAliases, loadAliases, needsAliases } from '../../project/distro-aliases/index.ts';
import type { Aliases } from '../../project/distro-aliases/index.ts';
import type { Settings } from './open-package.ts';

/** `dist_git_branches` of the first job that proposes updates of the package. */
export function configuredBranches(
  { project }: Settings,
  pkg: PackageConfig,
): PackageConfig['dist_git_branches'] {
  const job = project.config.jobs.find(
    ({ job: type, packages }) =>
      type === 'propose_downstream' && packages.some(({ name }) => name === pkg.name),
  );
  return job?.packages.find(({ name }) => name === pkg.name)?.dist_git_branches ?? [];
}

/** What aliases stand for; nobody is asked where the names need no asking. */
export async function readAliases(settings: Settings, pkg: PackageConfig): Promise<Aliases> {
  const { ctx, input, http } = settings;
  const configured = configuredBranches(settings, pkg);
  const map: Record<string, { fast_forward_merge_into?: unknown } | null> = Array.isArray(configured)
    ? Object.fromEntries(configured.map((name) => [name, null]))
    : configured;
  const merged = Object.values(map).flatMap((value) => {
    const into = value?.fast_forward_merge_into;
    return Array.isArray(into) ? into.map(String) : [];
  });
  const option = (input.distGitBranch ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const names = option.length > 0 ? option : [...Object.keys(map), ...merged];
  const masked = pkg.version_update_mask !== null && pkg.version_update_mask !== '';
  if (!masked && (names.length === 0 || !needsAliases(names))) return bundledAliases();
  const { aliases, notice } = await loadAliases({
    cacheDirectory: ctx.paths.cache,
    now: ctx.now,
    // There is a list to fall back on: better that than a long wait.
    fetchJson: (url) => http.json({ url, service: 'Bodhi', retries: 1 }),
    ...(ctx.env.PACKIT_BODHI_URL === undefined ? {} : { bodhiUrl: ctx.env.PACKIT_BODHI_URL }),
  });
  if (notice !== undefined) ctx.ui.info(notice);
  return aliases;
}
