/**
 * The upstream project at its release. The user's checkout is only read: files come from a clone that
 * shares its objects, and where actions will run, each branch gets a whole private checkout.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PackitError, isPackitError } from '../../errors.ts';
import { makePrivateCheckout } from '../../project/workspace/index.ts';
import { createGit, fetch, listTags, readHead, resolveCommit } from '../../tools/git/index.ts';
import type { Git, Layout } from '../../tools/git/index.ts';
import type { Run } from '../../tools/process/index.ts';

/** A tree of upstream files. */
export interface UpstreamTree {
  /** False for a project that is not in git: the tree is then an empty directory, for actions to fill. */
  isRepository: boolean;
  /** Top of the repository, as actions and git see it. */
  root: string;
  /** The package's directory in it: `root`, or `paths[0]` of the configuration below it. */
  dir: string;
  /** Full hash of what is checked out; absent before the first commit and without a repository. */
  commit: string | undefined;
}

export interface UpstreamOptions {
  run: Run;
  /** git in the user's checkout. */
  git: Git;
  layout: Layout;
  scratch: string;
  /** `paths[0]`: the package's directory. */
  packagePath: string;
  /** Absent: the checkout's content as it is. */
  tag: string | undefined;
  /** Actions may write: every branch has a tree of its own. */
  writable: boolean;
  signal: AbortSignal;
  /** What to do about a tag that is missing. */
  hint: string;
}

/** Gives out trees; the first call makes what all share. */
export interface Upstream {
  tree(branch: string): Promise<UpstreamTree>;
}

export function createUpstream(options: UpstreamOptions): Upstream {
  let shared: Promise<UpstreamTree> | undefined;
  return {
    tree(branch) {
      if (options.writable) return privateTree(options, branch);
      shared ??= options.tag === undefined ? theCheckout(options) : sharedTree(options, options.tag);
      return shared;
    },
  };
}

/** Trees of a repository that is only opened when a file of it is needed. */
export function upstreamOf(open: () => Promise<Upstream>): Upstream {
  let opened: Promise<Upstream> | undefined;
  return { tree: async (branch) => (await (opened ??= open())).tree(branch) };
}

/** Trees of a project that is not in git: for each branch an empty directory called `name` below `scratch`. */
export function upstreamWithoutGit(scratch: string, name: string): Upstream {
  return {
    async tree(branch) {
      const root = join(scratch, 'upstream', branch.replaceAll('/', '_'), name);
      await mkdir(root, { recursive: true });
      return { isRepository: false, root, dir: root, commit: undefined };
    },
  };
}

async function theCheckout({ git, layout, packagePath }: UpstreamOptions): Promise<UpstreamTree> {
  const { sha } = await readHead(git);
  return { isRepository: true, root: layout.top, dir: join(layout.top, packagePath), commit: sha };
}

async function sharedTree(options: UpstreamOptions, tag: string): Promise<UpstreamTree> {
  const { run, layout, scratch, packagePath } = options;
  const root = join(scratch, 'upstream', basename(layout.top) || 'upstream');
  mkdirSync(join(scratch, 'upstream'), { recursive: true });
  const parent = createGit(run, scratch, { isolated: true });
  await parent.exec(['clone', '--quiet', '--shared', '--no-checkout', '--', layout.top, root]);
  const git = createGit(run, root, { isolated: true });
  const commit = await requireTag(git, options, tag);
  await git.exec(['checkout', '--quiet', '--force', '--detach', commit]);
  return { isRepository: true, root, dir: join(root, packagePath), commit };
}

async function privateTree(options: UpstreamOptions, branch: string): Promise<UpstreamTree> {
  const { run, layout, scratch, tag, packagePath } = options;
  const parent = join(scratch, 'upstream', branch.replaceAll('/', '_'));
  mkdirSync(parent, { recursive: true });
  const { root } = await makePrivateCheckout({ git: options.git, layout, parent, signal: options.signal });
  const git = createGit(run, root, { isolated: true });
  if (tag === undefined) {
    return { isRepository: true, root, dir: join(root, packagePath), commit: (await readHead(git)).sha };
  }
  const commit = await requireTag(git, options, tag);
  await git.exec(['checkout', '--quiet', '--force', '--detach', commit]);
  return { isRepository: true, root, dir: join(root, packagePath), commit };
}

/** The commit of a tag, fetched into packit's own clone if the checkout does not have it. */
async function requireTag(git: Git, options: UpstreamOptions, tag: string): Promise<string> {
  const present = await resolveCommit(git, `refs/tags/${tag}`);
  if (present !== undefined) return present;
  const url = await originOf(options.git);
  if (url !== undefined && !existsSync(url)) {
    try {
      await fetch(git, url, { refspecs: [`+refs/tags/${tag}:refs/tags/${tag}`] });
    } catch (error) {
      if (!isPackitError(error)) throw error;
    }
    const fetched = await resolveCommit(git, `refs/tags/${tag}`);
    if (fetched !== undefined) return fetched;
  }
  const tags = (await listTags(options.git)).slice(0, 5).map(({ name }) => name);
  throw new PackitError('UPSTREAM_TAG_MISSING', `The upstream repository has no tag ${tag}`, {
    hint: options.hint,
    details:
      tags.length === 0
        ? ['The repository has no tags at all; git fetch --tags brings them in.']
        : [`Newest tags: ${tags.join(', ')}`],
  });
}

async function originOf(git: Git): Promise<string | undefined> {
  const { stdout, exitCode } = await git.exec(['remote', 'get-url', 'origin'], { okExitCodes: [0, 2, 128] });
  return exitCode === 0 ? new TextDecoder().decode(stdout).trim() : undefined;
}
