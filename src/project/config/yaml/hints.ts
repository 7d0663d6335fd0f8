import type { ErrorCode } from 'yaml';

export interface SyntaxWords {
  /** Instead of the library's words, where those speak of the grammar rather than of the file. */
  message?: string;
  /** What to do about it. */
  hint: string;
}

const ANYTHING: SyntaxWords = { hint: 'Check the indentation and the quotes around this place.' };

const WORDS: Readonly<Partial<Record<ErrorCode, SyntaxWords>>> = {
  BAD_INDENT: { hint: 'Check the indentation: entries of one list or mapping start in the same column.' },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'A second ":" on this line: a mapping cannot begin inside a value',
    hint: 'Put a value that holds ": " into quotes, or start the mapping on a line of its own.',
  },
  BLOCK_IN_FLOW: { hint: 'Inside [ ] and { } everything is in brackets: no "- " and no indented mappings.' },
  BAD_ALIAS: { hint: 'Put a value that starts with * into quotes.' },
  BAD_DQ_ESCAPE: {
    message: 'There is no such escape in a double-quoted text',
    hint: 'Use single quotes where backslashes are meant literally, or write \\\\.',
  },
  BAD_SCALAR_START: { hint: 'Put a value that starts with a special character into quotes.' },
  MISSING_CHAR: { hint: 'Close what is open, or put a value with special characters into quotes.' },
  MULTILINE_IMPLICIT_KEY: { hint: 'A key ends on the line it begins on: is a ":" missing?' },
  RESOURCE_EXHAUSTION: {
    message: 'Nested more levels deep than can be read',
    hint: 'No configuration needs that; is there an unclosed bracket?',
  },
  TAB_AS_INDENT: { message: 'A tab stands where only spaces may', hint: 'Indent with spaces.' },
  UNEXPECTED_TOKEN: {
    message: 'This does not belong here',
    hint: 'Check the indentation, and put values with special characters into quotes.',
  },
};

/** What to say about one of the library's complaints. */
export function syntaxWords(code: ErrorCode): SyntaxWords {
  return WORDS[code] ?? ANYTHING;
}
