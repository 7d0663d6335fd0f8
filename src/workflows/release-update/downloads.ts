import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Context } from '../../context.ts';
import { requireInside } from '../../project/inside.ts';
import { downloadSources } from '../../project/sources/index.ts';
import type { RemoteSource } from '../../project/sources/index.ts';
import type { HttpClient } from '../../remote/http/index.ts';
import type { Ui } from '../../ui.ts';

/** Puts a file into a directory; what several branches need is downloaded once. */
export type Download = (source: RemoteSource, directory: string, ui: Ui) => Promise<void>;

interface DownloadOptions {
  ctx: Context;
  http: HttpClient;
  /** A directory of this run. */
  scratch: string;
}

export function createDownloads(options: DownloadOptions): Download {
  const downloads = new Map<string, Promise<string>>();
  return async (source, directory, ui) => {
    const known = downloads.get(source.url) ?? downloadOnce(options, source, ui);
    downloads.set(source.url, known);
    const target = join(directory, source.filename);
    requireInside(directory, dirname(target), `${source.origin} (${source.filename})`);
    await mkdir(dirname(target), { recursive: true });
    // A link of that name is replaced, not written through.
    await rm(target, { force: true });
    await copyFile(await known, target, constants.COPYFILE_FICLONE);
  };
}

/** Downloads into a directory of this run; resolves to the file. */
async function downloadOnce(
  { ctx, http, scratch }: DownloadOptions,
  source: RemoteSource,
  ui: Ui,
): Promise<string> {
  const directory = join(
    scratch,
    'downloads',
    createHash('sha256').update(source.url).digest('hex').slice(0, 20),
  );
  await mkdir(directory, { recursive: true });
  await downloadSources({
    downloads: [{ ...source, optional: false }],
    directory,
    cache: join(ctx.paths.cache, 'sources'),
    http,
    ui,
    signal: ctx.signal,
  });
  const file = join(directory, source.filename);
  await stat(file);
  return file;
}
