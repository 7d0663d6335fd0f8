/** Environment variables of tests: what packit knows, then the job's own, then those of a comment. Pure. */
import type { PackageConfig } from '../../../project/config/index.ts';
import { projectPath } from '../../../remote/forge/index.ts';
import type { BuiltPackage } from '../../../remote/copr/index.ts';
import type { CiEvent } from '../event/index.ts';
import type { TestFacts, TestedBuild } from './types.ts';

/** @param builds those whose packages are installed; the first is the event's own, if it has one */
export function testVariables(
  pkg: PackageConfig,
  event: CiEvent,
  facts: TestFacts,
  { own, others }: { own: TestedBuild | undefined; others: readonly TestedBuild[] },
): Record<string, string> {
  const known = predefined(pkg, event, facts, { own, others });
  const given = Object.entries(pkg.env ?? {}).map(([name, value]) => [name, textOf(value)] as const);
  const variables = new Map([
    ...Object.entries(known).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
    ...given,
  ]);
  // `--env NAME=` takes a variable away.
  for (const [name, value] of Object.entries(event.comment?.command.env ?? {})) {
    if (value === '') variables.delete(name);
    else variables.set(name, value);
  }
  return Object.fromEntries(variables);
}

function predefined(
  pkg: PackageConfig,
  event: CiEvent,
  facts: TestFacts,
  { own, others }: { own: TestedBuild | undefined; others: readonly TestedBuild[] },
): Record<string, string | undefined> {
  const { pullRequest, sha, tag } = event;
  const builds = [...(own === undefined ? [] : [own]), ...others];
  const downstream = pkg.downstream_package_name ?? undefined;
  const first = own?.packages?.[0];
  const installed = builds.flatMap(({ packages }) => packageNames(packages ?? []));
  return {
    PACKIT_FULL_REPO_NAME: projectPath(event.project),
    PACKIT_UPSTREAM_NAME: pkg.upstream_package_name ?? undefined,
    PACKIT_UPSTREAM_URL: pkg.upstream_project_url ?? undefined,
    PACKIT_DOWNSTREAM_NAME: downstream,
    PACKIT_DOWNSTREAM_URL:
      downstream === undefined
        ? undefined
        : `${pkg.dist_git_base_url}${pkg.dist_git_namespace ?? 'rpms'}/${downstream}.git`,
    PACKIT_PACKAGE_NAME: downstream,
    PACKIT_PACKAGE_NVR: first === undefined ? undefined : `${first.name}-${first.version}-${first.release}`,
    PACKIT_BUILD_LOG_URL: own?.logUrl,
    PACKIT_SRPM_URL: own?.srpmUrl,
    PACKIT_COMMIT_SHA: sha ?? pullRequest?.headSha,
    PACKIT_TAG_NAME: tag,
    PACKIT_SOURCE_SHA: pullRequest?.headSha ?? (pullRequest === undefined ? undefined : sha),
    PACKIT_TARGET_SHA: pullRequest === undefined ? undefined : facts.targetSha,
    PACKIT_SOURCE_BRANCH: pullRequest?.sourceBranch,
    PACKIT_TARGET_BRANCH: pullRequest?.targetBranch,
    PACKIT_SOURCE_URL: pullRequest === undefined ? undefined : facts.sourceUrl,
    PACKIT_TARGET_URL: pullRequest === undefined ? undefined : facts.projectUrl,
    PACKIT_PR_ID: pullRequest === undefined ? undefined : String(pullRequest.number),
    PACKIT_COPR_PROJECT: joined(builds.map(({ owner, project }) => `${owner}/${project}`)),
    PACKIT_COPR_BUILD_ID: own?.id,
    PACKIT_COPR_RPMS: joined(installed),
  };
}

/** `name-[epoch:]version-release.arch` of the binary packages. */
export function packageNames(packages: readonly BuiltPackage[]): string[] {
  return packages
    .filter(({ arch }) => arch !== 'src')
    .map(({ name, epoch, version, release, arch }) => {
      const numbered = epoch === 0 ? version : `${epoch}:${version}`;
      return `${name}-${numbered}-${release}.${arch}`;
    });
}

/** A variable is a text; YAML's other values are written as YAML writes them. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}

function joined(words: readonly string[]): string | undefined {
  return words.length === 0 ? undefined : words.join(' ');
}
