import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { PackitError } from '../../errors.ts';
import { clone } from '../../tools/git/index.ts';

export interface Location {
  /** Absolute directory the user means. */
  dir: string;
  /** The clone is packit's own and goes with the run. */
  cloned: boolean;
}

const URL = /^(?:[a-z][a-z0-9+.-]*:\/\/|[^\s/:]+@[^\s/:]+:|[a-z0-9.-]+\.[a-z]+:)/i;

/** Tells what PATH_OR_URL names, without touching the network. @throws PackitError PATH_NOT_FOUND */
export function classifyLocation(cwd: string, pathOrUrl: string): { kind: 'path' | 'url'; value: string } {
  const path = resolve(cwd, pathOrUrl);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory() === true) return { kind: 'path', value: path };
  if (stat !== undefined) return { kind: 'path', value: dirname(path) };
  if (path.includes('\ufffd')) {
    throw new PackitError('PATH_NOT_UTF8', `The path ${path} holds bytes that are not UTF-8`, {
      hint: 'Rename the directory, or clone the repository into one with another name. Files in it may have any names.',
    });
  }
  if (URL.test(pathOrUrl)) return { kind: 'url', value: pathOrUrl };
  throw new PackitError(
    'PATH_NOT_FOUND',
    `${pathOrUrl} is neither a directory, nor a file, nor the URL of a git repository`,
    {
      hint: 'Give the path of a checkout, or a URL such as https://github.com/owner/project.git.',
    },
  );
}

/** The repository's name in a URL: what a clone's directory is called. */
export function repositoryName(url: string): string {
  const path = url
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  return basename(path.replace(/^.*:(?!\/\/)/, '')) || 'repository';
}

/** Clones a URL into `parent`. */
export async function cloneLocation(
  ctx: Context,
  url: string,
  parent: string,
  options: { submodules?: boolean } = {},
): Promise<Location> {
  const name = repositoryName(url);
  const dir = join(parent, /^\.+$/.test(name) ? 'repository' : name);
  const shown = ctx.redactor.text(url);
  await ctx.ui.step(`Cloning ${shown}`, () =>
    clone(ctx.run, url, dir, {
      live: true,
      progress: ctx.ui.interactive,
      recurseSubmodules: options.submodules === true,
    }),
  );
  return { dir, cloned: true };
}
