import { realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import { applySync, diskTree } from './disk.ts';
import { expandGlob } from './glob.ts';
import { planSyncItem } from './plan.ts';
import { resolveInside } from './resolve.ts';
import type { SyncItem, SyncOperation, Tree } from './types.ts';

/** The part of a package's configuration that says what is copied to dist-git. */
export interface SyncConfiguration {
  files_to_sync?: readonly (string | Partial<SyncItemKeys>)[] | undefined;
  specfile_path?: string | undefined;
  downstream_package_name?: string | undefined;
}

interface SyncItemKeys {
  src: string | readonly string[];
  dest: string;
  mkpath: boolean;
  delete: boolean;
  filters: readonly string[];
}

/**
 * The configured items. Without any, the spec file (as `<downstream_package_name>.spec`) and the
 * configuration file (`configPath`, relative to the package's directory) are copied.
 */
export function filesToSync(config: SyncConfiguration, configPath: string | undefined): SyncItem[] {
  const configured = config.files_to_sync ?? [];
  if (configured.length > 0) return configured.map(toItem);
  const items: SyncItem[] = [];
  if (config.specfile_path !== undefined) {
    const name = config.downstream_package_name;
    items.push(
      copyOf(config.specfile_path, name === undefined ? basename(config.specfile_path) : `${name}.spec`),
    );
  }
  if (configPath !== undefined) items.push(copyOf(configPath, configPath));
  return items;
}

function toItem(item: string | Partial<SyncItemKeys>): SyncItem {
  if (typeof item === 'string') return copyOf(item, item);
  const src = typeof item.src === 'string' ? [item.src] : [...(item.src ?? [])];
  return {
    src,
    dest: item.dest ?? src[0] ?? '.',
    mkpath: item.mkpath ?? false,
    delete: item.delete ?? false,
    filters: item.filters ?? [],
  };
}

function copyOf(src: string, dest: string): SyncItem {
  return { src: [src], dest, mkpath: false, delete: false, filters: [] };
}

/**
 * The items without one file, which is brought over in another way (the spec file): as a source of its
 * own it is dropped, and directories and globs that hold it leave it out.
 */
export function withoutSource(
  items: readonly SyncItem[],
  path: string,
  source: Tree,
  sourceName = basename(source.root),
): SyncItem[] {
  const unwanted = resolveInside(source, path);
  const kept: SyncItem[] = [];
  for (const item of items) {
    const src = item.src.filter((entry) => entry.endsWith('/') || resolveInside(source, entry) !== unwanted);
    if (src.length === 0) continue;
    const rules = src.flatMap((entry) => {
      const name = nameInTransfer(source, entry, { unwanted, sourceName });
      return name === undefined ? [] : [`- /${name}`];
    });
    kept.push({ ...item, src, filters: [...new Set(rules), ...item.filters] });
  }
  return kept;
}

/** What the unwanted file would be called in the transfer of one `src` entry; undefined if it is not in it. */
function nameInTransfer(
  source: Tree,
  entry: string,
  options: { unwanted: string; sourceName: string },
): string | undefined {
  const contents = entry.endsWith('/');
  const resolved = resolveInside(source, entry);
  for (const path of expandGlob(source, resolved) ?? [resolved]) {
    if (path === options.unwanted) return basename(path);
    if (path !== '' && !options.unwanted.startsWith(`${path}/`)) continue;
    const inside = path === '' ? options.unwanted : options.unwanted.slice(path.length + 1);
    if (contents) return inside;
    return `${path === '' ? options.sourceName : basename(path)}/${inside}`;
  }
  return undefined;
}

export interface SyncFilesInput {
  items: readonly SyncItem[];
  /** Absolute directories. */
  source: string;
  destination: string;
  /** What the source directory is called where its own name matters. Default: its base name. */
  sourceName?: string;
  /** Paths in the destination that are neither replaced nor deleted. */
  keep?: readonly string[];
}

/** Plans and carries out the items one after the other; the next sees what the one before it did. */
export async function syncFiles(
  input: SyncFilesInput,
): Promise<{ operations: SyncOperation[]; missing: string[]; kept: string[] }> {
  const source = await realpath(input.source);
  const destination = await realpath(input.destination);
  const operations: SyncOperation[] = [];
  const missing: string[] = [];
  const keep = new Set(input.keep ?? []);
  const kept = new Set<string>();
  for (const item of input.items) {
    const plan = planSyncItem(item, diskTree(source), diskTree(destination), {
      sourceName: input.sourceName ?? basename(source),
    });
    const wanted = plan.operations.filter(({ path }) => !keep.has(path));
    for (const { path } of plan.operations) if (keep.has(path)) kept.add(path);
    await applySync(wanted, { source, destination });
    operations.push(...wanted);
    missing.push(...plan.missing);
  }
  return { operations, missing, kept: [...kept] };
}
