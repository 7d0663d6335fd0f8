import { PackitError } from '../../errors.ts';
import type { ProjectRef } from './types.ts';

export interface RepositoryUrl {
  /** The host of the forge's web pages and API, with a port if the URL was HTTP with one. */
  host: string;
  /** Scheme and host of the web pages: `https://src.fedoraproject.org`. */
  instanceUrl: string;
  protocol: 'https' | 'http' | 'ssh' | 'git';
  /** The account in an ssh URL. */
  sshUser: string | undefined;
  project: ProjectRef;
}

/** Hosts that serve git over ssh for a forge whose pages are elsewhere. */
const WEB_HOST: Readonly<Record<string, string>> = {
  'pkgs.fedoraproject.org': 'src.fedoraproject.org',
  'pkgs.stg.fedoraproject.org': 'src.stg.fedoraproject.org',
  'ssh.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
  'altssh.bitbucket.org': 'bitbucket.org',
  'ssh.gitlab.gnome.org': 'gitlab.gnome.org',
};
const SCP_LIKE = /^(?:([^@/:\s]+)@)?([^/:\s]+):(?!\/\/)(.+)$/;
const WITH_SCHEME = /^(?:git\+)?(https?|ssh|git):\/\//i;

/**
 * Takes a repository's address apart: https, http, ssh and git URLs, with or without `git+`, the scp-like
 * `git@host:path`, and `host/path` without a scheme. Knows Pagure's forks (`/fork/USER/NS/REPO`, in git URLs
 * `/forks/`), GitLab's subgroups and pages below `/-/`. A password in the URL is dropped.
 *
 * @returns undefined for what names no project on a host: a path, a `file:` URL, a bare host.
 */
export function parseRepositoryUrl(text: string): RepositoryUrl | undefined {
  const place = locate(text.trim());
  if (place === undefined) return undefined;
  const project = projectFromPath(place.path);
  if (project === undefined) return undefined;
  const { protocol, sshUser } = place;
  const overSsh = protocol === 'ssh';
  const host = WEB_HOST[place.hostname] ?? (overSsh || protocol === 'git' ? place.hostname : place.host);
  return {
    host,
    instanceUrl: `${protocol === 'http' ? 'http' : 'https'}://${host}`,
    protocol,
    sshUser: overSsh ? sshUser : undefined,
    project,
  };
}

/** Like `parseRepositoryUrl`. @throws PackitError REPOSITORY_URL_INVALID */
export function requireRepositoryUrl(text: string): RepositoryUrl {
  const parsed = parseRepositoryUrl(text);
  if (parsed !== undefined) return parsed;
  throw new PackitError(
    'REPOSITORY_URL_INVALID',
    `Not the address of a project on a forge: ${withoutPassword(text)}`,
    {
      hint: 'Expected something like https://HOST/NAMESPACE/NAME or git@HOST:NAMESPACE/NAME.git.',
    },
  );
}

interface Place {
  protocol: RepositoryUrl['protocol'];
  hostname: string;
  host: string;
  sshUser: string | undefined;
  path: string;
}

function locate(text: string): Place | undefined {
  const scheme = WITH_SCHEME.exec(text)?.[1]?.toLowerCase() as Place['protocol'] | undefined;
  if (scheme !== undefined) return fromUrl(scheme, text.replace(/^git\+/i, ''));
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^[./~\\]/.test(text) || /^[a-z]:[\\/]/i.test(text))
    return undefined;
  const scp = SCP_LIKE.exec(text);
  const [, user, host = '', path = ''] = scp ?? [];
  if (scp !== null && !/^\d+\//.test(path)) {
    return { protocol: 'ssh', hostname: host.toLowerCase(), host: host.toLowerCase(), sshUser: user, path };
  }
  return text.includes('/') && /^[^/]*[.:]/.test(text) ? fromUrl('https', `https://${text}`) : undefined;
}

function fromUrl(protocol: Place['protocol'], text: string): Place | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  if (url.hostname === '') return undefined;
  const sshUser = url.username === '' ? undefined : decodeURIComponent(url.username);
  return {
    protocol,
    hostname: url.hostname.toLowerCase(),
    host: url.host.toLowerCase(),
    sshUser,
    path: url.pathname,
  };
}

/** `NS/NAME`, `NAME`, `fork/USER/NS/NAME`; undefined for an empty path. */
function projectFromPath(path: string): ProjectRef | undefined {
  const plain = path.split('/-/')[0] ?? '';
  const parts = plain
    .split('/')
    .filter((part) => part !== '' && part !== '~')
    .map(decoded);
  const last = parts.pop()?.replace(/\.git$/, '');
  if (last === undefined || last === '') return undefined;
  if ((parts[0] === 'fork' || parts[0] === 'forks') && parts[1] !== undefined) {
    return { namespace: parts.slice(2).join('/'), name: last, forkOwner: parts[1] };
  }
  return { namespace: parts.join('/'), name: last };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function withoutPassword(text: string): string {
  return text.replace(/\/\/[^/@]*@/, '//');
}

/** `rpms/hello`, `fork/jdoe/rpms/hello`: how messages and Pagure's API name a project. */
export function projectPath(project: ProjectRef): string {
  const parts = [project.namespace, project.name];
  if (project.forkOwner !== undefined) parts.unshift('fork', project.forkOwner);
  return parts.filter((part) => part !== '').join('/');
}

export function sameProject(a: ProjectRef | undefined, b: ProjectRef | undefined): boolean {
  return a !== undefined && b !== undefined && projectPath(a).toLowerCase() === projectPath(b).toLowerCase();
}
