/** Where a package is in dist-git. Pure. */
import { PackitError } from '../../errors.ts';
import type { PackageConfig, UserConfig } from '../../project/config/index.ts';
import { chooseDistGit, packageUrls } from '../../project/dist-git/index.ts';
import type { DistGitInstance, PackageUrls } from '../../project/dist-git/index.ts';
import type { Environment } from '../../tools/process/index.ts';

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
