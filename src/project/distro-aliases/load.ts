import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isPackitError, messageOf } from '../../errors.ts';
import { fetchActiveReleases, toRelease } from '../../remote/bodhi/index.ts';
import type { BodhiRelease, FetchJson } from '../../remote/bodhi/index.ts';
import { computeAliases } from './compute.ts';
import type { Aliases } from './distro.ts';
import { SNAPSHOT } from './snapshot.ts';

export interface LoadedAliases {
  aliases: Aliases;
  /** `bodhi`: just asked; `cache`: an earlier answer; `bundled`: the list that comes with packit. */
  source: 'bodhi' | 'cache' | 'bundled';
  /** When the list was true. */
  date: Date;
  /** Set where the list is older than it should be: one line to show. */
  notice: string | undefined;
}

export interface LoadAliasesOptions {
  /** `ctx.paths.cache`. */
  cacheDirectory: string;
  now: () => Date;
  /** Left out where the network must not be used (`--offline`). */
  fetchJson?: FetchJson;
  /** Default: Fedora's Bodhi. */
  bodhiUrl?: string;
}

/** An answer of Bodhi is good for this long, as in the reference. */
const FRESH_MS = 12 * 60 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The distribution aliases: from a cached answer of Bodhi if it is fresh, else from Bodhi, else from an
 * old answer, else from the bundled list. Never fails; a stale list is told in `notice`.
 */
export async function loadAliases(options: LoadAliasesOptions): Promise<LoadedAliases> {
  const now = options.now();
  const file = join(options.cacheDirectory, 'distro-aliases.json');
  const cached = await readCache(file);
  if (cached !== undefined && isFresh(cached.date, now)) {
    return {
      aliases: computeAliases(cached.releases),
      source: 'cache',
      date: cached.date,
      notice: undefined,
    };
  }
  let problem = 'the network is not used';
  if (options.fetchJson !== undefined) {
    try {
      const releases = await fetchActiveReleases(options.fetchJson, options.bodhiUrl);
      if (releases.length === 0) throw new Error('Bodhi knows no releases');
      await writeCache(file, releases, now);
      return { aliases: computeAliases(releases), source: 'bodhi', date: now, notice: undefined };
    } catch (error) {
      if (isPackitError(error) && error.code === 'INTERRUPTED') throw error;
      problem = messageOf(error);
    }
  }
  if (cached !== undefined) {
    return {
      aliases: computeAliases(cached.releases),
      source: 'cache',
      date: cached.date,
      notice: `Distribution aliases are ${age(cached.date, now)} old: ${problem}`,
    };
  }
  const date = new Date(SNAPSHOT.date);
  return {
    aliases: computeAliases(SNAPSHOT.releases),
    source: 'bundled',
    date,
    notice: `Distribution aliases are those bundled with packit, of ${SNAPSHOT.date} (${age(date, now)} old): ${problem}`,
  };
}

/**
 * True if the meaning of a name depends on which releases are active. `main`, `f42` or `epel9` mean
 * themselves, and `rawhide` the default branch, whatever Bodhi says: no need to ask.
 */
export function needsAliases(names: readonly string[]): boolean {
  return names.length === 0 || names.some((name) => /^(?:fedora|epel)-/.test(name));
}

/** The bundled aliases, nobody asked: enough for names of which `needsAliases` says no. */
export function bundledAliases(): Aliases {
  return computeAliases(SNAPSHOT.releases);
}

function isFresh(date: Date, now: Date): boolean {
  const passed = now.getTime() - date.getTime();
  return passed >= 0 && passed < FRESH_MS;
}

function age(date: Date, now: Date): string {
  const days = Math.max(0, Math.floor((now.getTime() - date.getTime()) / DAY_MS));
  return days === 1 ? '1 day' : days === 0 ? 'less than a day' : `${days} days`;
}

async function readCache(file: string): Promise<{ releases: BodhiRelease[]; date: Date } | undefined> {
  try {
    const content = JSON.parse(await readFile(file, 'utf8')) as { data?: unknown; timestamp?: unknown };
    if (!Array.isArray(content.data) || typeof content.timestamp !== 'number') return undefined;
    const releases = content.data.map((item) => toRelease(item, file));
    return releases.length === 0 ? undefined : { releases, date: new Date(content.timestamp * 1000) };
  } catch {
    // No cache, or one that cannot be used: as good as none.
    return undefined;
  }
}

/** Written aside and renamed, so that a run beside this one never reads half a file. */
async function writeCache(file: string, releases: readonly BodhiRelease[], now: Date): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(temporary, JSON.stringify({ data: releases, timestamp: now.getTime() / 1000 }));
    await rename(temporary, file);
  } catch {
    // A cache that cannot be written only costs the next run a request.
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}
