/** The state of packages at a glance: dist-git, Koji, Bodhi, pull requests, upstream, Copr. */
import type { Context } from '../../context.ts';
import { EXIT } from '../../errors.ts';
import { createHttpClient } from '../../remote/http/index.ts';
import { openCheckout, readUserConfig } from '../checkout.ts';
import type { CheckoutInput } from '../checkout.ts';
import { readPackage, unreadable } from './package.ts';
import type { PackageStatus } from './package.ts';

export type { BranchStatus, PackageStatus, SourceFailure, StatusSource } from './package.ts';
export type { CoprStatus, UpstreamRelease } from './sources.ts';

export interface StatusInput extends CheckoutInput {
  fasUser?: string | undefined;
  keytab?: string | undefined;
}

export interface StatusResult {
  /** ISO 8601, UTC. */
  at: string;
  packages: PackageStatus[];
  /** 5 if some of the sources did not answer, 3 if none did. */
  exitCode: number;
}

/**
 * Asks every service about every package, all at once; nothing is cloned, nothing changed. Sources that do not answer are
 * in the result.
 * @throws PackitError what keeps all from being begun: no repository, no configuration
 */
export async function readStatus(ctx: Context, input: StatusInput): Promise<StatusResult> {
  const userConfig = await readUserConfig(ctx, input);
  const checkout = await openCheckout(ctx, input);
  // Somebody waits for the screen: better a source less than a long wait for it.
  const http = createHttpClient({ ...ctx, retries: 1, timeout: 20_000 });
  try {
    const { config, packages, scratch, remoteUrl } = checkout;
    const settings = { ctx, http, userConfig, config, scratch: scratch.dir, remoteUrl };
    const results = await Promise.all(
      packages.map((pkg) => readPackage(settings, pkg).catch((error: unknown) => unreadable(pkg, error))),
    );
    return { at: ctx.now().toISOString(), packages: results, exitCode: exitCode(results) };
  } finally {
    await http.close();
    await checkout.scratch.dispose();
  }
}

function exitCode(packages: readonly PackageStatus[]): number {
  const failed = packages.reduce((sum, { failures }) => sum + failures.length, 0);
  if (failed === 0) return EXIT.ok;
  const asked = packages.reduce((sum, one) => sum + one.asked, 0);
  return failed < asked ? EXIT.partial : EXIT.service;
}
