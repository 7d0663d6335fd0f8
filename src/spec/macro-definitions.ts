import { isInForce } from './conditions.ts';
import { type DefinitionToken, lex } from './lexer.ts';
import type { CommentOutStyle, Evaluation, MacroDefinition, SpecDocument } from './types.ts';

/** Every `%global` and `%define` at the start of a line, commented out ones too, in the order of lines. */
export function macroDefinitions(doc: SpecDocument, evaluation?: Evaluation): readonly MacroDefinition[] {
  return lex(doc).definitions.map((token) => ({
    name: token.name,
    parameters: token.parameters === '' ? undefined : token.parameters,
    body: token.body,
    keyword: token.keyword,
    commentedOut: token.commentedOut,
    commentOutStyle: token.style,
    line: token.line,
    end: token.end,
    valid: isInForce(doc, token.line, evaluation),
  }));
}

/** The definition of that name that counts at the end of the spec: the last one in force. */
export function findMacroDefinition(
  doc: SpecDocument,
  name: string,
  evaluation?: Evaluation,
): MacroDefinition | undefined {
  const named = macroDefinitions(doc, evaluation).filter((definition) => definition.name === name);
  return (
    named.findLast((definition) => definition.valid === true && !definition.commentedOut) ??
    named.find((definition) => definition.valid !== false) ??
    named[0]
  );
}

/** The lines of a definition with another body or commented out (or not any more). */
export function renderDefinition(
  token: DefinitionToken,
  change: { body?: string; commentedOut?: boolean; style?: CommentOutStyle },
): string[] {
  const commentedOut = change.commentedOut ?? token.commentedOut;
  const lead = commentedOut === token.commentedOut ? token.lead : leadOf(token, commentedOut, change.style);
  const body = change.body ?? token.body;
  const { keyword, afterKeyword, name, parameters, afterName, tail } = token;
  return (lead + keyword + afterKeyword + name + parameters + afterName + body + tail).split('\n');
}

function leadOf(token: DefinitionToken, commentedOut: boolean, style: CommentOutStyle = token.style): string {
  const indent = /^\s*/.exec(token.lead)?.[0] ?? '';
  if (!commentedOut) return `${indent}%`;
  // `%%` keeps rpm from expanding a definition within a comment.
  if (style === 'dnl') return `${indent}%dnl %`;
  return style === 'hash' ? `${indent}#` : `${indent}# %%`;
}
