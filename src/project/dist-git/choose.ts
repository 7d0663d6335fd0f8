import { PackitError } from '../../errors.ts';
import { INSTANCES, PKG_TOOLS, isPkgTool } from './instances.ts';
import type { DistGitInstance } from './types.ts';

/** The part of a package's configuration that says which dist-git it is in. */
export interface DistGitChoice {
  dist_git_base_url?: string | null | undefined;
  dist_git_namespace?: string | null | undefined;
  pkg_tool?: string | null | undefined;
  sig?: string | null | undefined;
}

export interface ChooseOptions {
  env: Readonly<Record<string, string | undefined>>;
  /** `pkg_tool` of the user's own configuration: what a package that names none falls back to. */
  defaultPkgTool?: string | undefined;
}

/**
 * The dist-git of a package: `dist_git_base_url` with `dist_git_namespace`, else `pkg_tool`, else the
 * variables `DISTGIT_URL` and `DISTGIT_NAMESPACE`, else the user's `pkg_tool`, else Fedora's. A dist-git
 * given by URL has the lookaside cache of the package's `pkg_tool`, if it names one; `DISTGIT_LOOKASIDE_URL`
 * and `DISTGIT_LOOKASIDE_CGI` name another for any dist-git, `DISTGIT_LOOKASIDE_AUTH` how to log in there.
 * @throws PackitError `DIST_GIT_UNKNOWN_TOOL`, `DIST_GIT_SIG_MISSING`, `DIST_GIT_URL_INVALID`
 */
export function chooseDistGit(choice: DistGitChoice, options: ChooseOptions): DistGitInstance {
  const { env } = options;
  const named = hasText(choice.pkg_tool) ? knownTool(choice.pkg_tool, choice.sig) : undefined;
  const instance = hasText(choice.dist_git_base_url)
    ? configuredInstance(choice.dist_git_base_url, choice.dist_git_namespace, named?.())
    : named !== undefined
      ? named()
      : hasText(env.DISTGIT_URL)
        ? configuredInstance(env.DISTGIT_URL, env.DISTGIT_NAMESPACE, undefined)
        : knownTool(options.defaultPkgTool ?? 'fedpkg', choice.sig)();
  return withLookaside(instance, env);
}

function knownTool(name: string, sig: string | null | undefined): () => DistGitInstance {
  return () => {
    if (!isPkgTool(name)) {
      throw new PackitError('DIST_GIT_UNKNOWN_TOOL', `There is no dist-git for pkg_tool: ${name}`, {
        hint: `Use one of ${PKG_TOOLS.join(', ')}, or name the dist-git with dist_git_base_url and dist_git_namespace.`,
      });
    }
    const instance = INSTANCES[name];
    if (!instance.namespace.includes('{sig}')) return instance;
    if (!hasText(sig)) {
      throw new PackitError('DIST_GIT_SIG_MISSING', `pkg_tool: ${name} needs to know the SIG`, {
        hint: 'Set "sig" to the name of the special interest group that owns the package.',
      });
    }
    return { ...instance, namespace: instance.namespace.replace('{sig}', sig) };
  };
}

function configuredInstance(
  url: string,
  namespace: string | null | undefined,
  tool: DistGitInstance | undefined,
): DistGitInstance {
  const baseUrl = normaliseBaseUrl(url);
  const cleanNamespace = (namespace ?? '').replace(/^\/+|\/+$/g, '');
  const known = Object.values(INSTANCES).find(
    (instance) => hostsOf(instance).includes(baseUrl) && instance.namespace === cleanNamespace,
  );
  if (known !== undefined) return known;
  if (tool?.baseUrl === baseUrl && tool.namespace === cleanNamespace) return tool;
  return {
    name: 'configured',
    baseUrl,
    namespace: cleanNamespace,
    otherHosts: [],
    ...(tool?.lookaside === undefined ? {} : { lookaside: tool.lookaside }),
    ...(tool?.realm === undefined ? {} : { realm: tool.realm }),
  };
}

/**
 * A base URL every package path can be appended to. Of an http(s) URL only the origin counts, as in the
 * reference; a URL of any other kind git understands is kept whole.
 */
export function normaliseBaseUrl(url: string): string {
  if (/^https?:/i.test(url)) {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (parsed === undefined || parsed.hostname === '') {
      throw new PackitError('DIST_GIT_URL_INVALID', `Not a URL of a dist-git: ${url}`, {
        hint: 'Set dist_git_base_url to something like https://src.fedoraproject.org/.',
      });
    }
    return `${parsed.origin}/`;
  }
  if (!/^[a-z][a-z0-9+.-]*:\/\/|^\/|^[^\s/:]+@?[^\s/:]*:/i.test(url)) {
    // A bare host name.
    return `https://${url.replace(/\/.*$/, '')}/`;
  }
  // `git@host:` of scp-like addresses takes no slash.
  return url.endsWith('/') || /^[^/]+:$/.test(url) ? url : `${url}/`;
}

function hostsOf(instance: DistGitInstance): string[] {
  return [instance.baseUrl, ...instance.otherHosts.map((host) => `https://${host}/`)];
}

const AUTHENTICATIONS = ['kerberos', 'certificate', 'none'] as const;

function withLookaside(instance: DistGitInstance, env: ChooseOptions['env']): DistGitInstance {
  const url = env.DISTGIT_LOOKASIDE_URL;
  if (!hasText(url)) return instance;
  const base = url.replace(/\/+$/, '');
  const cgi = hasText(env.DISTGIT_LOOKASIDE_CGI) ? env.DISTGIT_LOOKASIDE_CGI : `${base}/upload.cgi`;
  const lookaside = instance.lookaside ?? {
    hash: 'sha512' as const,
    namespaced: true,
    auth: 'kerberos' as const,
  };
  const auth = AUTHENTICATIONS.find((known) => known === env.DISTGIT_LOOKASIDE_AUTH) ?? lookaside.auth;
  return { ...instance, lookaside: { ...lookaside, url: base, cgi, auth } };
}

function hasText(value: string | null | undefined): value is string {
  return value !== undefined && value !== null && value.trim() !== '';
}
