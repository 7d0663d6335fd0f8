import { fetch, remoteBranches } from '../../tools/git/index.ts';
import { parseRepositoryUrl } from '../../remote/forge/index.ts';
import type { Forge, Project } from '../../remote/forge/index.ts';
import type { Access } from './access.ts';
import { readAhead } from './ahead.ts';
import type { Ahead } from './ahead.ts';
import type { ForgeSide } from './forge-side.ts';
import type { Repository } from './repository.ts';

/** Where requests come from: the user's fork, or another repository of the project. */
export interface Fork {
  /** For people: `the fork`. */
  readonly name: string;
  /** Undefined in a dry run that could not ask the forge. */
  readonly side: ForgeSide | undefined;
  /** Its branches and their commits when the run began; the history of those asked for is in `refs/packit/fork/`. */
  readonly branches: ReadonlyMap<string, string>;
  /** Where pushes go; makes the fork if there is none. */
  url(): Promise<string>;
}

export interface ForkOptions {
  /** Branches whose history is wanted. */
  names: readonly string[];
  credentials: Access['credentials'];
  /** Where the fork is. Default: the remote `fork` of the user's clone, else what the forge says. */
  url?: string | undefined;
  /** Default: `the fork`. */
  name?: string;
}

/** Which branches the fork has; the history of those named is fetched. Makes nothing. */
export async function openFork(
  repository: Repository,
  side: ForgeSide | undefined,
  options: ForkOptions,
): Promise<Fork> {
  const given = options.url ?? repository.forkUrl;
  return {
    name: options.name ?? 'the fork',
    side,
    branches: await readBranches(repository, side, { ...options, url: given }),
    url: async () => {
      if (given !== undefined) return given;
      if (side === undefined) throw new Error('no forge, no fork');
      return forkAddress(side.forge, await side.fork());
    },
  };
}

async function readBranches(
  repository: Repository,
  side: ForgeSide | undefined,
  { names, credentials, url: given }: ForkOptions,
): Promise<ReadonlyMap<string, string>> {
  if (side === undefined) return new Map();
  const url = given ?? (side.found === undefined ? undefined : forkAddress(side.forge, side.found));
  if (url === undefined) return new Map();
  const env = await credentials(url);
  const branches = await remoteBranches(repository.git, url, env);
  const present = names.filter((name) => branches.has(name));
  if (present.length > 0) {
    await fetch(repository.git, url, {
      refspecs: present.map((name) => `+refs/heads/${name}:refs/packit/fork/${name}`),
      env,
    });
  }
  return branches;
}

/** What is on a branch of the fork above `base`. `email` is the user's: such commits are packit's too. */
export async function readForkBranch(
  repository: Repository,
  fork: Fork | undefined,
  { name, base, email }: { name: string; base: string; email: string },
): Promise<Ahead> {
  if (fork?.branches.has(name) !== true) return { previous: undefined, foreign: [] };
  return readAhead(repository.git, `refs/packit/fork/${name}`, base, email);
}

/** A token serves git over https; Pagure's wants a key, unless it is reached without TLS. */
export function forkAddress(forge: Forge, fork: Project): string {
  const overHttp = forge.kind !== 'pagure' || forge.instanceUrl.startsWith('http:');
  return overHttp ? fork.gitUrls.https : (fork.gitUrls.ssh ?? fork.gitUrls.https);
}

/**
 * Where git pushes to a project: Pagure takes pushes with a key, over ssh, and by default none over https.
 * @param url what is pushed to otherwise
 */
export async function pushAddress(url: string, forgeAt: (url: string) => Promise<Forge>): Promise<string> {
  const place = /^https:/i.test(url) ? parseRepositoryUrl(url) : undefined;
  if (place === undefined) return url;
  const forge = await forgeAt(url).catch(() => undefined);
  if (forge?.kind !== 'pagure') return url;
  const project = await forge.getProject(place.project).catch(() => undefined);
  return project === undefined ? url : forkAddress(forge, project);
}
