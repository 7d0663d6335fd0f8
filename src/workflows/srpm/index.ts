import type { Context } from '../../context.ts';
import { PackitError } from '../../errors.ts';
import { buildPackage, checkOutput } from './build.ts';
import { forEachPackage } from './for-each-package.ts';
import { preparePackage } from './prepare.ts';
import { openProject, withPlaceFor } from './project.ts';
import type { SrpmInput, SrpmResult } from './types.ts';

export { buildPackage, sourcesOf } from './build.ts';
export { checkoutRequested, wantsRef } from './checkout-ref.ts';
export type { RefRequest } from './checkout-ref.ts';
export { forEachPackage } from './for-each-package.ts';
export { openProject, withPlaceFor } from './project.ts';
export type { Project } from './project.ts';
export { classifyLocation, cloneLocation, repositoryName } from './locate.ts';
export { preparePackage } from './prepare.ts';
export type { PreparedPackage } from './prepare.ts';
export type { FailedPackage, PreparationInput, SrpmInput, SrpmResult } from './types.ts';

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
    const written = new Map<string, string>();
    const { done, failed } = await forEachPackage(ctx, packages, (pkg, packageCtx) =>
      withPlaceFor(packageCtx, input, project, pkg, async (place) => {
        const prepared = await preparePackage(packageCtx, input, place, pkg);
        const path = await buildPackage(packageCtx, prepared, { output, written });
        ctx.ui.info(`SRPM: ${path}`);
        return { package: pkg.name, path, version: prepared.version };
      }),
    );
    return { srpms: done, failed };
  } finally {
    await project.dispose();
  }
}
