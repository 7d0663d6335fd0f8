import { pathOf } from '../api.ts';
import type { Api } from '../api.ts';
import { listAt } from '../fields.ts';
import type { ProjectRef } from '../project.ts';

const PAGE = 50;

interface Listing {
  action: string;
  path: string;
  query?: Record<string, string>;
  limit?: number;
}

/** All pages of a list, or as many as hold `limit` items. An instance may allow fewer per page than asked for. */
export async function collect(
  api: Api,
  { action, path, query, limit = Infinity }: Listing,
): Promise<unknown[]> {
  const items: unknown[] = [];
  for (let page = 1; items.length < limit; page += 1) {
    const { body, headers } = await api({ action, path, query: { ...query, limit: PAGE, page } });
    const more = listAt({ body }, 'body');
    items.push(...more);
    const total = Number(headers.get('x-total-count') ?? Number.NaN);
    if (more.length === 0 || items.length >= total) break;
  }
  return items.slice(0, limit);
}

export function repo({ namespace, name }: ProjectRef): string {
  return `/repos${pathOf(namespace, name)}`;
}
