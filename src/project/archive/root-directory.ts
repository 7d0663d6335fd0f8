/** The directory everything in an archive is in. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Run } from '../../tools/process/index.ts';
import { createTarScanner } from './tar-scan.ts';
import type { TarEntry } from './tar-scan.ts';
import { zipEntries } from './zip.ts';

/** How a file begins, and the program that decompresses it; Node does gzip itself. */
const COMPRESSIONS: readonly { magic: string; argv: readonly string[] | 'gzip' }[] = [
  { magic: '1f8b', argv: 'gzip' },
  { magic: 'fd377a585a00', argv: ['xz', '-dc'] },
  { magic: '425a68', argv: ['bzip2', '-dc'] },
  { magic: '28b52ffd', argv: ['zstd', '-dcq', '--long=31'] },
  { magic: '4c5a4950', argv: ['lzip', '-dc'] },
  { magic: '04224d18', argv: ['lz4', '-dc'] },
  { magic: '5d0000', argv: ['xz', '--format=lzma', '-dc'] },
  { magic: '1f9d', argv: ['gzip', '-dc'] },
];

export type RootDirectory =
  | { kind: 'found'; name: string }
  /** The archive was read and has none, or several. */
  | { kind: 'none'; candidates: string[] }
  /** Not an archive, damaged, or the program to decompress it is missing. */
  | { kind: 'unreadable'; reason: string };

/**
 * Finds an archive's only root directory: tar files compressed in any way (`.crate` is one), zip files.
 * As in the reference a directory at the top counts, and so does what a file's path begins with; links do not.
 * A leading `./` says nothing, unless the files are right there: then the root is `.`.
 */
export async function findRootDirectory(options: { path: string; run: Run }): Promise<RootDirectory> {
  const roots = new Set<string>();
  const dotted = new Set<string>();
  const collect = (entry: TarEntry): void => {
    const isDirectory = entry.type === '5' || entry.name.endsWith('/');
    if (!isDirectory && entry.type !== '0' && entry.type !== '7') return;
    const parts = entry.name.split('/').filter((part) => part !== '');
    const dot = parts[0] === '.';
    const inner = dot ? parts.slice(1) : parts;
    const [first] = inner;
    if (first !== undefined && (isDirectory || inner.length > 1)) roots.add(first);
    else if (dot && !isDirectory) dotted.add('.');
  };
  try {
    await readEntries(options, collect);
  } catch (error) {
    return { kind: 'unreadable', reason: error instanceof Error ? error.message : String(error) };
  }
  if (dotted.size > 0) return { kind: 'found', name: '.' };
  const [name] = roots;
  // oxlint-disable-next-line no-control-regex -- a line feed would end the line of the spec the name gets into
  if ([...roots].some((root) => root === '..' || /[\u0000-\u001f\u007f]/.test(root))) {
    return { kind: 'unreadable', reason: 'it holds paths that lead out of it or have control characters' };
  }
  if (roots.size === 1 && name !== undefined) return { kind: 'found', name };
  return { kind: 'none', candidates: [...roots] };
}

async function readEntries(
  { path, run }: { path: string; run: Run },
  collect: (entry: TarEntry) => void,
): Promise<void> {
  const start = await firstBytes(path);
  if (start.startsWith('504b0304') || start.startsWith('504b0506')) {
    for (const name of await zipEntries(path)) collect({ name, type: '0', size: 0 });
    return;
  }
  const scanner = createTarScanner(collect);
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      try {
        scanner.push(chunk);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
  const compression = COMPRESSIONS.find(({ magic }) => start.startsWith(magic));
  if (compression === undefined) await pipeline(createReadStream(path), sink);
  else if (compression.argv === 'gzip') await pipeline(createReadStream(path), createGunzip(), sink);
  else await run([...compression.argv, path], { cwd: dirname(path), stdoutTo: sink });
  if (!scanner.ended && !scanner.atBoundary) throw new RangeError('the archive is cut short');
}

async function firstBytes(path: string): Promise<string> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(6), 0, 6, 0);
    return buffer.toString('hex', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

export interface ExpandedTemplate {
  name: string;
  /** `{...}` that is still in it: misspelt. */
  unknown: string[];
}

/** `archive_root_dir_template`, by default `{upstream_pkg_name}-{version}`. */
export function expandRootTemplate(
  template: string,
  values: { upstreamPackageName: string; version: string },
): ExpandedTemplate {
  const name = template
    .replaceAll('{upstream_pkg_name}', () => values.upstreamPackageName)
    .replaceAll('{version}', () => values.version);
  return { name, unknown: name.match(/\{.*?\}/g) ?? [] };
}
