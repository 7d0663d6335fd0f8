/**
 * The options of a macro call (`-q -n "a b" 1`), split as rpm's popt does, with every blank and quote
 * kept so that an option can be changed and nothing else.
 */
import { parseValue } from './value.ts';

export interface OptionToken {
  readonly type: 'blank' | 'word';
  readonly raw: string;
  /** Without quotes and backslashes. */
  readonly value: string;
}

/** Undefined if a quote or a macro is not closed. */
export function tokenizeOptions(text: string): readonly OptionToken[] | undefined {
  const nodes = parseValue(text);
  if (!nodes) return undefined;
  // An expansion is one unit: blanks and quotes inside it separate nothing.
  const units = nodes.flatMap((node) => (node.type === 'text' ? Array.from(node.raw) : [node.raw]));
  const tokens: OptionToken[] = [];
  let raw = '';
  let value = '';
  let quote = '';
  const finish = (): void => {
    if (raw !== '') tokens.push({ type: 'word', raw, value });
    raw = '';
    value = '';
  };
  for (let i = 0; i < units.length; i++) {
    const unit = units[i] ?? '';
    if (quote === '' && /^\s$/.test(unit)) {
      finish();
      const last = tokens.at(-1);
      if (last?.type === 'blank')
        tokens[tokens.length - 1] = { type: 'blank', raw: last.raw + unit, value: '' };
      else tokens.push({ type: 'blank', raw: unit, value: '' });
      continue;
    }
    raw += unit;
    if (unit === '\\') {
      const next = units[++i];
      if (next === undefined) return undefined;
      raw += next;
      value += quote !== '' && next !== quote ? unit + next : next;
    } else if (unit === quote) quote = '';
    else if (quote === '' && (unit === '"' || unit === "'")) quote = unit;
    else value += unit;
  }
  if (quote !== '') return undefined;
  finish();
  return tokens;
}

export interface ParsedOptions {
  readonly options: ReadonlyMap<string, string | true>;
  readonly positional: readonly string[];
}

/** Reads tokens by a getopt string (`a:b:cDn:Tq`). The last of repeated options counts. */
export function readOptions(tokens: readonly OptionToken[], optstring: string): ParsedOptions {
  const options = new Map<string, string | true>();
  const positional: string[] = [];
  const words = tokens.filter((token) => token.type === 'word');
  for (let i = 0; i < words.length; i++) {
    const { value } = words[i] ?? { value: '' };
    if (!/^-./.test(value)) {
      positional.push(value);
      continue;
    }
    for (let at = 1; at < value.length; at++) {
      const letter = value[at] ?? '';
      if (!takesArgument(optstring, letter)) {
        options.set(letter, true);
        continue;
      }
      const rest = value.slice(at + 1);
      options.set(letter, rest === '' ? (words[++i]?.value ?? '') : rest);
      break;
    }
  }
  return { options, positional };
}

/** The options text with `-letter value`; what is there already is replaced, else it is appended. */
export function setOption(
  text: string,
  letter: string,
  value: string,
  optstring: string,
): string | undefined {
  const tokens = tokenizeOptions(text);
  if (!tokens) return undefined;
  const quoted = /\s/.test(value) ? `"${value}"` : value;
  const place = findOption(tokens, letter, optstring);
  const raws = tokens.map((token) => token.raw);
  if (!place) {
    const trailing = tokens.at(-1)?.type === 'blank' ? raws.pop() : undefined;
    const gap = raws.length > 0 ? ' ' : '';
    return `${raws.join('')}${gap}-${letter} ${quoted}${trailing ?? ''}`;
  }
  if (place.argument !== undefined) raws[place.argument] = quoted;
  else if (/\s/.test(value) || place.bare) raws[place.option] = `${place.before}${letter} ${quoted}`;
  else raws[place.option] = `${place.before}${letter}${quoted}`;
  return raws.join('');
}

interface OptionPlace {
  option: number;
  /** Index of the word that is its argument, if that is a word of its own. */
  argument: number | undefined;
  /** The dash and flags before the letter in the same word. */
  before: string;
  /** The option stands last, without its argument. */
  bare: boolean;
}

function findOption(
  tokens: readonly OptionToken[],
  letter: string,
  optstring: string,
): OptionPlace | undefined {
  let found: OptionPlace | undefined;
  const words = tokens.flatMap((token, index) =>
    token.type === 'word' ? [{ value: token.value, index }] : [],
  );
  for (let i = 0; i < words.length; i++) {
    const { value, index } = words[i] ?? { value: '', index: 0 };
    if (!/^-./.test(value)) continue;
    for (let at = 1; at < value.length; at++) {
      const current = value[at] ?? '';
      if (!takesArgument(optstring, current)) continue;
      const attached = at + 1 < value.length;
      const argument = attached ? undefined : words[i + 1]?.index;
      if (current === letter) {
        found = {
          option: index,
          argument,
          before: value.slice(0, at),
          bare: !attached && argument === undefined,
        };
      }
      if (argument !== undefined) i += 1;
      break;
    }
  }
  return found;
}

function takesArgument(optstring: string, letter: string): boolean {
  const at = optstring.indexOf(letter);
  return letter !== ':' && at >= 0 && optstring[at + 1] === ':';
}
