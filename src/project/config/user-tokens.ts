import type { ForgeKind } from '../../remote/forge/types.ts';
import type { Environment, Redactor, Run } from '../../tools/process/index.ts';
import { credentialsFor, hostOf } from './user-authentication.ts';
import type { ServiceCredentials } from './user-authentication.ts';

export interface TokenLookup {
  /** `authentication` of the user configuration. */
  authentication: readonly ServiceCredentials[];
  env: Environment;
  redactor: Redactor;
  /** For `git credential fill`; without it credential helpers are not asked. */
  run?: Run;
  cwd?: string;
}

export interface FoundToken {
  token: string;
  /** For messages: `user configuration`, `GITHUB_TOKEN`, `git credential helper`. */
  source: string;
}

interface TokenVariables {
  names: readonly string[];
  /** Hosts these variables are for. A token must not go to whatever host a configuration names. */
  hosts: readonly string[];
  /** Variables that name one more host (a URL or a host name). */
  hostVariables: readonly string[];
}

const VARIABLES: Readonly<Record<ForgeKind, TokenVariables>> = {
  github: {
    names: ['PACKIT_GITHUB_TOKEN', 'GITHUB_TOKEN', 'GH_TOKEN'],
    hosts: ['github.com'],
    hostVariables: ['PACKIT_GITHUB_URL', 'GITHUB_SERVER_URL', 'GH_HOST'],
  },
  gitlab: {
    names: ['PACKIT_GITLAB_TOKEN', 'GITLAB_TOKEN', 'GITLAB_PRIVATE_TOKEN'],
    hosts: ['gitlab.com'],
    hostVariables: ['PACKIT_GITLAB_URL', 'GITLAB_HOST', 'CI_SERVER_HOST'],
  },
  pagure: {
    names: ['PACKIT_PAGURE_TOKEN', 'PAGURE_TOKEN'],
    hosts: ['src.fedoraproject.org', 'src.stg.fedoraproject.org', 'pagure.io', 'git.centos.org'],
    hostVariables: ['PACKIT_PAGURE_URL'],
  },
  forgejo: {
    names: ['PACKIT_FORGEJO_TOKEN', 'FORGEJO_TOKEN', 'GITEA_TOKEN'],
    hosts: ['codeberg.org', 'forge.fedoraproject.org', 'src.fedoraproject.org', 'src.stg.fedoraproject.org'],
    hostVariables: ['PACKIT_FORGEJO_URL'],
  },
};

const FORGE_KIND_NAMES = ['github', 'gitlab', 'pagure', 'forgejo'] as const satisfies readonly ForgeKind[];

const LOOPBACK = /^(?:localhost|127\.[\d.]+|\[::1\])(?::\d+)?$/;
const HELPER_TIMEOUT_MS = 20_000;

/**
 * The token for a host: the user configuration, the environment (`PACKIT_TOKEN_<HOST>`, then the
 * variables of the kind of forge), then git's credential helpers, which are never allowed to ask. Every
 * token found is registered with the redactor.
 */
export async function findToken(
  host: string,
  kind: ForgeKind,
  lookup: TokenLookup,
): Promise<FoundToken | undefined> {
  const found =
    fromUserConfig(host, lookup) ??
    fromEnvironment(host, kind, lookup.env) ??
    (await fromHelper(host, lookup));
  lookup.redactor.add(found?.token);
  return found;
}

/** `findToken` as the forge clients want it; each host is looked up once. */
export function createTokenLookup(
  lookup: TokenLookup,
): (host: string, kind: ForgeKind) => Promise<string | undefined> {
  const known = new Map<string, Promise<FoundToken | undefined>>();
  return async (host, kind) => {
    const id = `${kind} ${host}`;
    const found = known.get(id) ?? findToken(host, kind, lookup);
    known.set(id, found);
    return (await found)?.token;
  };
}

/**
 * Addresses that the tokens in the environment are for. Of `PACKIT_TOKEN_GITLAB_GNOME_ORG` it is only guessed what the host's name
 * is: what is not a letter or digit has become a `_`.
 */
export function tokenAddresses(env: Environment): string[] {
  const isSet = (name: string): boolean => (env[name] ?? '').trim() !== '';
  const ofKinds = FORGE_KIND_NAMES.flatMap((kind) => {
    const { names, hosts, hostVariables } = VARIABLES[kind];
    if (!names.some(isSet)) return [];
    const named = hostVariables.flatMap((name) => (isSet(name) ? [env[name]?.trim() ?? ''] : []));
    return named.length > 0 ? named : hosts.slice(0, 1);
  });
  const ofHosts = Object.keys(env).flatMap((name) => {
    const [, host] = /^PACKIT_TOKEN_([A-Z0-9_]+)$/.exec(name) ?? [];
    return host === undefined || !isSet(name)
      ? []
      : [host.toLowerCase().replaceAll('__', '-').replaceAll('_', '.')];
  });
  const addresses = [...ofKinds, ...ofHosts].map((text) => (text.includes('://') ? text : `https://${text}`));
  return [...new Set(addresses.filter((url) => URL.canParse(url)).map((url) => new URL(url).origin))];
}

/** How to give packit a token for a host, for the hint of an error. */
export function tokenHint(host: string, kind: ForgeKind): string {
  const variable = isTrusted(host, kind, {}) ? VARIABLES[kind].names[0] : hostVariable(host);
  return `Set ${variable}, or put the token into packit.yaml in your configuration directory (authentication: ${host}: token: ...).`;
}

function fromUserConfig(host: string, lookup: TokenLookup): FoundToken | undefined {
  const token = credentialsFor(host, lookup.authentication)?.token;
  return token === undefined || token === '' ? undefined : { token, source: 'user configuration' };
}

function fromEnvironment(host: string, kind: ForgeKind, env: Environment): FoundToken | undefined {
  const names = [hostVariable(host), ...(isTrusted(host, kind, env) ? VARIABLES[kind].names : [])];
  for (const name of names) {
    const token = env[name]?.trim();
    if (token !== undefined && token !== '') return { token, source: name };
  }
  return undefined;
}

function isTrusted(host: string, kind: ForgeKind, env: Environment): boolean {
  const { hosts, hostVariables } = VARIABLES[kind];
  const named = hostVariables.map((name) => hostOf(env[name] ?? ''));
  return hosts.includes(host) || named.includes(host) || LOOPBACK.test(host);
}

/** `PACKIT_TOKEN_GITLAB_GNOME_ORG` for `gitlab.gnome.org`, and for no other host: `-` becomes `__`. */
function hostVariable(host: string): string {
  return `PACKIT_TOKEN_${host
    .toUpperCase()
    .replaceAll('-', '__')
    .replace(/[^A-Z0-9_]+/g, '_')}`;
}

async function fromHelper(host: string, lookup: TokenLookup): Promise<FoundToken | undefined> {
  if (lookup.run === undefined || lookup.cwd === undefined) return undefined;
  try {
    const { stdout } = await lookup.run(['git', 'credential', 'fill'], {
      cwd: lookup.cwd,
      input: `protocol=https\nhost=${host}\n\n`,
      // Without a terminal and askpass programs git fails where no helper knows the answer.
      env: {
        GIT_TERMINAL_PROMPT: '0',
        GIT_ASKPASS: '',
        SSH_ASKPASS: '',
        GCM_INTERACTIVE: 'never',
        LC_ALL: 'C',
      },
      timeout: HELPER_TIMEOUT_MS,
    });
    const token = /^password=(.+)$/m.exec(stdout.toString('utf8'))?.[1];
    return token === undefined ? undefined : { token, source: 'git credential helper' };
  } catch {
    // No helper, no git, nothing stored: there is no token, which is the caller's affair.
    return undefined;
  }
}
