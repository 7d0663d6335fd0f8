import type { Call } from './server.ts';

export interface Page<T> {
  items: T[];
  number: number;
  last: number;
  size: number;
  total: number;
}

/** The part of a list that was asked for. `sizeName`: what the forge calls the number of items per page. */
export function pageOf<T>(
  call: Call,
  all: readonly T[],
  sizeName: string,
  usual: number,
  most = 100,
): Page<T> {
  const number = Math.max(1, Number(call.query.get('page') ?? 1));
  const size = Math.min(most, Number(call.query.get(sizeName) ?? usual));
  const last = Math.max(1, Math.ceil(all.length / size));
  return { items: all.slice((number - 1) * size, number * size), number, last, size, total: all.length };
}

/** RFC 8288, as GitHub, GitLab and Forgejo send it. */
export function linkHeader(url: string, page: Page<unknown>): Record<string, string> {
  if (page.number >= page.last) return {};
  const link = (number: number, rel: string): string => {
    const target = new URL(url);
    target.searchParams.set('page', String(number));
    return `<${target.href}>; rel="${rel}"`;
  };
  return { link: `${link(page.number + 1, 'next')}, ${link(page.last, 'last')}` };
}
