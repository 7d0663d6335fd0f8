import { constants, existsSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { copyFile, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { PackitError } from '../../errors.ts';
import {
  createGitArchive,
  expandRootTemplate,
  findCreatedArchive,
  findRootDirectory,
  isPlainIndex,
} from '../../project/archive/index.ts';
import type { GitArchive } from '../../project/archive/index.ts';
import { createGit } from '../../tools/git/index.ts';
import { nameInSpec } from '../../tools/rpm/index.ts';
import { noticeDirtyTree } from './notices.ts';
import type { PackageWork } from './package-work.ts';
import type { Project } from './project.ts';

export interface PreparedArchive {
  /** File name in `workDir`; the value of Source0. */
  name: string;
  /** The directory everything in it is below, as far as that is known without looking. */
  rootDirectory: string | undefined;
}

export type DefaultArchive = PreparedArchive & { rootDirectory: string };

export interface ArchiveOptions {
  version: string;
  /** Put a link beside the spec where the archive is elsewhere; else a copy. */
  symlinks: boolean;
}

/**
 * Makes the archive of the upstream project: with the `create-archive` action, else `git archive` of what is committed.
 * @throws PackitError ARCHIVE_ACTION_SILENT, ARCHIVE_NOT_FOUND, UNBORN_HEAD
 */
export async function makeArchive(work: PackageWork, options: ArchiveOptions): Promise<PreparedArchive> {
  const byDefault = defaultArchive(work, options.version);
  const outputs = await work.run('create-archive', {
    PACKIT_PROJECT_VERSION: options.version,
    PACKIT_PROJECT_NAME_VERSION: byDefault.rootDirectory,
  });
  if (outputs === undefined) {
    await gitArchive(work, byDefault);
    return byDefault;
  }

  const path = await findCreatedArchive(outputs, work.root);
  await putBesideSpec(work, path, options.symlinks);
  return { name: basename(path), rootDirectory: undefined };
}

/** What `git archive` is going to make. */
export function defaultArchive(work: PackageWork, version: string): DefaultArchive {
  const directory = `${packageName(work)}-${version}`;
  return { name: `${directory}.tar.gz`, rootDirectory: directory };
}

/** What archives and their directories are called: the upstream name, else the downstream one. */
export function packageName({ pkg }: PackageWork): string {
  const name = pkg.upstream_package_name ?? pkg.downstream_package_name ?? pkg.name;
  if (name === '' || name.includes('/') || name.includes('\0') || name === '.' || name === '..') {
    throw new PackitError(
      'PACKAGE_NAME_INVALID',
      `"${name}" cannot be the name of a package: it becomes part of file names`,
      {
        hint: 'Set upstream_package_name to a name without slashes.',
      },
    );
  }
  return name;
}

async function gitArchive(work: PackageWork, archive: DefaultArchive): Promise<void> {
  const { ctx, project } = work;
  const head = await work.facts().head();
  if (head.sha === undefined) {
    throw new PackitError(
      'UNBORN_HEAD',
      'The repository has no commit yet, so there is nothing to put into the archive',
      {
        hint: 'Commit first: git add --all && git commit -m "First commit".',
      },
    );
  }
  await noticeDirtyTree(ctx, project);
  const file = join(work.workDir(), archive.name);
  freeName(file);
  const git = createGit(ctx.run, work.root, {
    isolated: project.git.isolated,
    ...(project.writable ? {} : { env: borrowedObjects(project) }),
  });
  const made = await createGitArchive({
    git,
    prefix: archive.rootDirectory,
    output: file,
    plain: isPlainIndex(project.layout.gitDir),
    ...(work.input.submodules === true
      ? {
          submodules: true,
          gitIn: (dir: string) => createGit(ctx.run, dir, { isolated: project.git.isolated }),
        }
      : {}),
  });
  noticeMissing(work, made);
}

/** In a partial clone git fetches what the archive needs and the clone lacks: into the run's own directory, not into the clone. */
function borrowedObjects({ layout, scratch }: Project): Record<string, string> {
  const objects = join(layout.commonDir, 'objects');
  const packs = join(objects, 'pack');
  if (!existsSync(packs) || !readdirSync(packs).some((name) => name.endsWith('.promisor'))) return {};
  const own = join(scratch.dir, 'objects');
  mkdirSync(own, { recursive: true });
  return { GIT_OBJECT_DIRECTORY: own, GIT_ALTERNATE_OBJECT_DIRECTORIES: objects };
}

/** An archive that is elsewhere is linked (or copied) into the spec's directory, in place of an older one. */
async function putBesideSpec(work: PackageWork, path: string, symlinks: boolean): Promise<void> {
  const directory = work.workDir();
  if (dirname(path) === directory) return;
  const target = join(directory, basename(path));
  if (existsSync(target) && sameFile(target, path)) return;
  await rm(target, { force: true });
  if (symlinks) await symlink(relative(directory, path), target);
  else await copyFile(path, target, constants.COPYFILE_FICLONE);
}

function sameFile(a: string, b: string): boolean {
  const [first, second] = [statSync(a), statSync(b)];
  return first.dev === second.dev && first.ino === second.ino;
}

/** An older archive or a link of that name: written anew, never written through. */
function freeName(file: string): void {
  if (lstatSync(file, { throwIfNoEntry: false })?.isDirectory() === false) rmSync(file, { force: true });
}

/** Submodules and large files are easily forgotten: their absence is found out when the package is built. */
function noticeMissing({ ctx, input }: PackageWork, { submodules, lfsPointers }: GitArchive): void {
  if (submodules.length > 0 && input.submodules !== true) {
    ctx.ui.info(`The archive lacks the submodules ${listed(submodules)}: --submodules puts them in.`);
  }
  if (lfsPointers.length > 0) {
    ctx.ui.info(
      `The archive holds Git LFS pointers in place of ${listed(lfsPointers)}: install git-lfs and run "git lfs install" to have their content.`,
    );
  }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

/** The only root directory of an archive, or what `archive_root_dir_template` makes of name and version. */
export async function rootDirectoryOf(
  work: PackageWork,
  archive: PreparedArchive,
  version: string,
): Promise<string> {
  const what = 'The root directory of the archive';
  if (archive.rootDirectory !== undefined) return nameInSpec(archive.rootDirectory, what);
  const { ctx, pkg } = work;
  const found = await findRootDirectory({ path: join(work.workDir(), archive.name), run: ctx.run });
  if (found.kind === 'found') return nameInSpec(found.name, what);
  const { name, unknown } = expandRootTemplate(pkg.archive_root_dir_template, {
    upstreamPackageName: pkg.upstream_package_name ?? '',
    version,
  });
  const why =
    found.kind === 'unreadable'
      ? `cannot be read (${found.reason})`
      : found.candidates.length === 0
        ? 'has no root directory'
        : `has several root directories (${listed(found.candidates)})`;
  ctx.ui.info(`${archive.name} ${why}: "%setup -n ${name}" comes from archive_root_dir_template.`);
  if (unknown.length > 0) {
    ctx.ui.warn({
      code: 'TEMPLATE_UNKNOWN_FIELD',
      message: `archive_root_dir_template holds ${listed(unknown)}, which packit does not know`,
      hint: 'It may use {upstream_pkg_name} and {version}.',
    });
  }
  return name;
}
