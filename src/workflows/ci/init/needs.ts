/** What the jobs of a configuration need in CI: services to log in to, and where their secrets come from. */
import type { LoadedConfig } from '../../../project/config/index.ts';
import type { CiSystem } from './system.ts';

export interface Needs {
  copr: boolean;
  testingFarm: boolean;
  /** Pull requests in dist-git: a token there, and Kerberos for the lookaside cache. */
  distGit: boolean;
  /** Builds in Koji, which knows users by Kerberos. */
  koji: boolean;
}

export interface Secret {
  name: string;
  /** `file`: a variable whose value the system puts into a file. `variable`: no secret, shown to everybody. */
  kind: 'secret' | 'file' | 'variable';
  /** What it holds and where it is to be had, one sentence. */
  holds: string;
}

export function needsOf({ jobs }: Pick<LoadedConfig, 'jobs'>): Needs {
  return {
    copr: jobs.some(({ job, skip_build: skip }) => job === 'copr_build' || (job === 'tests' && !skip)),
    testingFarm: jobs.some(({ job }) => job === 'tests'),
    distGit: jobs.some(({ job }) => job === 'propose_downstream'),
    koji: jobs.some(({ job }) => job === 'upstream_koji_build'),
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
      holds:
        'a project access token, role Developer, scope api: GitLab lets the token of a job set no statuses',
    });
  }
  if (needs.copr) {
    secrets.push({
      name: 'COPR_CONFIG',
      kind: file,
      holds: 'what https://copr.fedorainfracloud.org/api shows for ~/.config/copr; it ends after 180 days',
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
  if (needs.distGit || needs.koji) {
    secrets.push(
      { name: 'PACKIT_FAS_USER', kind: 'variable', holds: 'the Fedora account that does it' },
      {
        name: 'FEDORA_KEYTAB',
        kind: 'secret',
        holds: 'the keytab of that account, encoded: base64 -w0 FILE',
      },
    );
  }
  return secrets;
}
