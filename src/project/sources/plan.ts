import { stat } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { PackitError } from '../../errors.ts';
import type { DownloadPlan, RemoteSource, SpecSource } from './types.ts';

/** The Sources and Patches of a spec that are in force and are URLs. */
export function remoteSpecSources(sources: readonly SpecSource[]): RemoteSource[] {
  return sources
    .filter((source) => source.remote && source.valid !== false)
    .map((source) => ({
      url: source.expanded ?? source.location,
      filename: source.filename,
      origin: `${source.kind === 'patch' ? 'Patch' : 'Source'}${source.number}`,
    }));
}

/** The configuration's `sources:`. */
export function configuredSources(items: readonly { path: string; url: string }[]): RemoteSource[] {
  return items.map(({ path, url }) => ({ url, filename: path, origin: '`sources` of the configuration' }));
}

/**
 * What has to be downloaded: each wanted file that is in none of the directories; of several with one name
 * the first counts, so the configuration's go first, as in the reference.
 * @throws PackitError `SOURCE_FILE_NAME`, `SOURCE_URL_SCHEME`
 */
export async function planDownloads(
  wanted: readonly RemoteSource[],
  directories: readonly string[],
): Promise<DownloadPlan> {
  const plan: DownloadPlan = { downloads: [], present: [] };
  const seen = new Set<string>();
  for (const source of wanted) {
    const filename = checkedFileName(source);
    if (seen.has(filename)) continue;
    seen.add(filename);
    if (await isFileInAny(filename, directories)) plan.present.push({ ...source, filename });
    else plan.downloads.push({ ...checkedScheme(source), filename });
  }
  return plan;
}

/** What makes a configured source impossible, by key; empty for one that can be tried. */
export function sourceProblems({
  path,
  url,
}: {
  path: string;
  url: string;
}): { key: 'path' | 'url'; message: string; hint: string }[] {
  const problems: { key: 'path' | 'url'; message: string; hint: string }[] = [];
  if (!isFileName(path)) {
    const message = `The path of a source leaves the sources directory: ${JSON.stringify(path)}`;
    problems.push({
      key: 'path',
      message,
      hint: 'Write the name of the file, as Source or Patch in the spec has it.',
    });
  }
  const scheme = schemeOf(url);
  if (scheme !== 'http' && scheme !== 'https') {
    const hint = `packit downloads http and https URLs${scheme === undefined ? '' : `, not ${scheme}`}.`;
    problems.push({ key: 'url', message: `A source cannot be downloaded: ${url}`, hint });
  }
  return problems;
}

function isFileName(filename: string): boolean {
  const path = normalize(filename);
  return !(
    filename === '' ||
    filename.includes('\0') ||
    filename.endsWith('/') ||
    path.startsWith('/') ||
    path === '.' ||
    path.split('/').includes('..')
  );
}

function schemeOf(url: string): string | undefined {
  return /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
}

function checkedFileName(source: RemoteSource): string {
  const { filename } = source;
  if (isFileName(filename)) return normalize(filename);
  throw new PackitError(
    'SOURCE_FILE_NAME',
    filename === ''
      ? `${source.origin} has a URL that names no file: ${source.url}`
      : `${source.origin} has a file name that leaves the sources directory: ${JSON.stringify(filename)}`,
    { hint: 'Name the file in the URL\'s fragment: "https://example.com/download?id=7#/name-1.0.tar.gz".' },
  );
}

function checkedScheme(source: RemoteSource): RemoteSource {
  const scheme = schemeOf(source.url);
  if (scheme === 'http' || scheme === 'https') return source;
  throw new PackitError('SOURCE_URL_SCHEME', `${source.origin} cannot be downloaded: ${source.url}`, {
    hint: `packit downloads http and https URLs${scheme === undefined ? '' : `, not ${scheme}`}. Change the URL, or put ${source.filename} beside the spec file.`,
  });
}

async function isFileInAny(filename: string, directories: readonly string[]): Promise<boolean> {
  for (const directory of directories) {
    const found = await stat(join(directory, filename)).catch(() => undefined);
    if (found?.isFile() === true) return true;
  }
  return false;
}
