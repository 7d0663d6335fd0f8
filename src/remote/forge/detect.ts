import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServiceError } from '../../errors.ts';
import { parseJson, textOf } from './api.ts';
import { FORGE_NAME, isRecord, unreachableError } from './failure.ts';
import { textAt } from './fields.ts';
import type { Reply, Transport } from './transport.ts';
import { FORGE_KINDS, forgeKindIn } from './types.ts';
import type { ForgeKind } from './types.ts';

/** A forge the user configuration speaks of. */
export interface ForgeInstance {
  /** `https://src.fedoraproject.org`; also finds the instance if only scheme or path differ. */
  instanceUrl: string;
  /** What it speaks, said in so many words (`type:`): not questioned. */
  kind?: ForgeKind;
  /** What the entry's name suggests (`pagure:`): asked first, for instances move from one forge to another. */
  likely?: ForgeKind;
}

export interface DetectOptions {
  /** Scheme and host of the web interface. */
  instanceUrl: string;
  send: Transport;
  instances?: readonly ForgeInstance[];
  /** Where answers are kept for a day; without it every run asks. */
  cacheDir?: string;
  now?: () => Date;
  /** Do not believe the cache: it has just proved wrong. */
  fresh?: boolean;
}

export interface Detected {
  kind: ForgeKind;
  /** As configured, if it is: with a path where GitLab lives below one. */
  instanceUrl: string;
  from: 'configuration' | 'cache' | 'host' | 'probe';
}

const DAY = 24 * 60 * 60 * 1000;
const CACHE_FILE = 'forges.json';

/** Hosts that will be what they are for as long as their name is theirs. */
const CERTAIN: Readonly<Record<string, ForgeKind>> = { 'github.com': 'github', 'gitlab.com': 'gitlab' };

/** Whom to ask first. Only an order: the host itself decides. */
const LIKELY: readonly (readonly [RegExp, ForgeKind])[] = [
  [/(^|\.)pagure\.|^(src|pkgs)(\.stg)?\.fedoraproject\.org$|^git(\.stg)?\.centos\.org$/, 'pagure'],
  [/forgejo|gitea|^codeberg\.org$|^forge\.fedoraproject\.org$/, 'forgejo'],
  [/gitlab|^salsa\.debian\.org$|^framagit\.org$|^invent\.kde\.org$/, 'gitlab'],
  [/github/, 'github'],
];

/**
 * Finds out which forge an instance is: the configuration's word, an answer not older than a day, or the
 * answers of the host to one small request per kind.
 *
 * @throws ServiceError FORGE_UNREACHABLE if the host gives no answer, FORGE_UNKNOWN if it is none of the four
 */
export async function detectForge(options: DetectOptions): Promise<Detected> {
  const host = new URL(options.instanceUrl).host;
  const configured = (options.instances ?? []).find((instance) => hostOf(instance.instanceUrl) === host);
  const instanceUrl = (configured?.instanceUrl ?? options.instanceUrl).replace(/\/+$/, '');
  if (configured?.kind !== undefined) return { kind: configured.kind, instanceUrl, from: 'configuration' };
  const certain = CERTAIN[host];
  if (certain !== undefined) return { kind: certain, instanceUrl, from: 'host' };

  const now = (options.now?.() ?? new Date()).getTime();
  const cached = options.fresh === true ? undefined : (await readCache(options.cacheDir))[instanceUrl];
  if (cached !== undefined && now - cached.at < DAY && cached.at <= now) {
    return { kind: cached.kind, instanceUrl, from: 'cache' };
  }
  const first = configured?.likely ?? LIKELY.find(([pattern]) => pattern.test(host))?.[1];
  const kind = await probe(instanceUrl, options.send, first);
  await remember(options.cacheDir, instanceUrl, { kind, at: now });
  return { kind, instanceUrl, from: 'probe' };
}

/** Asks the likely one alone, so that the usual case is one request; then all others at once. */
async function probe(instanceUrl: string, send: Transport, first: ForgeKind | undefined): Promise<ForgeKind> {
  const failures: unknown[] = [];
  const rounds = first === undefined ? [ORDER] : [[first], ORDER.filter((kind) => kind !== first)];
  for (const round of rounds) {
    const answers = await Promise.all(
      round.map(async (kind) => {
        try {
          return await speaks(kind, instanceUrl, send);
        } catch (error) {
          failures.push(error);
          return false;
        }
      }),
    );
    const found = round.find((_kind, index) => answers[index]);
    if (found !== undefined) return found;
  }
  const host = new URL(instanceUrl).host;
  if (failures.length === ORDER.length) {
    throw unreachableError({ host, action: `find out which forge ${host} is` }, failures[0]);
  }
  throw new ServiceError(
    'FORGE_UNKNOWN',
    `${host} answers like none of ${FORGE_KINDS.map(nameOf).join(', ')}`,
    {
      hint:
        `If it is one of them behind a login or a proxy, say which in the user configuration (~/.config/packit.yaml): ` +
        `\`authentication: {${host}: {type: forgejo, instance_url: "${instanceUrl}"}}\` (or github, gitlab, pagure).`,
    },
  );
}

/** Where two claim a host, the one before: Forgejo's answer is the most particular, GitHub's the least. */
const ORDER: readonly ForgeKind[] = ['forgejo', 'pagure', 'gitlab', 'github'];

const PROBE_PATH: Readonly<Record<ForgeKind, string>> = {
  forgejo: '/api/v1/version',
  pagure: '/api/0/version',
  gitlab: '/api/v4/version',
  github: '/api/v3/meta',
};

/** No token goes along: it is not known yet whose it would be. */
async function speaks(kind: ForgeKind, instanceUrl: string, send: Transport): Promise<boolean> {
  const url = `${instanceUrl}${PROBE_PATH[kind]}`;
  const reply = await send({ method: 'GET', url, headers: { accept: 'application/json' } });
  const body = parseJson(textOf(reply.bytes));
  return isRecord(body) && IS_ANSWER[kind](reply, body);
}

type Judge = (reply: Reply, body: Record<string, unknown>) => boolean;

const IS_ANSWER: Readonly<Record<ForgeKind, Judge>> = {
  // An instance closed to visitors answers 403 in words of its own.
  forgejo: ({ status }, body) =>
    (status === 200 && typeof body.version === 'string') ||
    (status === 403 && /signed in user is allowed to call/i.test(textAt(body, 'message') ?? '')),
  pagure: ({ status }, body) =>
    (status === 200 && typeof body.version === 'string') || typeof body.error_code === 'string',
  gitlab: ({ status }, body) =>
    (status === 401 && textAt(body, 'message') === '401 Unauthorized') ||
    (status === 200 && typeof body.version === 'string' && typeof body.revision === 'string'),
  github: ({ status, headers }, body) =>
    headers.has('x-github-request-id') ||
    headers.has('x-github-enterprise-version') ||
    (status === 200 && typeof body.verifiable_password_authentication === 'boolean'),
};

interface CacheEntry {
  kind: ForgeKind;
  /** Milliseconds since the epoch. */
  at: number;
}

/** A cache that is missing, broken or not readable is an empty one. */
async function readCache(directory: string | undefined): Promise<Record<string, CacheEntry>> {
  if (directory === undefined) return {};
  const text = await readFile(join(directory, CACHE_FILE), 'utf8').catch(() => '{}');
  const data = parseJson(text);
  if (!isRecord(data)) return {};
  return Object.fromEntries(
    Object.entries(data).flatMap(([url, entry]) => {
      const kind = forgeKindIn(textAt(entry, 'kind'));
      const at = isRecord(entry) ? entry.at : undefined;
      return kind !== undefined && typeof at === 'number' ? [[url, { kind, at }] as const] : [];
    }),
  );
}

async function remember(
  directory: string | undefined,
  instanceUrl: string,
  entry: CacheEntry,
): Promise<void> {
  if (directory === undefined) return;
  const file = join(directory, CACHE_FILE);
  const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const all = { ...(await readCache(directory)), [instanceUrl]: entry };
    await writeFile(draft, `${JSON.stringify(all, null, 2)}\n`);
    await rename(draft, file);
  } catch {
    // Only convenience is lost.
    await rm(draft, { force: true }).catch(() => {});
  }
}

function hostOf(url: string): string | undefined {
  try {
    return new URL(url).host;
  } catch {
    return undefined;
  }
}

function nameOf(kind: ForgeKind): string {
  return FORGE_NAME[kind];
}
