/** What the jobs of a configuration need in CI: services to log in to, and where their secrets come from. */
import type { JobType, LoadedConfig } from '../../../project/config/index.ts';
import type { CiSystem } from './system.ts';

export interface Needs {
  copr: boolean;
  testingFarm: boolean;
  imageBuilder: boolean;
  /** Pull requests in dist-git for releases: a token there, and Kerberos for the lookaside cache. */
  distGit: boolean;
  /** What runs for other events needs Kerberos: builds in Koji, updates, uploads. */
  kerberos: boolean;
  /** What runs for other events needs git and rpm. */
  tools: boolean;
}

export interface Secret {
  name: string;
  /** `file`: a variable whose value the system puts into a file. `variable`: no secret, shown to everybody. */
  kind: 'secret' | 'file' | 'variable';
  /** What it holds and where it is to be had, one sentence that fits into a line. */
  holds: string;
}

/** @param inDistGit the repository is a package's; jobs that only start there count nowhere else, though projects have them */
export function needsOf({ jobs }: Pick<LoadedConfig, 'jobs'>, inDistGit: boolean): Needs {
  const has = (...types: readonly JobType[]): boolean => jobs.some(({ job }) => types.includes(job));
  const kerberos = inDistGit
    ? has('koji_build', 'koji_build_tag', 'bodhi_update', 'pull_from_upstream')
    : has('upstream_koji_build');
  return {
    copr: jobs.some(({ job, skip_build: skip }) => job === 'copr_build' || (job === 'tests' && !skip)),
    testingFarm: has('tests'),
    imageBuilder: has('vm_image_build'),
    distGit: !inDistGit && has('propose_downstream'),
    kerberos,
    tools: kerberos || (inDistGit && has('sync_from_downstream')),
  };
}

/** What has to be set in the project's settings before the first run, most needed first. */
export function secretsFor(system: CiSystem, needs: Needs): Secret[] {
  const secrets: Secret[] = [];
  const file = system === 'gitlab' ? 'file' : 'secret';
  if (system === 'gitlab') {
    secrets.push({
      name: 'PACKIT_GITLAB_TOKEN',
      kind: 'secret',
      holds: "a project access token (Developer, api): a job's own may set no statuses",
    });
  }
  if (needs.copr) {
    secrets.push({
      name: 'COPR_CONFIG',
      kind: file,
      holds: 'what https://copr.fedorainfracloud.org/api shows; it ends after 180 days',
    });
  }
  if (needs.testingFarm) {
    secrets.push({
      name: 'TESTING_FARM_API_TOKEN',
      kind: 'secret',
      holds: 'an API token of Testing Farm, see https://docs.testing-farm.io',
    });
  }
  if (needs.distGit) {
    secrets.push({
      name: 'PACKIT_PAGURE_TOKEN',
      kind: 'secret',
      holds: 'an API token from https://src.fedoraproject.org/settings#nav-api-tab',
    });
  }
  if (needs.distGit || needs.kerberos) {
    secrets.push(
      { name: 'FAS_USER', kind: 'variable', holds: 'the Fedora account that does it; no secret' },
      {
        name: 'FEDORA_KEYTAB',
        kind: 'secret',
        holds: 'the keytab of that account, as `base64 -w0 FILE` prints it',
      },
    );
  }
  if (needs.imageBuilder) {
    secrets.push({
      name: 'REDHAT_API_TOKEN',
      kind: 'secret',
      holds: 'an offline token from https://access.redhat.com/management/api',
    });
  }
  return secrets;
}
