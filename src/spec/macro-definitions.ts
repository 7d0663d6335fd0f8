import { isInForce } from './in-force.ts';
import { type DefinitionToken, lex } from './lexer.ts';
import { findTag } from './tags.ts';
import { parseValue, type ValueNode } from './value.ts';
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
  const { keyword, afterKeyword, name, parameters, tail } = token;
  const gap = token.afterName === '' && !/^(?:$|\\\n)/.test(body) ? ' ' : token.afterName;
  return (lead + keyword + afterKeyword + name + parameters + gap + body + tail).split('\n');
}

function leadOf(token: DefinitionToken, commentedOut: boolean, style: CommentOutStyle = token.style): string {
  const indent = /^\s*/.exec(token.lead)?.[0] ?? '';
  if (!commentedOut) return `${indent}%`;
  // `%%` keeps rpm from expanding a definition within a comment.
  if (style === 'dnl') return `${indent}%dnl %`;
  return style === 'hash' ? `${indent}#` : `${indent}# %%`;
}

/** The macros of the spec that Version is built from, the ones used in it first. */
export function versionMacros(doc: SpecDocument, evaluation?: Evaluation): readonly MacroDefinition[] {
  return macrosOf(doc, findTag(doc, 'version', evaluation)?.value ?? '', evaluation);
}

/** The macros of the spec that a value is built from, the ones used in it first. */
export function macrosOf(
  doc: SpecDocument,
  value: string,
  evaluation?: Evaluation,
): readonly MacroDefinition[] {
  const found = new Map<string, MacroDefinition>();
  const visit = (part: string): void => {
    for (const name of macroNames(part)) {
      const definition = found.has(name) ? undefined : findMacroDefinition(doc, name, evaluation);
      if (!definition) continue;
      found.set(name, definition);
      visit(definition.body);
    }
  };
  visit(value);
  return [...found.values()];
}

function macroNames(value: string): string[] {
  const visit = (nodes: readonly ValueNode[]): string[] =>
    nodes.flatMap((node) => {
      if (node.type === 'macro') return [node.name];
      return node.type === 'conditional' ? [node.name, ...visit(node.body)] : [];
    });
  return visit(parseValue(value) ?? []);
}
