import type { Context } from '../../context.ts';
import { EXIT, PackitError, isPackitError } from '../../errors.ts';
import { buildPackage, checkOutput } from './build.ts';
import { preparePackage } from './prepare.ts';
import { openProject } from './project.ts';
import type { BuiltSrpm, FailedPackage, SrpmInput, SrpmResult } from './types.ts';

export { openProject } from './project.ts';
export type { Project } from './project.ts';
export { classifyLocation, cloneLocation, repositoryName } from './locate.ts';
export { preparePackage } from './prepare.ts';
export type { PreparationInput, PreparedPackage, SrpmInput, SrpmResult } from './types.ts';

/**
 * Builds the SRPMs of the repository's packages. With several packages all are tried; those that failed are in the result.
 * With one, its error is thrown.
 */
export async function buildSrpms(ctx: Context, input: SrpmInput): Promise<SrpmResult> {
  const output = checkOutput(ctx.cwd, input.output);
  const project = await openProject(ctx, input);
  try {
    const { packages } = project;
    if (output !== undefined && packages.length > 1) {
      throw new PackitError(
        'OUTPUT_AMBIGUOUS',
        `--output names one file, but ${packages.length} packages are to be built`,
        {
          hint: `Choose one with -p: ${packages.map(({ name }) => name).join(', ')}.`,
        },
      );
    }
    return await forEachPackage(ctx, packages, async (pkg, packageCtx) => {
      const prepared = await preparePackage(packageCtx, input, project, pkg);
      const path = await buildPackage(packageCtx, prepared, output);
      ctx.ui.info(`SRPM: ${path}`);
      return { package: pkg.name, path, version: prepared.version };
    });
  } finally {
    await project.dispose();
  }
}

async function forEachPackage<P extends { name: string }>(
  ctx: Context,
  packages: readonly P[],
  build: (pkg: P, ctx: Context) => Promise<BuiltSrpm>,
): Promise<SrpmResult> {
  const srpms: BuiltSrpm[] = [];
  const failed: FailedPackage[] = [];
  for (const pkg of packages) {
    if (packages.length === 1) return { srpms: [await build(pkg, ctx)], failed };
    try {
      srpms.push(await build(pkg, { ...ctx, ui: ctx.ui.scoped(pkg.name) }));
    } catch (error) {
      if (!isPackitError(error) || error.exitCode === EXIT.interrupted || ctx.signal.aborted) throw error;
      failed.push(failure(pkg.name, error));
    }
  }
  return { srpms, failed };
}

function failure(name: string, error: PackitError): FailedPackage {
  return {
    package: name,
    code: error.code,
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    details: error.details,
  };
}
