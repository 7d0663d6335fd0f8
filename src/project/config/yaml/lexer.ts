import { Lexer, Parser } from 'yaml';
import type { CST } from 'yaml';

/** What the library keeps to itself: the indentation a line must have to belong to what is being read. */
interface Internals {
  indentNext: number;
  parseQuotedScalar(): Generator<string, unknown>;
  parseFlowCollection(): Generator<string, unknown>;
}

/**
 * The library's tokens, except that inside quotes and brackets indentation means nothing, as for PyYAML: a text in quotes
 * may go on in the first column of the next line.
 */
export function lenientTokens(text: string): CST.Token[] {
  const lexer = new Lexer();
  const internals = lexer as unknown as Internals;
  withoutIndentation(internals, 'parseQuotedScalar');
  withoutIndentation(internals, 'parseFlowCollection');
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  for (const lexeme of lexer.lex(text)) tokens.push(...parser.next(lexeme));
  tokens.push(...parser.end());
  return tokens;
}

function withoutIndentation(lexer: Internals, method: 'parseQuotedScalar' | 'parseFlowCollection'): void {
  const original = lexer[method].bind(lexer);
  lexer[method] = function* (): Generator<string, unknown> {
    const indent = lexer.indentNext;
    lexer.indentNext = 0;
    const next = yield* original();
    lexer.indentNext = indent;
    return next;
  };
}
