/** Forges: GitHub, GitLab, Pagure and Forgejo behind one set of capabilities. */
import type { HttpFetch } from '../http/index.ts';
import type { ClientOptions } from './api.ts';
import { detectForge } from './detect.ts';
import type { Detected, ForgeInstance } from './detect.ts';
import { refuseWrites } from './dry-run.ts';
import { requireRepositoryUrl } from './repository-url.ts';
import { followMove } from './move.ts';
import { createTransport } from './transport.ts';
import type { Transport } from './transport.ts';
import type { Forge, ForgeKind, TokenFor } from './types.ts';

export { FORGE_KINDS, forgeKindIn } from './types.ts';
export { accessChanges, syncAccess } from './access.ts';
export type { SyncedAccess } from './access.ts';
export { detectForge } from './detect.ts';
export type { Detected, ForgeInstance } from './detect.ts';
export { refuseWrites } from './dry-run.ts';
export { FORGE_NAME, tokenAdvice, tokenVariable } from './failure.ts';
export { ensureFork } from './fork.ts';
export { lowerCase, sameLogin } from './login.ts';
export type { EnsureForkOptions } from './fork.ts';
export { ensurePullRequest } from './pull-request.ts';
export type { EnsuredPullRequest } from './pull-request.ts';
export { parseRepositoryUrl, projectPath, requireRepositoryUrl, sameProject } from './repository-url.ts';
export type { RepositoryUrl } from './repository-url.ts';
export { shownState, statusDescription } from './statuses.ts';
export type * from './types.ts';

export interface CreateForgeOptions {
  /** Any address on the forge: a repository to clone, a project's page, the instance. */
  url: string;
  /** `HttpClient.fetch`: proxies, certificates, time limits, repeats. */
  fetch: HttpFetch;
  /** Known already: nothing is asked. */
  kind?: ForgeKind;
  token?: string;
  /** Asked if `token` is not given. */
  tokenFor?: TokenFor;
  /** What the user configuration says about forges. */
  instances?: readonly ForgeInstance[];
  /** Where it is remembered for a day which forge a host is. */
  cacheDir?: string;
  now?: () => Date;
  dryRun?: boolean;
  redactor?: { add(secret: string): void };
  signal?: AbortSignal;
}

/**
 * The forge an address belongs to, ready to be asked. In a dry run every write is refused.
 *
 * @throws PackitError REPOSITORY_URL_INVALID
 * @throws ServiceError FORGE_UNREACHABLE, FORGE_UNKNOWN (see `detectForge`)
 */
export async function createForge(options: CreateForgeOptions): Promise<Forge> {
  const send = createTransport({
    fetch: options.fetch,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const instanceUrl = instanceUrlOf(options.url);
  const { kind } = options;
  const detected: Detected =
    kind === undefined
      ? await detectForge({ ...options, instanceUrl, send })
      : { kind, instanceUrl: configuredUrl(instanceUrl, options.instances), from: 'configuration' };
  const forge = await connect(detected, send, options);
  if (detected.from !== 'cache') return guarded(forge, options);
  const moved = followMove(forge, async () => {
    const again = await detectForge({ ...options, instanceUrl, send, fresh: true });
    return again.kind === detected.kind ? undefined : connect(again, send, options);
  });
  return guarded(moved, options);
}

function guarded(forge: Forge, options: CreateForgeOptions): Forge {
  return options.dryRun === true ? refuseWrites(forge) : forge;
}

async function connect(
  { kind, instanceUrl }: Detected,
  send: Transport,
  options: CreateForgeOptions,
): Promise<Forge> {
  const token = options.token ?? (await options.tokenFor?.(new URL(instanceUrl).host, kind));
  const client: ClientOptions = { instanceUrl, send };
  if (token !== undefined && token !== '') {
    client.token = token;
    options.redactor?.add(token);
  }
  const create = await CLIENTS[kind]();
  return create(client);
}

/** A command that talks to one forge does not load the clients of the others. */
const CLIENTS: Readonly<Record<ForgeKind, () => Promise<(options: ClientOptions) => Forge>>> = {
  github: async () => (await import('./github/index.ts')).createGitHub,
  gitlab: async () => (await import('./gitlab/index.ts')).createGitLab,
  pagure: async () => (await import('./pagure/index.ts')).createPagure,
  forgejo: async () => (await import('./forgejo/index.ts')).createForgejo,
};

function instanceUrlOf(url: string): string {
  if (/^https?:\/\/[^/]+\/?$/i.test(url)) return new URL(url).origin;
  return requireRepositoryUrl(url).instanceUrl;
}

function configuredUrl(instanceUrl: string, instances: readonly ForgeInstance[] = []): string {
  const { host } = new URL(instanceUrl);
  const configured = instances.find(
    (instance) => URL.canParse(instance.instanceUrl) && new URL(instance.instanceUrl).host === host,
  );
  return (configured?.instanceUrl ?? instanceUrl).replace(/\/+$/, '');
}
