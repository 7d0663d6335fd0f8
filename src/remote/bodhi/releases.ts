import { ServiceError } from '../../errors.ts';

/** A release of a distribution as Bodhi knows it, the parts packit uses. */
export interface BodhiRelease {
  /** `F42`, `EPEL-9`. */
  name: string;
  /** `Fedora 42`, `Fedora EPEL 9`. */
  long_name: string;
  /** `42`, `9`, `10.1`. */
  version: string;
  /** `FEDORA`, `FEDORA-EPEL`, `FEDORA-CONTAINER`, ... */
  id_prefix: string;
  /** The dist-git branch. */
  branch: string;
  /** `current`, `pending`, `frozen`, `archived`, `disabled`. */
  state: string;
}

/** Gets a JSON document. */
export type FetchJson = (url: string) => Promise<unknown>;

export const BODHI_URL = 'https://bodhi.fedoraproject.org';
const STATES = ['current', 'pending', 'frozen'] as const;
const ROWS = 100;
const MAX_PAGES = 50;

/**
 * All releases that are current, pending or frozen, page by page.
 * @throws ServiceError `BODHI_UNEXPECTED` for an answer of another shape, and what `fetchJson` throws
 */
export async function fetchActiveReleases(
  fetchJson: FetchJson,
  baseUrl = BODHI_URL,
): Promise<BodhiRelease[]> {
  const releases: BodhiRelease[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const url = new URL('releases/', `${baseUrl.replace(/\/+$/, '')}/`);
    for (const state of STATES) url.searchParams.append('state', state);
    url.searchParams.set('rows_per_page', String(ROWS));
    url.searchParams.set('page', String(page));
    const answer = await fetchJson(url.href);
    const list = isObject(answer) ? answer.releases : undefined;
    if (!isObject(answer) || !Array.isArray(list)) throw unexpected(url.href);
    for (const item of list) releases.push(toRelease(item, url.href));
    // Not `page === pages`: no releases at all is page 1 of 0.
    if (page >= Number(answer.pages ?? 0)) return releases;
  }
  return releases;
}

/** Checks what came from Bodhi or from the cache of an earlier answer; what is missing is empty. */
export function toRelease(item: unknown, from: string): BodhiRelease {
  if (!isObject(item) || typeof item.name !== 'string' || typeof item.version !== 'string') {
    throw unexpected(from);
  }
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    name: item.name,
    long_name: text(item.long_name),
    version: item.version,
    id_prefix: text(item.id_prefix),
    branch: text(item.branch),
    state: text(item.state),
  };
}

function unexpected(from: string): ServiceError {
  return new ServiceError('BODHI_UNEXPECTED', `Unexpected answer to ${from}`, {
    hint: 'Try again later; if it stays, the service has changed and packit needs an update.',
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
