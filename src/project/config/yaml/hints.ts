/** The library's complaints in words about the file instead of the grammar, with what to do. */
import type { CST, ErrorCode, YAMLParseError } from 'yaml';
import { unclosed } from './unclosed.ts';

export interface SyntaxWords {
  message: string;
  hint: string;
  /** Where the place to look at is, if it is not where the library noticed. */
  offset?: number;
  /** Where what is not closed was opened. */
  began?: number | undefined;
}

const CHECK_COLUMNS = 'Check the indentation: entries of one list or mapping start in the same column.';
const QUOTE_IT = 'Put a value with special characters into quotes.';

const WORDS: Readonly<Partial<Record<ErrorCode, SyntaxWords>>> = {
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'A second ":" on this line: a mapping cannot begin inside a value',
    hint: 'Put a value that holds ": " into quotes; if a key of its own follows on the next line, indent that like this one.',
  },
  BLOCK_IN_FLOW: {
    message: 'An indented list or mapping cannot stand inside brackets',
    hint: 'Inside [ ] and { } everything is in brackets: no "- " and no indented mappings.',
  },
  BAD_ALIAS: {
    message: 'This is no alias: a name has to follow the "*"',
    hint: 'Put a value that starts with * into quotes.',
  },
  BAD_DQ_ESCAPE: {
    message: 'There is no such escape in a double-quoted text',
    hint: 'Use single quotes where backslashes are meant literally, or write \\\\.',
  },
  RESOURCE_EXHAUSTION: {
    message: 'Nested more levels deep than can be read',
    hint: 'No configuration needs that; is there an unclosed bracket?',
  },
  TAB_AS_INDENT: { message: 'A tab stands where only spaces may', hint: 'Indent with spaces.' },
};

/** What to say about a complaint. */
export function syntaxWords(error: YAMLParseError, text: string, tokens: readonly CST.Token[]): SyntaxWords {
  const [offset] = error.pos;
  const { code, message } = error;
  if (code === 'MISSING_CHAR') return missing(message, offset, text, tokens);
  if (code === 'MULTILINE_IMPLICIT_KEY') return withoutColon(offset, text);
  if (code === 'BAD_INDENT' && message.startsWith('Flow')) return notClosed(message, tokens);
  if (code === 'BAD_INDENT') {
    return {
      message: 'This line does not start in the column of its neighbours',
      hint: CHECK_COLUMNS,
      offset: afterBlanks(offset, text),
    };
  }
  if (code === 'BAD_SCALAR_START') {
    return {
      message: `A value cannot start with ${text.charAt(offset)}`,
      hint: 'Put a value that starts with a special character into quotes.',
    };
  }
  if (code === 'UNEXPECTED_TOKEN') {
    return {
      message: `${wordAt(offset, text)} does not belong here`,
      hint: `Check the indentation and the brackets. ${QUOTE_IT}`,
    };
  }
  return WORDS[code] ?? { message, hint: 'Check the indentation and the quotes around this place.' };
}

function missing(message: string, offset: number, text: string, tokens: readonly CST.Token[]): SyntaxWords {
  if (/closing/.test(message)) {
    const quote = message.includes('"') ? '"' : "'";
    return {
      message: `A text in quotes is not closed: the closing ${quote} is missing`,
      hint: `Close it with ${quote}, or double a ' that belongs to a text in single quotes.`,
      began: unclosed(tokens)?.start,
    };
  }
  if (message.startsWith('Implicit map keys')) return withoutColon(offset, text);
  if (message.startsWith('Sequence item')) {
    return {
      message: 'This line stands in a list and does not start with "- "',
      hint: 'Check the indentation: keys of one list item start in the same column.',
      offset: afterBlanks(offset, text),
    };
  }
  return { message, hint: `Close what is open. ${QUOTE_IT}` };
}

function afterBlanks(offset: number, text: string): number {
  return offset + (/^ */.exec(text.slice(offset))?.[0].length ?? 0);
}

/** A line that is taken for a key, and is none. */
function withoutColon(offset: number, text: string): SyntaxWords {
  const line = /^[^\r\n]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1))?.[0].trim() ?? '';
  const shown = line.length > 40 ? `${line.slice(0, 37)}...` : line;
  return {
    message: `"${shown}" is not followed by a ":"`,
    hint: /^[\w-]+:\S/.test(line)
      ? 'Put a space after the colon.'
      : 'A key, a colon, a space and a value stand on one line: "key: value". Is this line indented too little, or a quote above not closed?',
  };
}

function notClosed(message: string, tokens: readonly CST.Token[]): SyntaxWords {
  const [open, close, what] = message.includes(']') ? ['[', ']', 'list'] : ['{', '}', 'mapping'];
  return {
    message: `The ${what} that starts with "${open}" does not end with a ${close}`,
    hint: `Close it with "${close}", and indent its lines by more than the line it starts in.`,
    began: unclosed(tokens)?.start,
  };
}

function wordAt(offset: number, text: string): string {
  const word = /^[^\s]{1,30}/.exec(text.slice(offset))?.[0];
  if (word === undefined) return 'The end of the line';
  return /^["']/.test(word) ? word : `"${word}"`;
}
