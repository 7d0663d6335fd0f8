/** The SRPM that a build begins with: the user's file, or made as `packit srpm` makes it, with nothing left in the checkout. */
import { mkdir } from 'node:fs/promises';
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { PackitError } from '../../errors.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import { asDirectoryName } from '../../project/inside.ts';
import { buildPackage, preparePackage, withPlaceFor } from '../srpm/index.ts';
import type { PreparationInput, Project } from '../srpm/index.ts';

export interface SourceRpmInput extends PreparationInput {
  /** `--srpm`: relative to the directory the command was started in. */
  srpm?: string | undefined;
}

export interface SourceRpm {
  /** Absolute path; in packit's own directory unless the user named the file. */
  path: string;
  /** Upstream version, where packit made it. */
  version?: string;
}

/**
 * `--srpm` as an absolute path, checked before any other work.
 * @throws PackitError SRPM_NOT_FOUND, SRPM_AMBIGUOUS
 */
export function givenSrpm(
  ctx: Context,
  input: SourceRpmInput,
  packages: readonly PackageConfig[],
): string | undefined {
  if (input.srpm === undefined) return undefined;
  const path = resolve(ctx.cwd, input.srpm);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new PackitError('SRPM_NOT_FOUND', `There is no file ${path}`, {
      hint: 'Name an SRPM with --srpm, or leave it out to have one made: packit build in-copr.',
    });
  }
  if (packages.length > 1) {
    throw new PackitError(
      'SRPM_AMBIGUOUS',
      `--srpm names one file, but ${packages.length} packages are to be built`,
      {
        hint: `Choose one with -p: ${packages.map(({ name }) => name).join(', ')}.`,
      },
    );
  }
  return path;
}

/** The SRPM of one package of an open project. It is there until the project is disposed of. */
export async function sourceRpm(
  ctx: Context,
  input: SourceRpmInput,
  project: Project,
  pkg: PackageConfig,
): Promise<SourceRpm> {
  const given = givenSrpm(ctx, input, [pkg]);
  if (given !== undefined) return { path: given };
  const directory = join(project.scratch.dir, `result-${asDirectoryName(pkg.name)}`);
  await mkdir(directory, { recursive: true });
  return withPlaceFor(ctx, input, project, pkg, async (place) => {
    const prepared = await preparePackage(ctx, input, place, pkg);
    const path = await buildPackage({ ...ctx, cwd: directory }, prepared);
    return { path, version: prepared.version };
  });
}
