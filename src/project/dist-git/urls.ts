import type { DistGitInstance } from './types.ts';

export interface PackageUrls {
  /** Where a person (and a forge's API) finds the package. */
  project: string;
  /** What git clones and fetches from: anonymous where the dist-git allows it. */
  fetch: string;
  /** What git pushes the package's own branches to. */
  push: string;
}

/** Addresses of one package's repository. `user` is the account to push as; without one nothing is assumed. */
export function packageUrls(instance: DistGitInstance, packageName: string, user?: string): PackageUrls {
  const path = instance.namespace === '' ? packageName : `${instance.namespace}/${packageName}`;
  const project = `${instance.baseUrl}${path}`;
  // Plain git finds `PACKAGE.git` by itself over ssh and on disk; some web servers do not.
  const fetch = /^https?:/.test(instance.baseUrl) ? `${project}.git` : project;
  return { project, fetch, push: pushUrl(instance, path, user) ?? fetch };
}

function pushUrl(instance: DistGitInstance, path: string, user: string | undefined): string | undefined {
  if (instance.pushBase === undefined) return undefined;
  if (!instance.pushBase.includes('{user}')) return `${instance.pushBase}${path}.git`;
  if (user === undefined || user === '') return undefined;
  return `${instance.pushBase.replace('{user}', encodeURIComponent(user))}${path}`;
}

/** The name a package has in the lookaside cache. */
export function lookasideName(instance: DistGitInstance, packageName: string): string {
  return instance.lookaside?.namespaced === false ? packageName : `rpms/${packageName}`;
}

/** True if `remote` (any spelling git takes) is a package repository of this dist-git. */
export function isRepositoryOf(instance: DistGitInstance, remote: string): boolean {
  const base = hostAndPath(instance.baseUrl);
  const found = hostAndPath(remote);
  if (base === undefined || found === undefined) return remote.startsWith(instance.baseUrl);
  if (found.host !== base.host && !instance.otherHosts.includes(found.host)) return false;
  const folder = found.path.split('/').slice(0, -1).join('/');
  return folder === [base.path, instance.namespace].filter((part) => part !== '').join('/');
}

function hostAndPath(url: string): { host: string; path: string } | undefined {
  const scp = /^(?:[^@/\s]+@)?([^:/\s]+):(?!\/\/)(.*)$/.exec(url);
  if (scp !== null) return { host: scp[1] ?? '', path: trimSlashes(scp[2] ?? '') };
  if (!URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  return { host: parsed.host, path: trimSlashes(parsed.pathname) };
}

function trimSlashes(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
