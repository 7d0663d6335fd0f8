/** The machine and the checkout: what is known about them, and what it means. */
import type { Environment } from '../../tools/process/index.ts';
import type { Finding } from './finding.ts';

const SYSTEMS: readonly (readonly [variable: string, name: string])[] = [
  // Forgejo and Gitea set GitHub's variables as well.
  ['FORGEJO_ACTIONS', 'Forgejo Actions'],
  ['GITEA_ACTIONS', 'Gitea Actions'],
  ['GITHUB_ACTIONS', 'GitHub Actions'],
  ['GITLAB_CI', 'GitLab CI'],
  ['JENKINS_URL', 'Jenkins'],
  ['CIRCLECI', 'CircleCI'],
  ['TF_BUILD', 'Azure Pipelines'],
  ['CI', 'a CI system'],
];

export function judgeCi(env: Environment): Finding {
  const found = SYSTEMS.find(([name]) => env[name] !== undefined && !['', 'false'].includes(env[name]));
  const says =
    found === undefined ? 'none: nothing in the environment names one' : `${found[1]} (${found[0]})`;
  return { area: 'machine', subject: 'CI', rating: 'ok', says };
}

/** @param error what the system said when a file was written there */
export function judgeDirectory(subject: string, directory: string, error: string | undefined): Finding {
  const finding = { area: 'machine', subject } as const;
  if (error === undefined) return { ...finding, rating: 'ok', says: `${directory} can be written` };
  const variable = subject === 'cache' ? 'XDG_CACHE_HOME' : 'TMPDIR';
  return {
    ...finding,
    rating: 'problem',
    says: `${directory} cannot be written: ${error}`,
    cure: `Make it writable (chmod u+rwx '${directory}'), or set ${variable} to a directory that is.`,
  };
}

/** @param remote to fetch from */
export function judgeClone(shallow: boolean, remote: string | undefined): Finding {
  const finding = { area: 'project', subject: 'history' } as const;
  if (!shallow) return { ...finding, rating: 'ok', says: 'complete' };
  return {
    ...finding,
    rating: 'warning',
    says: 'a shallow clone: versions are read from tags that it may lack',
    cure: `Run: git fetch --unshallow --tags ${remote ?? 'origin'}`,
    neededBy: ['srpm', 'build', 'test'],
  };
}

/** @param mode of the file; undefined where there is none */
export function judgeUserConfig(
  file: string | undefined,
  { mode, hasTokens }: { mode: number | undefined; hasTokens: boolean },
): Finding {
  const finding = { area: 'machine', subject: 'user configuration' } as const;
  if (file === undefined) return { ...finding, rating: 'ok', says: 'none' };
  if (hasTokens && mode !== undefined && (mode & 0o077) !== 0) {
    return {
      ...finding,
      rating: 'warning',
      says: `${file} holds tokens, and others may read it`,
      cure: `Run: chmod 600 '${file}'`,
    };
  }
  return { ...finding, rating: 'ok', says: file };
}
