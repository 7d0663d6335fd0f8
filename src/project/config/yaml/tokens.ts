/** What the scanner hands to the composer. */
export type TokenType =
  | 'stream-end'
  | 'directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-mapping-start'
  | 'block-end'
  | 'flow-sequence-start'
  | 'flow-mapping-start'
  | 'flow-sequence-end'
  | 'flow-mapping-end'
  | 'block-entry'
  | 'flow-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

export interface Token {
  readonly type: TokenType;
  readonly start: number;
  readonly end: number;
  /** The text of a scalar, the name of an anchor or alias, the suffix of a tag, a directive's name. */
  readonly value: string;
  /** A scalar's quotes or block indicator; a tag's handle. */
  readonly style?: string | undefined;
  /** A `%YAML` or `%TAG` directive's two arguments. */
  readonly args?: readonly [string, string];
}

/** How a token is called in a message. */
export function tokenName(token: Token): string {
  return NAMES[token.type];
}

const NAMES: Record<TokenType, string> = {
  'stream-end': 'the end of the file',
  directive: 'a directive (a line that starts with %)',
  'document-start': 'the start of a document (---)',
  'document-end': 'the end of a document (...)',
  'block-sequence-start': 'a list',
  'block-mapping-start': 'a mapping',
  'block-end': 'a line that is indented less',
  'flow-sequence-start': '"["',
  'flow-mapping-start': '"{"',
  'flow-sequence-end': '"]"',
  'flow-mapping-end': '"}"',
  'block-entry': '"-"',
  'flow-entry': '","',
  key: 'a key',
  value: '":"',
  alias: 'an alias (*)',
  anchor: 'an anchor (&)',
  tag: 'a tag (!)',
  scalar: 'a value',
};
