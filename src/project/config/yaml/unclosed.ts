import type { CST } from 'yaml';

/** The first bracket or quote that is opened and not closed. */
export function unclosed(tokens: readonly (CST.Token | null | undefined)[]): { start: number } | undefined {
  for (const token of tokens) {
    const found = token === null || token === undefined ? undefined : unclosedIn(token);
    if (found !== undefined) return found;
  }
  return undefined;
}

function unclosedIn(token: CST.Token): { start: number } | undefined {
  if (token.type === 'single-quoted-scalar' || token.type === 'double-quoted-scalar') {
    const { source, offset } = token;
    return source.length > 1 && source.endsWith(source.charAt(0)) ? undefined : { start: offset };
  }
  if (token.type === 'document') return unclosed([token.value]);
  if (!('items' in token)) return undefined;
  // The innermost: what it stands in is not closed because of it.
  const inner = unclosed(token.items.flatMap(({ key, value }) => [key, value]));
  if (inner !== undefined || token.type !== 'flow-collection') return inner;
  const close = token.start.type === 'flow-seq-start' ? 'flow-seq-end' : 'flow-map-end';
  return token.end.some(({ type }) => type === close) ? undefined : { start: token.start.offset };
}
