import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { PackitError } from '../../errors.ts';
import { decode, gitText } from './git.ts';
import type { Git } from './git.ts';

/** Where a repository's pieces are. All paths absolute. */
export interface Layout {
  /** The top of the work tree. */
  top: string;
  /** Of this work tree: `.git`, or `.git/worktrees/<name>` of a linked one. */
  gitDir: string;
  /** Shared by all work trees: refs, objects, config. */
  commonDir: string;
  /** History was cut off (`git clone --depth`). */
  shallow: boolean;
  /** The directory asked from, relative to `top`: empty or ending in a slash. */
  prefix: string;
}

/**
 * Reads the layout of the repository around `git.dir`. An ordinary one is read from the file system; git is asked where
 * something is unusual, and for the words if there is none.
 * @throws PackitError GIT_NOT_A_REPOSITORY and others
 */
export async function readLayout(git: Git): Promise<Layout> {
  return findLayout(git.dir) ?? askLayout(git);
}

function findLayout(directory: string): Layout | undefined {
  const start = realpathSync(directory);
  for (let top = start; ; top = dirname(top)) {
    const entry = join(top, '.git');
    const stat = statSync(entry, { throwIfNoEntry: false });
    if (stat !== undefined) {
      const gitDir = stat.isDirectory() ? entry : followGitFile(entry, top);
      if (gitDir === undefined || !existsSync(join(gitDir, 'HEAD'))) return undefined;
      const shared = join(gitDir, 'commondir');
      const commonDir = existsSync(shared) ? resolve(gitDir, readFileSync(shared, 'utf8').trim()) : gitDir;
      if (!existsSync(join(commonDir, 'objects')) || hasOwnWorkTree(commonDir, gitDir)) return undefined;
      const below = relative(top, start);
      return {
        top,
        gitDir,
        commonDir,
        shallow: existsSync(join(commonDir, 'shallow')),
        prefix: below === '' ? '' : `${below}/`,
      };
    }
    // Inside of a bare repository or a git directory: git knows the words for that.
    if (existsSync(join(top, 'HEAD')) && existsSync(join(top, 'objects'))) return undefined;
    if (top === dirname(top)) return undefined;
  }
}

function followGitFile(file: string, top: string): string | undefined {
  const path = /^gitdir: (.+?)\s*$/.exec(readFileSync(file, 'utf8'))?.[1];
  return path === undefined ? undefined : resolve(top, path);
}

/** `core.worktree` puts the files elsewhere; a submodule has it as well. */
function hasOwnWorkTree(...directories: readonly string[]): boolean {
  return directories.some((directory) =>
    ['config', 'config.worktree'].some((name) => {
      const file = join(directory, name);
      return (
        existsSync(file) &&
        /^\s*(?:worktree|bare\s*=\s*true)\b|^\s*\[include/im.test(readFileSync(file, 'latin1'))
      );
    }),
  );
}

async function askLayout(git: Git): Promise<Layout> {
  const text = await gitText(git, [
    'rev-parse',
    '--show-toplevel',
    '--absolute-git-dir',
    '--git-common-dir',
    '--is-shallow-repository',
    '--show-prefix',
  ]);
  const [top, gitDir, commonDir, shallow, prefix] = text.split('\n');
  if (top === undefined || gitDir === undefined || commonDir === undefined) {
    throw new PackitError('GIT_NOT_A_REPOSITORY', `${git.dir} is not in a git work tree`);
  }
  return {
    top,
    gitDir,
    commonDir: resolve(git.dir, commonDir),
    shallow: shallow === 'true',
    prefix: prefix ?? '',
  };
}

/** What is checked out. */
export interface Head {
  /** 40 (or 64) hex digits; undefined before the first commit. */
  sha: string | undefined;
  /** Undefined if HEAD is detached. */
  branch: string | undefined;
  /** Tracked files differ from HEAD (submodules' own dirt not counted). */
  dirty: boolean;
}

/** Reads HEAD, the branch and whether tracked files were changed: one process, the index is not touched. */
export async function readHead(git: Git): Promise<Head> {
  const { stdout } = await git.exec(HEAD_QUESTION);
  return parseHead(decode(stdout));
}

/** `git status` in the form `parseHead` reads. */
export const HEAD_QUESTION: readonly string[] = [
  'status',
  '--porcelain=v2',
  '--branch',
  '--untracked-files=no',
  '--ignore-submodules=dirty',
  '-z',
];

/** Parses `git status --porcelain=v2 --branch -z`. */
export function parseHead(status: string): Head {
  const head: Head = { sha: undefined, branch: undefined, dirty: false };
  for (const line of status.split('\0')) {
    if (line.startsWith('# branch.oid ')) {
      const oid = line.slice('# branch.oid '.length);
      if (oid !== '(initial)') head.sha = oid;
    } else if (line.startsWith('# branch.head ')) {
      const branch = line.slice('# branch.head '.length);
      if (branch !== '(detached)') head.branch = branch;
    } else if (line !== '' && !line.startsWith('#')) {
      head.dirty = true;
    }
  }
  return head;
}

/** The full hash of a revision, or undefined if there is no such commit. */
export async function resolveCommit(git: Git, revision: string): Promise<string | undefined> {
  const text = await gitText(
    git,
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`],
    {
      okExitCodes: [0, 1, 128],
    },
  );
  return text === '' ? undefined : text;
}

/** Seconds since 1970 at which a commit was made (committer's clock). */
export async function commitTime(git: Git, revision = 'HEAD'): Promise<number> {
  const text = await gitText(git, ['log', '-1', '--no-show-signature', '--format=%ct', revision, '--']);
  return Number(text);
}

/** `Name <address>` of whom a commit is by. */
export async function commitAuthor(git: Git, revision: string): Promise<string> {
  return gitText(git, ['log', '-1', '--no-show-signature', '--format=%an <%ae>', revision, '--']);
}

/** What the configuration says of people and places. */
export interface ConfigFacts {
  /** Name and address git would commit with, if both are configured. */
  identity: { name: string; email: string } | undefined;
  /** In the order of the configuration; URLs may hold credentials. */
  remotes: Remote[];
}

export interface Remote {
  name: string;
  url: string;
}

/** Reads identity and remotes: one process. */
export async function readConfigFacts(git: Git): Promise<ConfigFacts> {
  const { stdout } = await git.exec(CONFIG_QUESTION, { okExitCodes: [0, 1] });
  return parseConfigFacts(decode(stdout));
}

/** Exits with 1 if nothing is configured. */
export const CONFIG_QUESTION: readonly string[] = [
  'config',
  '-z',
  '--get-regexp',
  '^(user\\.(name|email)|remote\\..*\\.url)$',
];

export function parseConfigFacts(text: string): ConfigFacts {
  const user = new Map<string, string>();
  const remotes: Remote[] = [];
  for (const entry of text.split('\0')) {
    const newline = entry.indexOf('\n');
    if (newline < 0) continue;
    const [key, value] = [entry.slice(0, newline), entry.slice(newline + 1)];
    if (key.startsWith('user.')) user.set(key, value);
    else {
      const name = key.slice('remote.'.length, -'.url'.length);
      if (!remotes.some((remote) => remote.name === name)) remotes.push({ name, url: value });
    }
  }
  const name = user.get('user.name');
  const email = user.get('user.email');
  const known = name !== undefined && email !== undefined && name !== '' && email !== '';
  return { identity: known ? { name, email } : undefined, remotes };
}

export async function readIdentity(git: Git): Promise<ConfigFacts['identity']> {
  return (await readConfigFacts(git)).identity;
}

export async function readRemotes(git: Git): Promise<Remote[]> {
  return (await readConfigFacts(git)).remotes;
}
