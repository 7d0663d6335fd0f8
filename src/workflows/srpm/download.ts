import { join } from 'node:path';
import {
  configuredSources,
  downloadSources,
  planDownloads,
  remoteSpecSources,
} from '../../project/sources/index.ts';
import { createHttpClient } from '../../remote/http/index.ts';
import type { Source } from '../../spec/index.ts';
import type { PackageWork } from './package-work.ts';

/** Downloads what is remote and not there: of the configuration first, as a name counts once. */
export async function downloadRemoteSources(work: PackageWork, sources: readonly Source[]): Promise<void> {
  const { ctx, pkg } = work;
  const directory = work.workDir();
  const wanted = [...configuredSources(pkg.sources), ...remoteSpecSources(sources)];
  const { downloads } = await planDownloads(wanted, [directory, work.specDir()]);
  if (downloads.length === 0) return;
  const http = createHttpClient(ctx);
  try {
    await ctx.ui.step(
      `Downloading ${downloads.length === 1 ? downloads[0]?.filename : `${downloads.length} sources`}`,
      () =>
        downloadSources({
          downloads,
          directory,
          cache: join(ctx.paths.cache, 'sources'),
          http,
          ui: ctx.ui,
          signal: ctx.signal,
        }),
    );
  } finally {
    await http.close();
  }
}
