/** Where a package is in dist-git, and its repository. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PackitError } from '../../errors.ts';
import type { PackageConfig, UserConfig } from '../../project/config/index.ts';
import { chooseDistGit, packageUrls } from '../../project/dist-git/index.ts';
import type { DistGitInstance, PackageUrls } from '../../project/dist-git/index.ts';
import type { Environment, Run } from '../../tools/process/index.ts';
import { openRepository } from './repository.ts';
import type { Repository, RepositoryErrors } from './repository.ts';

export interface DistGitPackage {
  /** `downstream_package_name`: the repository's name, and the spec's. */
  name: string;
  instance: DistGitInstance;
  urls: PackageUrls;
}

/**
 * The package's name, dist-git and addresses from the two configurations and the environment.
 * @throws PackitError `CONFIG_VALUE`, `PACKAGE_NAME_INVALID`, and those of `chooseDistGit`
 */
export function locatePackage(pkg: PackageConfig, userConfig: UserConfig, env: Environment): DistGitPackage {
  const name = distGitName(pkg);
  const instance = chooseDistGit(withoutDefault(pkg, userConfig), {
    env,
    defaultPkgTool: userConfig.pkg_tool,
  });
  return { name, instance, urls: packageUrls(instance, name, userConfig.fas_user) };
}

function distGitName(pkg: PackageConfig): string {
  const name = pkg.downstream_package_name;
  if (name !== null && name !== '') {
    // It becomes part of paths, addresses and command lines.
    if (/^[A-Za-z0-9_][\w.+-]*$/.test(name)) return name;
    throw new PackitError('PACKAGE_NAME_INVALID', `"${name}" cannot be the name of a package`, {
      hint: 'Set "downstream_package_name" to letters, digits and the characters "_ + - .".',
    });
  }
  throw new PackitError('CONFIG_VALUE', `The package ${pkg.name} has no name in dist-git`, {
    hint: 'Set "downstream_package_name" in the configuration.',
  });
}

/** The configuration fills in Fedora's dist-git; where the package says nothing, the user's `pkg_tool` may. */
function withoutDefault(pkg: PackageConfig, userConfig: UserConfig): Parameters<typeof chooseDistGit>[0] {
  const isDefault =
    pkg.dist_git_base_url === 'https://src.fedoraproject.org/' && pkg.dist_git_namespace === 'rpms';
  return {
    ...(isDefault && pkg.pkg_tool === null && userConfig.pkg_tool !== undefined
      ? {}
      : { dist_git_base_url: pkg.dist_git_base_url, dist_git_namespace: pkg.dist_git_namespace }),
    pkg_tool: pkg.pkg_tool,
    sig: pkg.sig,
  };
}

export interface OpenOptions {
  run: Run;
  /** A directory of this run. */
  scratch: string;
  place: DistGitPackage;
  /** A clone the user has (`--dist-git-path`). */
  existing?: string | undefined;
  /** Directory of repositories whose objects can be borrowed. */
  repositoryCache?: string | undefined;
  credentials: (url: string) => Promise<Environment>;
}

/**
 * Asks dist-git for the package's branches; nothing is fetched yet.
 * @throws PackitError `DIST_GIT_NOT_FOUND`, `DIST_GIT_PATH_INVALID`, and git's own
 */
export function openDistGit(options: OpenOptions): Promise<Repository> {
  const { run, scratch, place, existing, repositoryCache, credentials } = options;
  return openRepository({
    run,
    directory: join(scratch, 'dist-git.git'),
    urls: place.urls,
    existing,
    objects: cachedObjects(repositoryCache, place.name),
    credentials,
    errors: errorsOf(place.name),
  });
}

function cachedObjects(repositoryCache: string | undefined, name: string): string[] {
  if (repositoryCache === undefined) return [];
  return [`${name}/.git/objects`, `${name}/objects`, `${name}.git/objects`]
    .map((path) => join(repositoryCache, path))
    .filter((path) => existsSync(path));
}

function errorsOf(name: string): RepositoryErrors {
  return {
    notFound: (url, cause) =>
      new PackitError(
        'DIST_GIT_NOT_FOUND',
        `There is no dist-git repository for ${name} at ${url}, or it may not be read`,
        {
          hint: 'Check downstream_package_name (and dist_git_base_url, dist_git_namespace, pkg_tool). A new package needs its repository first: fedpkg request-repo.',
          details: cause.details,
          cause,
        },
      ),
    notAClone: (path, cause) =>
      cause === undefined
        ? new PackitError('DIST_GIT_PATH_INVALID', `The clone ${path} has no remote to fetch from`, {
            hint: `Add one: git -C ${path} remote add origin URL, or leave out --dist-git-path.`,
          })
        : new PackitError(
            'DIST_GIT_PATH_INVALID',
            `--dist-git-path ${path} is not a clone of a dist-git repository`,
            {
              hint: 'Give the directory of an existing clone, or leave the option out: packit makes a clone of its own.',
              details: [cause.message],
              cause,
            },
          ),
  };
}
