/** What release monitoring knows of a package: its newest release, and the bug it has filed about one. */
import type { Context } from '../../context.ts';
import { isPackitError } from '../../errors.ts';
import { createAnitya } from '../../remote/anitya/index.ts';
import { createBugzilla } from '../../remote/bugzilla/index.ts';
import type { HttpClient } from '../../remote/http/index.ts';

/** The newest version release-monitoring.org has for a package of Fedora, undefined if it knows none. */
export function monitoredVersion(
  ctx: Context,
  http: HttpClient,
  packageName: string,
): Promise<string | undefined> {
  return createAnitya({ http, ...withUrl(ctx.env.PACKIT_ANITYA_URL) }).latestVersion(packageName);
}

/** The bug about a release, `rhbz#NUMBER`. That Bugzilla cannot be asked is no obstacle. */
export async function monitoringBug(
  ctx: Context,
  http: HttpClient,
  release: { packageName: string; version: string },
): Promise<string | undefined> {
  const bugzilla = createBugzilla({ http, ...withUrl(ctx.env.PACKIT_BUGZILLA_URL) });
  try {
    return await bugzilla.releaseMonitoringBug(release.packageName, release.version);
  } catch (error) {
    if (!isPackitError(error) || error.code === 'INTERRUPTED') throw error;
    ctx.ui.warn({
      code: 'BUGZILLA_SILENT',
      message: `Bugzilla was not asked for the bug about this release: ${error.message}`,
      hint: 'Name the bug with -b rhbz#NUMBER.',
    });
    return undefined;
  }
}

function withUrl(url: string | undefined): { url?: string } {
  return url === undefined || url === '' ? {} : { url };
}
