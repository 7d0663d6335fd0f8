/** The package the configuration is for: a checkout of it, or an address. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { PackitError, isPackitError } from '../../errors.ts';
import { clone, createGit, readLayout, readRemotes } from '../../tools/git/index.ts';
import { classifyLocation, repositoryName } from '../srpm/index.ts';

export interface PlaceInput {
  /** A directory, or the URL of a dist-git repository. Default: where the command was started. */
  pathOrUrl?: string | undefined;
  /** Where a URL is cloned to. */
  clonePath?: string | undefined;
  remote?: string | undefined;
}

export interface Place {
  /** The directory that gets the file; undefined for a URL that is not cloned. */
  directory: string | undefined;
  /** Where the repository is; undefined for a directory that is no clone. */
  url: string | undefined;
  /** The package's name. */
  name: string;
  isRepository: boolean;
}

/** @throws PackitError `INIT_CLONE_PATH`, `PATH_NOT_FOUND`, and git's own */
export async function findPlace(ctx: Context, input: PlaceInput): Promise<Place> {
  const location = classifyLocation(ctx.cwd, input.pathOrUrl ?? '.');
  if (location.kind === 'path') return placeOfDirectory(ctx, location.value, input.remote);
  const url = location.value;
  const name = repositoryName(url);
  if (input.clonePath === undefined) return { directory: undefined, url, name, isRepository: true };
  const directory = resolve(ctx.cwd, input.clonePath);
  if (existsSync(directory) && readdirSync(directory).length > 0) {
    throw new PackitError('INIT_CLONE_PATH', `--clone-path ${directory} is there already`, {
      hint: 'Name a directory that is not there yet, or give it as the path instead of the URL.',
    });
  }
  if (!ctx.dryRun) {
    await ctx.ui.step(`Cloning ${ctx.redactor.text(url)}`, () =>
      clone(ctx.run, url, directory, { live: true }),
    );
  }
  return { directory, url, name, isRepository: true };
}

async function placeOfDirectory(ctx: Context, path: string, remote: string | undefined): Promise<Place> {
  const git = createGit(ctx.run, path);
  try {
    const [{ top }, remotes] = await Promise.all([readLayout(git), readRemotes(git)]);
    const found = remotes.find(({ name }) => name === (remote ?? 'origin')) ?? remotes[0];
    const name = found === undefined ? basename(top) : repositoryName(found.url);
    return { directory: top, url: found?.url, name, isRepository: true };
  } catch (error) {
    if (!isPackitError(error) || error.code !== 'GIT_NOT_A_REPOSITORY') throw error;
    return { directory: path, url: undefined, name: basename(path), isRepository: false };
  }
}
