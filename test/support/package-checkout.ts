/** A packager's clone of the dist-git repository of a world, with Packit's configuration on every branch. */
import { join } from 'node:path';
import { createRepository } from './git.ts';
import type { TestRepository } from './git.ts';
import type { World } from './release-world.ts';

export interface PackageOptions {
  /** Lines of the configuration besides those that say where things are. */
  config?: string;
  /** Default: the world's upstream checkout. `null`: the upstream project is not in git. */
  upstreamUrl?: string | null;
  /** More files of every branch, written by the packager. */
  files?: Readonly<Record<string, string>>;
  branches?: readonly string[];
}

export function clonePackage(world: World, options: PackageOptions = {}): TestRepository {
  const project = world.forge.project('rpms', 'hello');
  const branches = options.branches ?? ['rawhide', 'f42'];
  const clone = createRepository(join(world.dir, 'package', 'hello'), join(world.dir, 'home'));
  clone.git('remote', 'add', 'origin', `${world.forge.url}/rpms/hello.git`);
  clone.git('fetch', '--quiet', project.directory, '+refs/heads/*:refs/remotes/origin/*');
  const upstream = options.upstreamUrl === undefined ? world.upstream.dir : options.upstreamUrl;
  const config = `downstream_package_name: hello
upstream_tag_template: "v{version}"
${upstream === null ? '' : `upstream_project_url: ${upstream}\n`}dist_git_base_url: ${world.forge.url}/
dist_git_namespace: rpms
${options.config ?? ''}
jobs:
  - job: pull_from_upstream
    trigger: release
    dist_git_branches: [${branches.join(', ')}]
`;
  for (const branch of branches.toReversed()) {
    clone.git('checkout', '--quiet', '-B', branch, `origin/${branch}`);
    clone.write('.packit.yaml', config);
    for (const [path, content] of Object.entries(options.files ?? {})) clone.write(path, content);
    clone.commit('Configure packit');
    clone.git('push', '--quiet', project.directory, `HEAD:${branch}`);
    clone.git('update-ref', `refs/remotes/origin/${branch}`, 'HEAD');
  }
  return clone;
}
