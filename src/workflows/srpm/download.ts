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

/** Downloads what is beside neither the spec nor the edited spec, the configuration's `sources:` first. */
export async function downloadRemoteSources(work: PackageWork, sources: readonly Source[]): Promise<void> {
  const { ctx, pkg } = work;
  const wanted = [...configuredSources(pkg.sources), ...remoteSpecSources(sources)];
  const plan = await planDownloads(wanted, [work.workDir(), work.specDir()]);
  if (plan.downloads.length === 0) return;
  const http = createHttpClient(ctx);
  try {
    await downloadSources({
      downloads: plan.downloads,
      directory: work.workDir(),
      cache: join(ctx.paths.cache, 'sources'),
      http,
      ui: ctx.ui,
      signal: ctx.signal,
    });
  } finally {
    await http.close();
  }
}
