/**
 * packit's own copy of a repository: bare, with one work tree for each branch. A clone the user
 * has lends its objects and the address of its remote; nothing is written to it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isPackitError } from '../../errors.ts';
import type { PackitError } from '../../errors.ts';
import { createGit, fetch, gitText, readLayout, readRemotes } from '../../tools/git/index.ts';
import type { Git } from '../../tools/git/index.ts';
import type { Environment, Run } from '../../tools/process/index.ts';

export interface Repository {
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

/** What is said where there is no such repository: whose it is, and what to do. */
export interface RepositoryErrors {
  /** Nothing is there, or it may not be read. */
  notFound(url: string | undefined, cause: PackitError): PackitError;
  /** What the user named is no clone, or (without a cause) one without a remote. */
  notAClone(path: string, cause?: PackitError): PackitError;
}

export interface RepositoryOptions {
  run: Run;
  /** Where the copy is made; must not be there yet. */
  directory: string;
  /** What is tried where the user has no clone: anonymous access first, then with the account's key. */
  urls?: { fetch: string; push: string } | undefined;
  /** A clone the user has. */
  existing?: string | undefined;
  /** Name of its remote that counts. Default: `origin`, else the first. */
  remote?: string | undefined;
  /** Directories of further objects that can be borrowed. */
  objects?: readonly string[];
  /** Gives git the credentials for an address. */
  credentials: (url: string) => Promise<Environment>;
  errors: RepositoryErrors;
}

/**
 * Asks the server for its branches and prepares the copy; nothing is fetched yet.
 * @throws PackitError those of `errors`, and git's own
 */
export async function openRepository(options: RepositoryOptions): Promise<Repository> {
  const { run, directory, urls, objects = [] } = options;
  const existing = options.existing === undefined ? undefined : await readClone(options, options.existing);
  const parent = createGit(run, dirname(directory), { isolated: true });
  await parent.exec(['init', '--quiet', '--bare', basename(directory)]);
  const git = createGit(run, directory, { isolated: true });
  borrowObjects(directory, [...(existing?.objects ?? []), ...objects]);
  const candidates = existing === undefined ? [urls?.fetch, urls?.push] : [existing.url];
  const { url, heads } = await firstThatAnswers(
    git,
    [...new Set(candidates.filter((candidate) => candidate !== undefined))],
    options,
  );
  await git.exec(['remote', 'add', 'origin', url]);
  return {
    git,
    url,
    pushUrl: existing?.pushUrl ?? (existing === undefined ? (urls?.push ?? url) : url),
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

async function readClone({ run, remote, errors }: RepositoryOptions, path: string): Promise<UserClone> {
  const git = createGit(run, path);
  try {
    const [layout, remotes] = await Promise.all([readLayout(git), readRemotes(git)]);
    const origin = remotes.find(({ name }) => name === (remote ?? 'origin')) ?? remotes[0];
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
    throw errors.notAClone(path, error);
  }
  throw errors.notAClone(path);
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

async function firstThatAnswers(
  git: Git,
  urls: readonly string[],
  options: RepositoryOptions,
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
  throw options.errors.notFound(urls[0], failure);
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
  repository: Repository,
  names: readonly string[],
  env: Environment,
): Promise<void> {
  const refspecs = [...new Set(names)]
    .filter((name) => repository.branches.has(name))
    .map((name) => `+refs/heads/${name}:refs/remotes/origin/${name}`);
  if (refspecs.length > 0) await fetch(repository.git, 'origin', { refspecs, env });
}

function createQueue(): Repository['serially'] {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work, work);
    last = result.catch(() => undefined);
    return result;
  };
}
