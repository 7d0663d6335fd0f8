/**
 * Asking rpm for expansions: lines added after the end of a copy of the spec, so that the lines of the spec
 * keep their numbers and the macros have the values they end with.
 */
import { hasBalancedBraces } from './macro-text.ts';

export interface Probes {
  /** To be appended to the spec. */
  text: string;
  /** The values found in what rpmspec wrote; undefined where rpm did not get that far. */
  read(output: Buffer): (string | undefined)[];
}

/**
 * `%{echo:...}` adds nothing to the section the spec ends in. Only an expression whose braces do not match
 * cannot stand inside it and becomes a line of that section.
 *
 * Values are enclosed in markers nobody can guess, so that they may hold newlines or whatever else.
 */
export function createProbes(expressions: readonly string[], nonce = randomWord()): Probes {
  const lines = expressions.map((expression, index) => {
    const marked = `[${nonce}:${index}<${expression}>${nonce}:${index}]`;
    return hasBalancedBraces(expression) ? `%{echo:${marked}}` : marked;
  });
  return {
    text: lines.length === 0 ? '' : `\n\n${lines.join('\n')}\n`,
    read: (output) => expressions.map((_expression, index) => valueOf(output, nonce, index)),
  };
}

/** With `BuildArch` rpm reads the spec once more for each architecture: the last answer is the one that holds. */
function valueOf(output: Buffer, nonce: string, index: number): string | undefined {
  const open = `[${nonce}:${index}<`;
  const from = output.lastIndexOf(open);
  const to = output.lastIndexOf(`>${nonce}:${index}]`);
  if (from < 0 || to < from) return undefined;
  return output.toString('utf8', from + open.length, to);
}

/** Nothing a spec holds; loading Node's cryptography for better randomness takes longer than the whole question. */
function randomWord(): string {
  return `${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`;
}
