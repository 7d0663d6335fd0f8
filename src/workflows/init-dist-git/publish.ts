/** The configuration as a commit of dist-git's default branch: proposed from the user's fork, or pushed. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { PackitError } from '../../errors.ts';
import { CONFIG_FILE_NAMES } from '../../project/config/index.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import { isRepositoryOf } from '../../project/dist-git/index.ts';
import { openScratch } from '../../project/workspace/index.ts';
import { createHttpClient } from '../../remote/http/index.ts';
import type { HttpClient } from '../../remote/http/index.ts';
import { createGit } from '../../tools/git/index.ts';
import { readUserConfig } from '../checkout.ts';
import {
  chooseIdentity,
  commitWorkTree,
  createAccess,
  fetchBranches,
  foreignCommitsError,
  locatePackage,
  openDistGit,
  openFork,
  openSideAt,
  openWorkTree,
  publishBranch,
  readForkBranch,
  replaceFile,
} from '../dist-git/index.ts';
import type {
  BranchRequest,
  Destination,
  DistGitPackage,
  Identity,
  Published,
  PublishPlan,
  WorkTree,
} from '../dist-git/index.ts';
import type { Place } from './place.ts';

/** The branch the request comes from. */
const BRANCH = 'packit-config';
const TITLE = 'Add Packit configuration for automating release syncing';
const DESCRIPTION =
  'Packit brings releases of the upstream project to this package. What the configuration says is explained at\nhttps://packit.dev/docs/configuration/\n';

export interface PublishInput {
  /** Propose the file as a pull request; else it is pushed to the default branch. */
  createPr?: boolean | undefined;
  /** Replace a configuration that is there. */
  force?: boolean | undefined;
  /** Message of the commit and title of the request. */
  commitMsg?: string | undefined;
  fasUser?: string | undefined;
}

export interface Subject {
  place: Place;
  pkg: PackageConfig;
  content: string;
}

export interface PublishedConfig {
  /** Name of the file in dist-git. */
  config: string;
  content: string;
  change: 'created' | 'changed';
  status: Published['status'] | 'planned';
  requests: BranchRequest[];
  /** In a dry run: what would be done. */
  plan: PublishPlan | undefined;
}

/**
 * Commits the file on top of the newest commit of the default branch, in a copy of packit's own.
 * @throws PackitError `INIT_CONFIG_EXISTS`, `FOREIGN_COMMITS`, and those of dist-git, forge and git
 */
export async function publishConfig(
  ctx: Context,
  input: PublishInput,
  subject: Subject,
): Promise<PublishedConfig> {
  const scratch = await openScratch({ temp: ctx.paths.temp, cache: ctx.paths.cache });
  const http = createHttpClient(ctx);
  try {
    const opened = await open(ctx, input, { ...subject, http, scratch: scratch.dir });
    return await commitAndPublish(ctx, input, { ...subject, ...opened });
  } finally {
    await http.close();
    await scratch.dispose();
  }
}

interface Opened {
  destination: Destination;
  tree: WorkTree;
  identity: Identity;
}

async function open(
  ctx: Context,
  input: PublishInput,
  { place, pkg, http, scratch }: Subject & { http: HttpClient; scratch: string },
): Promise<Opened> {
  const userConfig = await readUserConfig(ctx, input);
  const access = createAccess({ ctx, http, userConfig, cwd: scratch });
  const dist = atAddress(locatePackage(pkg, userConfig, ctx.env), place.url);
  const side =
    input.createPr === true
      ? await openSideAt(
          { ctx, forgeAt: access.forgeAt },
          {
            url: dist.urls.project,
            syncAcls: false,
            hint: 'Push to the default branch with --push-to-distgit.',
          },
        )
      : undefined;
  const repository = await openDistGit({
    run: ctx.run,
    scratch,
    place: dist,
    existing: place.url === undefined ? undefined : place.directory,
    repositoryCache: userConfig.repository_cache,
    credentials: access.credentials,
  });
  const { defaultBranch: branch } = repository;
  await fetchBranches(repository, [branch], await access.credentials(repository.url));
  const fork =
    input.createPr === true
      ? await openFork(repository, side, { names: [BRANCH], credentials: access.credentials })
      : undefined;
  const tree = await openWorkTree(repository, {
    run: ctx.run,
    branch,
    localBranch: BRANCH,
    directory: join(scratch, dist.name),
  });
  const identity = await chooseIdentity(ctx, createGit(ctx.run, place.directory ?? ctx.cwd));
  return { destination: { repository, fork, pushCredentials: access.pushCredentials }, tree, identity };
}

/** The package's addresses; where it was named by another one than the configuration's, that one. */
function atAddress(place: DistGitPackage, url: string | undefined): DistGitPackage {
  if (url === undefined || isRepositoryOf(place.instance, url)) return place;
  return { ...place, urls: { project: url.replace(/\.git$/, ''), fetch: url, push: url } };
}

async function commitAndPublish(
  ctx: Context,
  input: PublishInput,
  { content, destination, tree, identity }: Subject & Opened,
): Promise<PublishedConfig> {
  const existing = CONFIG_FILE_NAMES.find((name) => existsSync(join(tree.dir, name)));
  if (existing !== undefined && input.force !== true) {
    throw new PackitError(
      'INIT_CONFIG_EXISTS',
      `The branch ${tree.branch} of dist-git has a ${existing} already`,
      {
        hint: 'Use --force to replace it, or packit config validate to check it.',
      },
    );
  }
  const config = existing ?? CONFIG_FILE_NAMES[0];
  const change = existing === undefined ? 'created' : 'changed';
  const { repository, fork } = destination;
  const { previous, foreign } = await readForkBranch(repository, fork, {
    name: BRANCH,
    base: tree.base,
    email: identity.email,
  });
  if (foreign.length > 0 && input.force !== true) throw foreignCommitsError(BRANCH, foreign);
  await replaceFile(tree, config, content);
  const title = input.commitMsg ?? TITLE;
  const committed = await commitWorkTree(tree, {
    message: { title, body: '' },
    author: identity,
    // A run after one that was broken off makes what that one made, to the bit.
    time: previous?.parent === tree.base ? new Date(previous.time * 1000) : ctx.now(),
    leftOut: [],
    previous,
    env: ctx.env,
  });
  const result = { config, content, change, requests: [], plan: undefined } as const;
  if (committed === undefined) return { ...result, requests: [], status: 'unchanged' };
  const { sha: commit, ...made } = committed;
  const plan: PublishPlan = {
    branch: tree.branch,
    base: tree.base,
    commit,
    ...made,
    uploads: [],
    push:
      fork === undefined
        ? { to: 'dist-git', branch: tree.branch, expected: tree.base }
        : { to: 'fork', branch: BRANCH, expected: fork.branches.get(BRANCH) ?? '' },
    requests:
      fork === undefined
        ? []
        : [{ targetBranch: tree.branch, title: firstLine(title), description: DESCRIPTION }],
  };
  if (ctx.dryRun) return { ...result, requests: [], status: 'planned', plan };
  const { status, requests } = await publishBranch(destination, plan, ctx.ui);
  return { ...result, status, requests };
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}
