/** What `packit source-git init` is told, looked up in the two repositories. */
import { existsSync, statSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { PackitError } from '../../errors.ts';
import { SOURCE_GIT_CONFIG } from '../../project/config/index.ts';
import { DISTRO_DIRECTORY, requirePristine } from '../../project/source-git/index.ts';
import { createGit, readLayout, readRemotes, resolveCommit } from '../../tools/git/index.ts';
import type { Git } from '../../tools/git/index.ts';

export interface InitInput {
  /** The upstream commit the package is made from: a tag, branch or commit. */
  upstreamRef: string;
  /** `PATH` or `PATH:BRANCH`, relative to the context's directory. */
  sourceGit: string;
  distGit: string;
  upstreamUrl?: string | undefined;
  /** Name of the remote whose URL is upstream's. Default: `origin`. */
  upstreamRemote?: string | undefined;
  /** Which dist-git and lookaside cache. Default: the user's `pkg_tool`, else Fedora's. */
  pkgTool?: string | undefined;
  /** Default: the name of dist-git's directory. */
  pkgName?: string | undefined;
}

export interface InitPlaces {
  sourceGit: Git;
  distGit: Git;
  /** Branches to be checked out when all is done. */
  branches: { sourceGit: string | undefined; distGit: string | undefined };
  /** Full hashes: upstream's commit and dist-git's. */
  upstream: string;
  dist: string;
  upstreamUrl: string;
  packageName: string;
}

/**
 * Checks everything that can be checked before anything is made.
 * @throws PackitError DIRECTORY_MISSING, NOT_PRISTINE, UPSTREAM_REF_NOT_FOUND, UPSTREAM_REF_NOT_HEAD, UPSTREAM_URL_UNKNOWN,
 *   DIST_GIT_BRANCH_MISSING, SOURCE_GIT_EXISTS
 */
export async function findInitPlaces(ctx: Context, input: InitInput): Promise<InitPlaces> {
  const source = splitBranch(ctx, input.sourceGit);
  const dist = splitBranch(ctx, input.distGit);
  const sourceGit = await openRepository(ctx, source.path, 'SOURCE_GIT');
  const distGit = await openRepository(ctx, dist.path, 'DIST_GIT');
  const upstreamUrl = await urlOf(sourceGit, input);
  const upstream = await resolveCommit(sourceGit, input.upstreamRef);
  if (upstream === undefined) {
    throw new PackitError('UPSTREAM_REF_NOT_FOUND', `${source.path} has no commit ${input.upstreamRef}`, {
      hint: 'Name the tag of the release that dist-git packages; git fetch --tags brings those of upstream.',
    });
  }
  const head = await resolveCommit(sourceGit, 'HEAD');
  if (source.branch === undefined && head !== upstream) {
    throw new PackitError(
      'UPSTREAM_REF_NOT_HEAD',
      `'${input.upstreamRef}' is not pointing to the current HEAD in '${sourceGit.dir}'`,
      {
        hint: `Check it out, or name a branch that is to begin there: ${input.sourceGit}:BRANCH.`,
      },
    );
  }
  if (
    (await holds(sourceGit, upstream, DISTRO_DIRECTORY)) ||
    existsSync(join(sourceGit.dir, DISTRO_DIRECTORY))
  ) {
    throw new PackitError('SOURCE_GIT_EXISTS', `${source.path} has a ${DISTRO_DIRECTORY} already`, {
      hint: `It holds ${SOURCE_GIT_CONFIG} if it is a source-git repository: see packit source-git status. Else remove it first.`,
    });
  }
  const distCommit = await resolveCommit(
    distGit,
    dist.branch === undefined ? 'HEAD' : `refs/heads/${dist.branch}`,
  );
  if (distCommit === undefined) throw branchMissing(dist);
  await requirePristine(sourceGit, 'source-git');
  await requirePristine(distGit, 'dist-git');
  return {
    sourceGit,
    distGit,
    branches: { sourceGit: source.branch, distGit: dist.branch },
    upstream,
    dist: distCommit,
    upstreamUrl,
    packageName: input.pkgName ?? basename(distGit.dir),
  };
}

interface Named {
  path: string;
  branch: string | undefined;
}

/** A directory whose name has a colon in it is one. */
function splitBranch(ctx: Context, text: string): Named {
  const colon = text.lastIndexOf(':');
  const whole = statSync(resolve(ctx.cwd, text), { throwIfNoEntry: false })?.isDirectory() === true;
  if (whole || colon <= 0 || colon === text.length - 1) return { path: text, branch: undefined };
  return { path: text.slice(0, colon), branch: text.slice(colon + 1) };
}

async function openRepository(ctx: Context, path: string, argument: string): Promise<Git> {
  const absolute = resolve(ctx.cwd, path);
  if (statSync(absolute, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new PackitError('DIRECTORY_MISSING', `${argument}: there is no directory ${path}`, {
      hint: 'Clone the repository first; both may be followed by :BRANCH.',
    });
  }
  const { top } = await readLayout(createGit(ctx.run, await realpath(absolute)));
  return createGit(ctx.run, top);
}

/** Without name and password: the URL is written into a file that is committed. */
async function urlOf(git: Git, input: InitInput): Promise<string> {
  const remote = input.upstreamRemote ?? 'origin';
  const url = input.upstreamUrl ?? (await readRemotes(git)).find(({ name }) => name === remote)?.url;
  if (url !== undefined) return url.replace(/^(https?:\/\/)[^/@]*@/i, '$1');
  throw new PackitError(
    'UPSTREAM_URL_UNKNOWN',
    `Unable to tell the URL of the upstream repository: there is no remote called '${remote}' in ${git.dir}`,
    { hint: 'Name the remote with --upstream-remote, or the URL with --upstream-url.' },
  );
}

async function holds(git: Git, commit: string, path: string): Promise<boolean> {
  const { exitCode } = await git.exec(['cat-file', '-e', `${commit}:${path}`], { okExitCodes: [0, 1, 128] });
  return exitCode === 0;
}

function branchMissing({ path, branch }: Named): PackitError {
  return new PackitError(
    'DIST_GIT_BRANCH_MISSING',
    branch === undefined ? `${path} has no commits` : `${path} has no branch ${branch}`,
    {
      hint:
        branch === undefined
          ? 'Check out a branch.'
          : `Make it first: git -C ${path} branch ${branch} origin/${branch}.`,
    },
  );
}
