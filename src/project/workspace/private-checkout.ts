import { Buffer } from 'node:buffer';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { PackitError, hasErrnoCode, messageOf } from '../../errors.ts';
import { displayRaw, listOtherFiles, readIdentity } from '../../tools/git/index.ts';
import type { Git, Layout } from '../../tools/git/index.ts';
import { copyTree, treeSize } from './copy-tree.ts';
import type { GitLinkFile } from './copy-tree.ts';
import { replicateGitDirectory, submoduleName, writePrivateSettings } from './git-directory.ts';

/** 1 GiB: what untracked and ignored files may take in a private checkout. */
const OTHER_FILES_LIMIT = 1024 ** 3;

export interface LeftOut {
  /** Relative to the repository's top. */
  path: string;
  bytes: number;
}

export interface PrivateCheckout {
  /** The top of the copy; its last component is that of the original. */
  root: string;
  /** Untracked and ignored files that were too large to copy. */
  leftOut: LeftOut[];
  /** Files this user may not read: not copied. */
  unreadable: string[];
  /** True if commits made there carry packit's own name, for none is configured. */
  botIdentity: boolean;
}

export interface PrivateCheckoutOptions {
  /** git in the user's repository. */
  git: Git;
  layout: Layout;
  /** An existing directory the copy is made in. */
  parent: string;
  limit?: number;
  signal?: AbortSignal;
}

const BOT = { name: 'Packit', email: 'packit@localhost' };

/**
 * Copies the user's checkout as it is: HEAD, branch, index, tags, remotes, submodules, changes to tracked files, untracked and
 * ignored files. Objects are borrowed from the original. The original is only read.
 * @throws PackitError DISK_FULL, CHECKOUT_COPY_FAILED
 */
export async function makePrivateCheckout(options: PrivateCheckoutOptions): Promise<PrivateCheckout> {
  const { git, layout, signal } = options;
  const root = join(options.parent, basename(layout.top) || 'checkout');
  const [leftOut, identity] = await Promise.all([chooseLeftOut(options), readIdentity(git)]);
  const unreadable: string[] = [];
  try {
    mkdirSync(root, { mode: 0o755 });
    const { links, unreadable: denied } = await copyTree({
      source: layout.top,
      target: root,
      // With TMPDIR inside of the checkout the copy must not hold itself.
      leaveOut: new Set([...leftOut.map(({ raw }) => raw), relativeRaw(layout.top, options.parent)]),
      ...(signal === undefined ? {} : { signal }),
    });
    replicateGitDirectory(layout, join(root, '.git'));
    await writePrivateSettings(git, join(root, '.git'), root, { identity: identity ?? BOT });
    unreadable.push(...denied.map(displayRaw));
    for (const link of links) await replicateSubmodule(options, root, link);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof PackitError) throw error;
    if (hasErrnoCode(error, 'ENOSPC')) {
      throw new PackitError(
        'DISK_FULL',
        `The disk is full: no space for a copy of the checkout in ${options.parent}`,
        {
          hint: 'Free some space, set TMPDIR to a directory on a larger disk, or run with --in-place (the actions then work on your checkout).',
          cause: error,
        },
      );
    }
    throw new PackitError('CHECKOUT_COPY_FAILED', `Cannot copy the checkout: ${messageOf(error)}`, {
      hint: 'Make the file readable or remove it, or run with --in-place (the actions then work on your checkout).',
      cause: error,
    });
  }
  return {
    root,
    leftOut: leftOut.map(({ raw, bytes }) => ({ path: displayRaw(raw), bytes })),
    unreadable,
    botIdentity: identity === undefined,
  };
}

interface Candidate {
  raw: string;
  bytes: number;
  ignored: boolean;
  directory: boolean;
}

/** The largest ignored directories, then whatever else is largest, until the rest is within the limit. */
async function chooseLeftOut({
  git,
  layout,
  limit = OTHER_FILES_LIMIT,
  signal,
}: PrivateCheckoutOptions): Promise<Candidate[]> {
  const { untracked, ignored } = await listOtherFiles({
    ...git,
    exec: (args, rest) => git.exec(args, { ...rest, cwd: layout.top }),
  });
  const candidates: Candidate[] = [];
  const covered = untracked.filter((path) => path.endsWith('/'));
  for (const path of [...untracked, ...ignored]) {
    const inside = covered.some((directory) => path !== directory && path.startsWith(directory));
    if (inside) continue;
    const raw = path.replace(/\/$/, '');
    const bytes = await treeSize(
      Buffer.concat([Buffer.from(`${layout.top}/`), Buffer.from(raw, 'latin1')]),
      signal,
    );
    candidates.push({ raw, bytes, ignored: ignored.includes(path), directory: path.endsWith('/') });
  }
  let total = candidates.reduce((sum, { bytes }) => sum + bytes, 0);
  const order = candidates.toSorted(
    (a, b) =>
      Number(b.ignored) - Number(a.ignored) || Number(b.directory) - Number(a.directory) || b.bytes - a.bytes,
  );
  const leftOut: Candidate[] = [];
  for (const candidate of order) {
    if (total <= limit) break;
    leftOut.push(candidate);
    total -= candidate.bytes;
  }
  return leftOut;
}

async function replicateSubmodule(
  { git, layout }: PrivateCheckoutOptions,
  root: string,
  link: GitLinkFile,
): Promise<void> {
  const name = submoduleName(layout, join(layout.top, link.directory), link.gitDir);
  // Another work tree of the repository: without its `.git` file its files are plain files here.
  if (name === undefined) return;
  const base = [layout.gitDir, layout.commonDir].find((directory) =>
    existsSync(join(directory, 'modules', name, 'HEAD')),
  );
  if (base === undefined) return;
  const source = join(base, 'modules', name);
  const target = join(root, '.git/modules', name);
  const workTree = join(root, link.directory);
  replicateGitDirectory({ gitDir: source, commonDir: source }, target);
  await writePrivateSettings(git, target, workTree);
  writeFileSync(join(workTree, '.git'), `gitdir: ${relative(workTree, target)}\n`);
}

/** The path of `to` below `from` as raw bytes; one that matches nothing if it is elsewhere. */
function relativeRaw(from: string, to: string): string {
  return Buffer.from(relative(from, to)).toString('latin1');
}
