import { lstat, readFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PackitError, hasErrnoCode, messageOf } from '../../errors.ts';
import { CONFIG_FILE_NAMES, findSpecfile } from '../../project/config/index.ts';
import { createGit, listTags, readLayout, readRemotes } from '../../tools/git/index.ts';
import type { Run } from '../../tools/process/index.ts';
import { readManifest } from './project-kind.ts';
import type { Manifest } from './project-kind.ts';
import { projectUrl, repositoryName } from './remote.ts';
import type { InitTarget } from './target.ts';

/** What is found in a directory that is to get a configuration. */
export interface ProjectFacts {
  /** Absolute. */
  directory: string;
  isGitRepository: boolean;
  /** By the remote's URL, else by what the project calls itself, else by the directory. */
  repositoryName: string;
  /** `https://host/namespace/name`, if a remote says so. */
  projectUrl: string | undefined;
  /** Newest first. */
  tags: readonly string[];
  /** Relative to the directory. */
  specfile: string | undefined;
  /** The literal value of the spec's Name tag. */
  specName: string | undefined;
  /** Patches beside the spec, relative to the directory. */
  patches: readonly string[];
  /** What the project's own files say. */
  manifest: Manifest;
  /** Absolute path of a configuration that is there already. */
  existingConfig: string | undefined;
  /** Text of `.gitignore` and `.pre-commit-config.yaml`; undefined if there is no such file. */
  gitignore: string | undefined;
  preCommit: string | undefined;
}

/**
 * Looks at the directory; nothing is changed.
 * @throws PackitError `INIT_NOT_A_DIRECTORY`
 */
export async function gatherFacts(target: InitTarget, run: Run, remoteName?: string): Promise<ProjectFacts> {
  const { directory } = target;
  await checkDirectory(directory);
  const git = createGit(run, directory);
  const isGitRepository = await readLayout(git).then(
    () => true,
    () => false,
  );
  const remotes = isGitRepository ? await readRemotes(git) : [];
  const remote =
    remotes.find(({ name }) => name === remoteName) ??
    remotes.find(({ name }) => name === 'origin') ??
    remotes[0];
  const tags = isGitRepository ? await listTags(git).catch(() => []) : [];
  const specfile = target.specfile ?? findSpecfile(directory);
  const manifest = readManifest(directory);
  return {
    directory,
    isGitRepository,
    repositoryName: (remote && repositoryName(remote.url)) ?? nameOf(manifest) ?? basename(directory),
    projectUrl: remote && projectUrl(remote.url),
    tags: tags.map(({ name }) => name),
    specfile,
    specName: specfile === undefined ? undefined : await nameInSpec(join(directory, specfile)),
    patches: specfile === undefined ? [] : await patchesBeside(directory, specfile),
    manifest,
    existingConfig: await existingConfig(directory),
    gitignore: await textOf(join(directory, '.gitignore')),
    preCommit: await textOf(join(directory, '.pre-commit-config.yaml')),
  };
}

/** A name that can be used as it is. */
function nameOf({ name }: Manifest): string | undefined {
  return name !== undefined && /^[A-Za-z0-9][\w.+-]*$/.test(name) ? name : undefined;
}

async function checkDirectory(directory: string): Promise<void> {
  const found = await stat(directory).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  throw new PackitError(
    'INIT_NOT_A_DIRECTORY',
    found === undefined ? `There is no directory ${directory}` : `${directory} is not a directory`,
    {
      hint: 'Give the directory of your project, packit init /path/to/project; a remote repository must be cloned first.',
    },
  );
}

async function existingConfig(directory: string): Promise<string | undefined> {
  for (const name of CONFIG_FILE_NAMES) {
    const file = join(directory, name);
    const found = await lstat(file).catch(() => undefined);
    if (found !== undefined) return file;
  }
  return undefined;
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasErrnoCode(error, 'ENOENT')) return undefined;
    throw new PackitError('INIT_UNREADABLE', `Cannot read ${file}: ${messageOf(error)}`, {
      hint: 'It must be a file you may read and write; move it away or mend its permissions.',
      cause: error,
    });
  }
}

/** The Name tag, if no macro is in it. */
async function nameInSpec(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'latin1').catch(() => '');
  const name = /^[ \t]*Name[ \t]*:[ \t]*(\S+)[ \t]*\r?$/im.exec(text)?.[1];
  return name !== undefined && /^[\w.+-]+$/.test(name) ? name : undefined;
}

async function patchesBeside(directory: string, specfile: string): Promise<string[]> {
  const folder = dirname(specfile);
  const names = await readdir(join(directory, folder)).catch(() => []);
  return names
    .filter((name) => name.endsWith('.patch'))
    .sort()
    .map((name) => join(folder, name));
}
