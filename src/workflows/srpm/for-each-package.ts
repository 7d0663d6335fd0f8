import type { Context } from '../../context.ts';
import { EXIT, explainSystemError, isPackitError } from '../../errors.ts';
import type { PackitError } from '../../errors.ts';
import type { FailedPackage } from './types.ts';

/** What became of several packages. */
export interface Outcomes<T> {
  done: T[];
  failed: FailedPackage[];
}

/** Works on every package, one after the other; with several of them a failure does not end the run. */
export async function forEachPackage<P extends { name: string }, T>(
  ctx: Context,
  packages: readonly P[],
  work: (pkg: P, ctx: Context) => Promise<T>,
): Promise<Outcomes<T>> {
  const [only] = packages;
  if (only !== undefined && packages.length === 1) return { done: [await work(only, ctx)], failed: [] };
  const outcomes: Outcomes<T> = { done: [], failed: [] };
  for (const pkg of packages) {
    try {
      outcomes.done.push(await work(pkg, { ...ctx, ui: ctx.ui.scoped(pkg.name) }));
    } catch (thrown) {
      const error = explainSystemError(thrown);
      if (!isPackitError(error) || error.exitCode === EXIT.interrupted || ctx.signal.aborted) throw error;
      outcomes.failed.push(failure(pkg.name, error));
    }
  }
  return outcomes;
}

function failure(name: string, error: PackitError): FailedPackage {
  return {
    package: name,
    code: error.code,
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.location === undefined ? {} : { location: error.location }),
    details: error.details,
  };
}
