/** Which dist-git a package lives in. */
import type { Problems } from './problems.ts';
import type { YamlNode } from './yaml/index.ts';

export interface DistGitInstance {
  /** Ends with a slash. */
  url: string;
  namespace: string | null;
}

export interface KnownInstance {
  readonly url: string;
  readonly namespace: string;
}

/** Where nothing is said. */
export const FEDORA: KnownInstance = { url: 'https://src.fedoraproject.org/', namespace: 'rpms' };

/** Packaging tools and the dist-git each works with. `{sig}` stands for the key `sig`. */
export const DIST_GIT_INSTANCES: Readonly<Record<string, KnownInstance>> = {
  fedpkg: FEDORA,
  'fedpkg-stage': { url: 'https://src.stg.fedoraproject.org/', namespace: 'rpms' },
  centpkg: { url: 'https://gitlab.com/', namespace: 'redhat/centos-stream/rpms' },
  'centpkg-sig': { url: 'https://gitlab.com/', namespace: 'CentOS/{sig}/rpms' },
};

export interface DistGitKeys {
  dist_git_base_url: string | null;
  dist_git_namespace: string | null;
  pkg_tool: string | null;
  sig: string | null;
}

export interface DistGitPlace {
  readonly problems: Problems;
  readonly path: string;
  readonly baseUrl: YamlNode | undefined;
  readonly pkgTool: YamlNode | undefined;
}

/**
 * The keys come first: the URL with its namespace, then the packaging tool; then the variables `DISTGIT_URL` and
 * `DISTGIT_NAMESPACE`, then Fedora. A namespace without a URL has no effect, as in the reference.
 */
export function distGitInstance(
  keys: DistGitKeys,
  env: Readonly<Record<string, string | undefined>>,
  place: DistGitPlace,
): DistGitInstance {
  const { problems, path } = place;
  if (keys.dist_git_base_url !== null) {
    const url = baseUrl(keys.dist_git_base_url);
    if (url !== undefined) return { url, namespace: keys.dist_git_namespace };
    problems.error('CONFIG_VALUE', `"${keys.dist_git_base_url}" is not the address of a server`, {
      path,
      node: place.baseUrl,
      hint: 'Write it as "https://src.fedoraproject.org/".',
    });
  } else if (keys.pkg_tool !== null && keys.pkg_tool !== '') {
    const known = Object.hasOwn(DIST_GIT_INSTANCES, keys.pkg_tool)
      ? DIST_GIT_INSTANCES[keys.pkg_tool]
      : undefined;
    if (known !== undefined) {
      const namespace = keys.sig === null ? known.namespace : known.namespace.replaceAll('{sig}', keys.sig);
      return { url: known.url, namespace };
    }
    problems.error('CONFIG_VALUE', `There is no packaging tool "${keys.pkg_tool}"`, {
      path,
      node: place.pkgTool,
      hint: `Allowed: ${Object.keys(DIST_GIT_INSTANCES).join(', ')}.`,
    });
  } else if (env.DISTGIT_URL !== undefined) {
    const url = baseUrl(env.DISTGIT_URL);
    if (url !== undefined) return { url, namespace: env.DISTGIT_NAMESPACE ?? null };
    problems.error('CONFIG_VALUE', `The variable DISTGIT_URL holds no address: "${env.DISTGIT_URL}"`, {
      path: '',
      hint: 'Write it as "https://src.fedoraproject.org/", or unset it.',
    });
  }
  return FEDORA;
}

/**
 * An http(s) address, or one without a scheme, is cut to `https://HOST/`, as the reference does. What the reference
 * would turn into something that cannot work is kept: an explicit port (and then the scheme), ssh, git and file URLs, paths.
 */
function baseUrl(given: string): string | undefined {
  const url = given.replace(/\/+$/, '');
  if (/^(?:file|ssh|git|git\+ssh):\/\//.test(url) || url.startsWith('/') || /^[\w.-]+@[\w.-]+:/.test(url)) {
    return `${url}/`;
  }
  const match = /^(?:(https?|git\+https):\/\/)?(?:[^/@]*@)?([^/:@?#]+)(:[0-9]+)?(?:[/?#:].*)?$/i.exec(url);
  if (match === null) return undefined;
  const [, scheme = 'https', host = '', port] = match;
  return port === undefined ? `https://${host.toLowerCase()}/` : `${scheme}://${host.toLowerCase()}${port}/`;
}
