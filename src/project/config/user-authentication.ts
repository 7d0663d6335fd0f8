import type { ForgeKind } from '../../remote/forge/types.ts';

/** One entry of `authentication`. */
export interface ServiceCredentials {
  /** The key in the file: a host, a URL or the name of a kind of forge. */
  key: string;
  kind: ForgeKind | undefined;
  /** True if the entry says its `type`; else `kind` is a guess from its name, and the host is asked. */
  kindIsSaid: boolean;
  /** `https://host`, no trailing slash: as given, else taken from the key, else the kind's usual one. */
  instanceUrl: string | undefined;
  token: string | undefined;
}

const DEFAULT_INSTANCE: Readonly<Record<ForgeKind, string>> = {
  github: 'https://github.com',
  gitlab: 'https://gitlab.com',
  pagure: 'https://src.fedoraproject.org',
  forgejo: 'https://codeberg.org',
};

/** Hosts whose name does not say which forge they run. */
const KNOWN_HOSTS: Readonly<Record<string, ForgeKind>> = {
  'src.fedoraproject.org': 'pagure',
  'src.stg.fedoraproject.org': 'pagure',
  'pkgs.fedoraproject.org': 'pagure',
  'pkgs.stg.fedoraproject.org': 'pagure',
  'git.centos.org': 'pagure',
  'git.stg.centos.org': 'pagure',
  'codeberg.org': 'forgejo',
  'salsa.debian.org': 'gitlab',
  'framagit.org': 'gitlab',
  'code.videolan.org': 'gitlab',
  'source.puri.sm': 'gitlab',
};

/** The kind of forge a name, host or URL stands for, as far as it can be told from the text. */
export function kindOf(name: string): ForgeKind | undefined {
  const host = hostOf(name) ?? name.toLowerCase();
  const known = KNOWN_HOSTS[host];
  if (known !== undefined) return known;
  for (const kind of ['github', 'gitlab', 'pagure', 'forgejo'] as const) {
    if (host.includes(kind)) return kind;
  }
  return host.includes('gitea') ? 'forgejo' : undefined;
}

/** The entry a file's values make. */
export function credentialsOf(
  key: string,
  values: { token?: string | undefined; instance_url?: string | undefined; type?: string | undefined },
): ServiceCredentials {
  const kind = kindOf(values.type ?? key) ?? kindOf(key);
  const fromKey = /[.:]/.test(key) || key === 'localhost' ? withScheme(key) : undefined;
  const fallback = kind === undefined ? undefined : DEFAULT_INSTANCE[kind];
  const instance =
    values.instance_url === undefined ? (fromKey ?? fallback) : withScheme(values.instance_url);
  return {
    key,
    kind,
    kindIsSaid: values.type !== undefined && kindOf(values.type) !== undefined,
    instanceUrl: instance?.replace(/\/+$/, ''),
    token: values.token,
  };
}

/** The entry for a host. A token is never sent to another host than the one it was written down for. */
export function credentialsFor(
  host: string,
  entries: readonly ServiceCredentials[],
): ServiceCredentials | undefined {
  return entries.find((entry) => hostOf(entry.instanceUrl ?? '') === host.toLowerCase());
}

/** `host[:port]` of a URL or a bare host, in lower case. */
export function hostOf(text: string): string | undefined {
  const url = withScheme(text);
  return URL.canParse(url) ? new URL(url).host.toLowerCase() || undefined : undefined;
}

function withScheme(text: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/**
 * True if a token may be sent to an address: encrypted, to this very machine, or over plain http where the user's own
 * configuration says so (`instance_url: "http://..."`). A project's configuration cannot.
 */
export function mayCarryToken(url: string, entries: readonly ServiceCredentials[]): boolean {
  if (!/^http:/i.test(url)) return true;
  if (!URL.canParse(url)) return false;
  const { hostname, origin } = new URL(url);
  if (LOOPBACK.test(hostname)) return true;
  return entries.some(
    ({ instanceUrl }) =>
      instanceUrl !== undefined && URL.canParse(instanceUrl) && new URL(instanceUrl).origin === origin,
  );
}
