import type { CST } from 'yaml';
import { YamlError } from './nodes.ts';

/** Deeper nesting than this is refused: no configuration has it, and it would exhaust the stack. */
export const MAX_DEPTH = 200;

export function tooDeep(offset: number): YamlError {
  return new YamlError(`Nested more than ${MAX_DEPTH} levels deep`, offset, {
    hint: 'No configuration needs that; is there an unclosed bracket?',
  });
}

/**
 * Looks before the library composes, which it does recursively: a regular expression that is compiled near the end of the
 * stack ends the whole process, and cannot be caught.
 *
 * @throws YamlError at the first collection that is too deep
 */
export function checkDepth(tokens: readonly CST.Token[]): void {
  let level: readonly CST.Token[] = tokens;
  for (let depth = 0; level.length > 0; depth += 1) {
    const collections = level.flatMap(collectionsOf);
    const [first] = collections;
    if (depth >= MAX_DEPTH && first !== undefined) throw tooDeep(first.offset);
    level = collections.flatMap(({ items }) =>
      items.flatMap(({ key, value }) => [key, value].filter(isToken)),
    );
  }
}

type Collection = CST.BlockMap | CST.BlockSequence | CST.FlowCollection;

function collectionsOf(token: CST.Token): Collection[] {
  const content = token.type === 'document' ? token.value : token;
  return content !== undefined && 'items' in content ? [content] : [];
}

function isToken(token: CST.Token | null | undefined): token is CST.Token {
  return token !== null && token !== undefined;
}
