/** The services of a configuration, and what their answers mean. */
import type { DistGitInstance } from '../../project/dist-git/index.ts';
import type { Environment } from '../../tools/process/index.ts';
import { BODHI_URL } from '../../remote/bodhi/index.ts';
import { KOJI_URL } from '../../remote/koji/index.ts';
import type { Finding } from './finding.ts';

export interface Service {
  name: string;
  url: string;
  neededBy: readonly string[];
}

export interface Configured {
  env: Environment;
  distGit: DistGitInstance;
  copr: string | undefined;
  testingFarm: string | undefined;
  obs: string | undefined;
  /** Addresses of forges beside the one of dist-git. */
  forges: readonly string[];
}

const RELEASES = ['propose-update', 'pull-from-upstream'];

/** What commands would contact with this configuration: nothing else is. Each host once. */
export function servicesOf({ env, distGit, copr, testingFarm, obs, forges }: Configured): Service[] {
  const fedora = distGit.name.startsWith('fedpkg');
  const koji = set(env.PACKIT_KOJI_URL) ?? (fedora ? KOJI_URL : undefined);
  const bodhi = set(env.PACKIT_BODHI_URL) ?? (fedora ? BODHI_URL : undefined);
  const anitya = set(env.PACKIT_ANITYA_URL) ?? (fedora ? 'https://release-monitoring.org' : undefined);
  const wanted: [string, string | undefined, readonly string[]][] = [
    ['dist-git', distGit.baseUrl, [...RELEASES, 'status']],
    ...forges.map((url): [string, string, readonly string[]] => ['forge', url, RELEASES]),
    ['lookaside cache', distGit.lookaside?.url, RELEASES],
    ['Koji', koji, ['build in-koji', 'create-update', 'status']],
    ['Bodhi', bodhi, ['create-update', 'push-updates', 'branch aliases']],
    ['release-monitoring', anitya, ['pull-from-upstream', 'status']],
    ['Copr', copr, ['build in-copr', 'status']],
    ['Testing Farm', testingFarm, ['ci']],
    ['OBS', obs, ['build in-obs']],
  ];
  const seen = new Set<string>();
  return wanted.flatMap(([name, url, neededBy]) => {
    if (url === undefined || !/^https?:/i.test(url) || !URL.canParse(url)) return [];
    const { origin } = new URL(url);
    if (seen.has(origin)) return [];
    seen.add(origin);
    return [{ name, url, neededBy }];
  });
}

export type Answer =
  | { milliseconds: number; status: number }
  /** None came. */
  | { failed: string; hint?: string | undefined };

export function judgeService({ name, url, neededBy }: Service, answer: Answer): Finding {
  const finding = { area: 'services', subject: name, neededBy } as const;
  const { host } = new URL(url);
  if ('failed' in answer) {
    return {
      ...finding,
      rating: 'problem',
      // Of the address the host is enough.
      says: `${host} does not answer: ${answer.failed.replace(/ \([A-Z]+ https?:[^)]*\)$/, '')}`,
      cure: answer.hint ?? 'Check the network, and HTTPS_PROXY and NO_PROXY if there is a proxy.',
    };
  }
  const { status, milliseconds } = answer;
  // 500 is what some say to a question that they do not understand.
  if (status > 500) {
    return {
      ...finding,
      rating: 'problem',
      says: `${host} has a problem of its own (HTTP ${status})`,
      cure: 'Try again later.',
    };
  }
  return { ...finding, rating: 'ok', says: `${host} answers in ${Math.round(milliseconds)} ms` };
}

function set(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}
