/** What is to be built of a package in dist-git: commits of the server, so that no work tree is needed. */
import { join } from 'node:path';
import type { Context } from '../../../context.ts';
import { PackitError } from '../../../errors.ts';
import { nearest } from '../../../project/config/index.ts';
import type { PackageConfig, UserConfig } from '../../../project/config/index.ts';
import { branchesFor } from '../../../project/distro-aliases/index.ts';
import { asDirectoryName } from '../../../project/inside.ts';
import type { HttpClient } from '../../../remote/http/index.ts';
import { fetch } from '../../../tools/git/index.ts';
import { mkdir } from 'node:fs/promises';
import {
  createAccess,
  locatePackage,
  namedBranches,
  openDistGit,
  readAliases,
} from '../../dist-git/index.ts';
import type { Repository } from '../../dist-git/index.ts';
import type { TaskMark } from './mark.ts';
import { nvrOf } from './nvr.ts';
import type { KojiJob } from './submit.ts';
import { distOf, kojiTargets, pairTargets } from './targets.ts';
import { warnOfUnpublished } from './unpublished.ts';

export interface DistGitSettings {
  ctx: Context;
  http: HttpClient;
  userConfig: UserConfig;
  /** A directory of this run. */
  scratch: string;
  /** Comma-separated branches or aliases. Default: the repository's default branch. */
  distGitBranch: string | undefined;
  /** A clone the user has; it is only read. */
  distGitPath: string | undefined;
  kojiTarget: string | undefined;
  marks?: Readonly<Record<string, TaskMark>> | undefined;
  commits?: Readonly<Record<string, string>> | undefined;
}

/** @throws PackitError KOJI_BRANCH_MISSING, KOJI_TARGETS_AMBIGUOUS, those of dist-git */
export async function jobsFromDistGit(settings: DistGitSettings, pkg: PackageConfig): Promise<KojiJob[]> {
  const { ctx, http, userConfig, distGitPath } = settings;
  const place = locatePackage(pkg, userConfig, ctx.env);
  const scratch = join(settings.scratch, `dist-git-${asDirectoryName(pkg.name)}`);
  await mkdir(scratch, { recursive: true });
  const access = createAccess({ ctx, http, userConfig, cwd: scratch });
  const repository = await ctx.ui.step(`Asking for the branches of ${place.name}`, () =>
    openDistGit({
      run: ctx.run,
      scratch,
      place,
      existing: distGitPath,
      repositoryCache: userConfig.repository_cache,
      credentials: access.credentials,
    }),
  );
  const { defaultBranch } = repository;
  const names = namedBranches(settings.distGitBranch, []);
  const wanted = names.length === 0 ? [defaultBranch] : names;
  const aliases = await readAliases(ctx, http, [...wanted, ...namedBranches(settings.kojiTarget, [])]);
  const branches = branchesFor(aliases, wanted, { defaultBranch });
  const pairs = pairTargets(branches, kojiTargets(settings.kojiTarget, aliases));
  if (distGitPath !== undefined) await warnOfUnpublished(ctx, distGitPath, repository, branches);
  return pairs.map(({ branch, target }): KojiJob => {
    const head = commitOf(repository, branch, place.name);
    const wanted = settings.commits?.[branch];
    const commit = wanted ?? head;
    return {
      package: pkg.name,
      name: branch,
      target,
      mark: settings.marks?.[branch],
      source: { kind: 'git', url: sourceUrl(place.urls.fetch, commit), branch, commit },
      nvr: async (destTag) => {
        const dist = distOf(destTag);
        if (dist === undefined) return undefined;
        // One commit without its history is all that is asked about.
        const ref = `refs/packit/${commit}`;
        const env = await access.credentials(repository.url);
        await repository.serially(() =>
          fetch(repository.git, 'origin', {
            refspecs: [`+${wanted ?? `refs/heads/${branch}`}:${ref}`],
            env,
            depth: 1,
          }),
        );
        const specName = `${place.name}.spec`;
        return nvrOf({ git: repository.git, run: ctx.run, scratch, commit, specName, dist });
      },
    };
  });
}

/** What Koji is told: `git+https://src.fedoraproject.org/rpms/hello.git#COMMIT`. */
export function sourceUrl(url: string, commit: string): string {
  return `git+${url}#${commit}`;
}

function commitOf(repository: Repository, branch: string, name: string): string {
  const commit = repository.branches.get(branch);
  if (commit !== undefined) return commit;
  const near = nearest(branch, [...repository.branches.keys()]);
  throw new PackitError('KOJI_BRANCH_MISSING', `${name} has no branch ${branch} in dist-git`, {
    hint:
      near === undefined
        ? `There are: ${[...repository.branches.keys()].join(', ')}.`
        : `Did you mean ${near}? A new one is asked for with: fedpkg request-branch.`,
  });
}
