/**
 * packit's own copy of a dist-git repository: bare, with one work tree for each branch. A clone the user
 * has lends its objects and the address of its origin; nothing is written to it.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PackitError, isPackitError } from '../../errors.ts';
import { createGit, fetch, gitText, readLayout, readRemotes } from '../../tools/git/index.ts';
import type { Git } from '../../tools/git/index.ts';
import type { Environment, Run } from '../../tools/process/index.ts';
import type { PackageUrls } from '../../project/dist-git/index.ts';

export interface DistGitRepository {
  /** git in the bare repository. */
  git: Git;
  /** What is fetched from. */
  url: string;
  pushUrl: string;
  defaultBranch: string;
  /** Branches of the server and their commits when the run began. */
  branches: ReadonlyMap<string, string>;
  /** The remote `fork` of a clone the user has. */
  forkUrl: string | undefined;
  /** git's administrative files of one repository are changed by one at a time. */
  serially: <T>(work: () => Promise<T>) => Promise<T>;
}

export interface OpenOptions {
  run: Run;
  /** A directory of this run. */
  scratch: string;
  packageName: string;
  urls: PackageUrls;
  /** A clone the user has. */
  existing?: string | undefined;
  /** Directory of repositories whose objects can be borrowed. */
  repositoryCache?: string | undefined;
  /** Gives git the credentials for an address. */
  credentials: (url: string) => Promise<Environment>;
}

/**
 * Asks the server for its branches and prepares the copy; nothing is fetched yet.
 * @throws PackitError `DIST_GIT_NOT_FOUND`, `DIST_GIT_PATH_INVALID`, and git's own
 */
export async function openDistGit(options: OpenOptions): Promise<DistGitRepository> {
  const { run, scratch, urls } = options;
  const existing = options.existing === undefined ? undefined : await readClone(run, options.existing);
  const dir = join(scratch, 'dist-git.git');
  const parent = createGit(run, scratch, { isolated: true });
  await parent.exec(['init', '--quiet', '--bare', dir]);
  const git = createGit(run, dir, { isolated: true });
  borrowObjects(dir, [...(existing?.objects ?? []), ...cachedObjects(options)]);
  const candidates = existing === undefined ? [...new Set([urls.fetch, urls.push])] : [existing.url];
  const { url, heads } = await firstThatAnswers(git, candidates, options);
  await git.exec(['remote', 'add', 'origin', url]);
  return {
    git,
    url,
    pushUrl: existing?.pushUrl ?? (existing === undefined ? urls.push : url),
    forkUrl: existing?.forkUrl,
    serially: createQueue(),
    ...heads,
  };
}

interface UserClone {
  url: string;
  pushUrl: string | undefined;
  forkUrl: string | undefined;
  objects: string[];
}

async function readClone(run: Run, path: string): Promise<UserClone> {
  const git = createGit(run, path);
  try {
    const [layout, remotes] = await Promise.all([readLayout(git), readRemotes(git)]);
    const origin = remotes.find(({ name }) => name === 'origin') ?? remotes[0];
    if (origin !== undefined) {
      const pushUrl = await gitText(git, ['remote', 'get-url', '--push', origin.name]);
      return {
        url: await gitText(git, ['remote', 'get-url', origin.name]),
        pushUrl,
        forkUrl: remotes.find(({ name }) => name === 'fork')?.url,
        objects: layout.shallow ? [] : [join(layout.commonDir, 'objects')],
      };
    }
  } catch (error) {
    if (!isPackitError(error) || error.code === 'GIT_NOT_INSTALLED') throw error;
    throw new PackitError(
      'DIST_GIT_PATH_INVALID',
      `--dist-git-path ${path} is not a clone of a dist-git repository`,
      {
        hint: 'Give the directory of an existing clone, or leave the option out: packit makes a clone of its own.',
        details: [error.message],
        cause: error,
      },
    );
  }
  throw new PackitError('DIST_GIT_PATH_INVALID', `The clone ${path} has no remote to fetch from`, {
    hint: `Add one: git -C ${path} remote add origin URL, or leave out --dist-git-path.`,
  });
}

function cachedObjects({ repositoryCache, packageName }: OpenOptions): string[] {
  if (repositoryCache === undefined) return [];
  return [`${packageName}/.git/objects`, `${packageName}/objects`, `${packageName}.git/objects`]
    .map((path) => join(repositoryCache, path))
    .filter((path) => existsSync(path));
}

function borrowObjects(dir: string, objects: readonly string[]): void {
  if (objects.length === 0) return;
  mkdirSync(join(dir, 'objects/info'), { recursive: true });
  writeFileSync(join(dir, 'objects/info/alternates'), objects.map((path) => `${path}\n`).join(''));
}

interface Heads {
  defaultBranch: string;
  branches: Map<string, string>;
}

/** Anonymous access first; where that is refused, with the account's key. */
async function firstThatAnswers(
  git: Git,
  urls: readonly string[],
  options: OpenOptions,
): Promise<{ url: string; heads: Heads }> {
  let failure: unknown;
  for (const url of urls) {
    try {
      const env = await options.credentials(url);
      const text = await gitText(
        git,
        ['ls-remote', '--symref', '--quiet', '--', url, 'HEAD', 'refs/heads/*'],
        { env },
      );
      return { url, heads: parseHeads(text) };
    } catch (error) {
      failure ??= error;
      if (!isPackitError(error) || !/AUTHENTICATION|NOT_FOUND/.test(error.code)) break;
    }
  }
  if (!isPackitError(failure) || !/AUTHENTICATION|NOT_FOUND|COMMAND_FAILED/.test(failure.code)) throw failure;
  throw new PackitError(
    'DIST_GIT_NOT_FOUND',
    `There is no dist-git repository for ${options.packageName} at ${urls[0]}, or it may not be read`,
    {
      hint: 'Check downstream_package_name (and dist_git_base_url, dist_git_namespace, pkg_tool). A new package needs its repository first: fedpkg request-repo.',
      details: failure.details,
      cause: failure,
    },
  );
}

/** Parses `git ls-remote --symref URL HEAD refs/heads/*`. */
export function parseHeads(text: string): Heads {
  const branches = new Map<string, string>();
  let head: string | undefined;
  for (const line of text.split('\n')) {
    const [left = '', ref = ''] = line.split('\t');
    if (ref.startsWith('refs/heads/')) branches.set(ref.slice('refs/heads/'.length), left);
    else if (ref === 'HEAD' && left.startsWith('ref: refs/heads/'))
      head = left.slice('ref: refs/heads/'.length);
  }
  const usual = ['rawhide', 'main', 'master'].find((name) => branches.has(name));
  return { branches, defaultBranch: head ?? usual ?? [...branches.keys()][0] ?? 'rawhide' };
}

/** Brings the branches that exist on the server into the copy, all at once. */
export async function fetchBranches(
  repository: DistGitRepository,
  names: readonly string[],
  env: Environment,
): Promise<void> {
  const refspecs = [...new Set(names)]
    .filter((name) => repository.branches.has(name))
    .map((name) => `+refs/heads/${name}:refs/remotes/origin/${name}`);
  if (refspecs.length > 0) await fetch(repository.git, 'origin', { refspecs, env });
}

function createQueue(): DistGitRepository['serially'] {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work, work);
    last = result.catch(() => undefined);
    return result;
  };
}
