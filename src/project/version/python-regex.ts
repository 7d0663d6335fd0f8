import { PackitError, messageOf } from '../../errors.ts';
import { bounded } from '../bounded-regex.ts';

/**
 * Configurations hold regular expressions written for Python's `re` module. JavaScript reads some of
 * them differently (`$`, `\Z`, `\w`, `(?P<name>...)`, a literal `]` or `{`), so they are translated
 * piece by piece; what JavaScript cannot do (possessive quantifiers, conditionals) is refused, never
 * silently changed.
 */
export interface PythonRegexOptions {
  /** `start`: as `re.match`. `none`: as `re.search`. `whole`: as `re.fullmatch`. Default: `start`. */
  anchor?: 'start' | 'none' | 'whole';
  ignoreCase?: boolean;
  /** What the pattern is, for the error: `upstream_tag_include`. */
  name?: string;
}

const START = '(?<![\\s\\S])';
const END = '(?![\\s\\S])';
const WORD = '\\p{L}\\p{N}_';
const WORD_ASCII = 'a-zA-Z0-9_';
const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const CONTROL: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };

/**
 * Compiles a Python regular expression. The result has no `g` flag, so it carries no state; it has
 * the `d` flag, so a match knows the place of its groups.
 * @throws PackitError `REGEX_INVALID`; matching throws `REGEX_TOO_SLOW`
 */
export function pythonRegex(pattern: string, options: PythonRegexOptions = {}): RegExp {
  const { anchor = 'start', ignoreCase = false, name } = options;
  try {
    const translated = new Translator(pattern, ignoreCase).run();
    const body = anchor === 'none' ? translated.source : `${START}(?:${translated.source})`;
    const regex = new RegExp(
      anchor === 'whole' ? `${body}${END}` : body,
      translated.ignoreCase ? 'div' : 'dv',
    );
    return bounded(regex, name === undefined ? `"${pattern}"` : `${name} "${pattern}"`);
  } catch (error) {
    const what = name === undefined ? `"${pattern}"` : `${name} "${pattern}"`;
    throw new PackitError(
      'REGEX_INVALID',
      `${what} is not a regular expression packit can use: ${messageOf(error)}`,
      {
        hint: 'Correct it: it is read as Python’s re module reads it. In double quotes YAML takes backslashes itself; single quotes leave them alone.',
        cause: error,
      },
    );
  }
}

interface Flags {
  ascii: boolean;
  dotAll: boolean;
  multiline: boolean;
  verbose: boolean;
}

class Translator {
  readonly #text: string;
  #at = 0;
  #ignoreCase: boolean;
  #flags: Flags = { ascii: false, dotAll: false, multiline: false, verbose: false };

  constructor(text: string, ignoreCase: boolean) {
    this.#text = text;
    this.#ignoreCase = ignoreCase;
  }

  run(): { source: string; ignoreCase: boolean } {
    this.#globalFlags();
    const source = this.#alternatives();
    if (this.#at < this.#text.length) throw new SyntaxError(`unbalanced ")" at position ${this.#at}`);
    return { source, ignoreCase: this.#ignoreCase };
  }

  /** Everything up to the end or an unopened `)`. */
  #alternatives(): string {
    let out = '';
    while (this.#at < this.#text.length && this.#peek() !== ')') out += this.#piece();
    return out;
  }

  #piece(): string {
    const char = this.#take();
    if (this.#flags.verbose && /\s/.test(char)) return '';
    switch (char) {
      case '#':
        if (!this.#flags.verbose) return literal(char);
        while (this.#at < this.#text.length && this.#peek() !== '\n') this.#at += 1;
        return '';
      case '\\':
        return this.#escape();
      case '[':
        return this.#characterClass();
      case '(':
        return this.#group();
      case '.':
        return this.#flags.dotAll ? '[\\s\\S]' : '[^\\n]';
      case '^':
        return this.#flags.multiline ? '(?<![^\\n])' : START;
      case '$':
        return this.#flags.multiline ? '(?![^\\n])' : `(?=\\n?${END})`;
      case '|':
        return '|';
      case '*':
      case '+':
      case '?':
        return char + this.#laziness();
      case '{':
        return this.#counted();
      default:
        return literal(char);
    }
  }

  #laziness(): string {
    if (this.#peek() === '+') throw new SyntaxError('possessive quantifiers are not supported');
    return this.#accept('?') ? '?' : '';
  }

  #counted(): string {
    const match = /^(\d*)(,?)(\d*)\}/.exec(this.#text.slice(this.#at));
    if (match === null || match[0] === '}') return literal('{');
    this.#at += match[0].length;
    const [, low = '', comma = '', high = ''] = match;
    return `{${low === '' ? '0' : low}${comma}${high}}${this.#laziness()}`;
  }

  #group(): string {
    const outer = { ...this.#flags };
    const open = this.#groupOpening();
    if (open === undefined) return '';
    if (open.whole !== undefined) return open.whole;
    const body = this.#alternatives();
    if (!this.#accept(')')) throw new SyntaxError('missing ")"');
    this.#flags = outer;
    return `${open.start}${body})`;
  }

  #groupOpening(): { start: string; whole?: string } | undefined {
    if (!this.#accept('?')) return { start: '(' };
    if (this.#accept('P')) {
      if (this.#accept('<')) return { start: `(?<${this.#until('>')}>` };
      if (this.#accept('=')) return { start: '', whole: `\\k<${this.#until(')')}>` };
      throw new SyntaxError('unknown extension after (?P');
    }
    if (this.#accept('#')) {
      this.#until(')');
      return undefined;
    }
    for (const start of ['<=', '<!', ':', '=', '!']) {
      if (this.#text.startsWith(start, this.#at)) {
        this.#at += start.length;
        return { start: `(?${start}` };
      }
    }
    const flags = /^([aimsux]*)(?:-([imsx]+))?:/.exec(this.#text.slice(this.#at));
    if (flags === null) throw new SyntaxError(`(?${this.#peek() ?? ''} is not supported`);
    this.#at += flags[0].length;
    this.#setFlags(flags[1] ?? '', true);
    if ((flags[2] ?? '').includes('i') && this.#ignoreCase)
      throw new SyntaxError('(?-i:...) is not supported');
    for (const flag of flags[2] ?? '') this.#set(flag, false);
    return { start: '(?:' };
  }

  #globalFlags(): void {
    const flags = /^\(\?([aimsux]+)\)/.exec(this.#text);
    if (flags === null) return;
    this.#at = flags[0].length;
    if ((flags[1] ?? '').includes('i')) this.#ignoreCase = true;
    this.#setFlags(flags[1] ?? '', false);
  }

  #setFlags(letters: string, scoped: boolean): void {
    for (const letter of letters) {
      if (letter === 'i' && scoped && !this.#ignoreCase) {
        throw new SyntaxError('(?i:...) is not supported, put (?i) at the start');
      }
      this.#set(letter, true);
    }
  }

  #set(letter: string, on: boolean): void {
    if (letter === 'a') this.#flags.ascii = on;
    if (letter === 's') this.#flags.dotAll = on;
    if (letter === 'm') this.#flags.multiline = on;
    if (letter === 'x') this.#flags.verbose = on;
  }

  /** An escape outside a character class, the backslash already taken. */
  #escape(): string {
    const char = this.#peek();
    if (char === undefined) throw new SyntaxError('the pattern ends with a backslash');
    const word = this.#flags.ascii ? WORD_ASCII : WORD;
    if (char === 'A' || char === 'Z' || char === 'b' || char === 'B') {
      this.#at += 1;
      if (char === 'A') return START;
      if (char === 'Z') return END;
      const edge = [`(?<=[${word}])(?![${word}])`, `(?<![${word}])(?=[${word}])`];
      const inside = [`(?<=[${word}])(?=[${word}])`, `(?<![${word}])(?![${word}])`];
      return `(?:${(char === 'b' ? edge : inside).join('|')})`;
    }
    const reference = /^[1-9]\d?/.exec(this.#text.slice(this.#at));
    if (reference !== null && !/^[0-3][0-7]{2}/.test(this.#text.slice(this.#at))) {
      this.#at += reference[0].length;
      return `(?:\\${reference[0]})`;
    }
    const set = this.#classEscape();
    return set ?? literal(this.#characterEscape());
  }

  #characterClass(): string {
    const negated = this.#accept('^');
    const items: string[] = [];
    let first = true;
    for (;;) {
      const char = this.#peek();
      if (char === undefined) throw new SyntaxError('missing "]"');
      if (char === ']' && !first) break;
      first = false;
      const low = this.#classItem();
      const rest = this.#text.slice(this.#at);
      if (rest.startsWith('-') && rest[1] !== undefined && rest[1] !== ']') {
        this.#at += 1;
        const high = this.#classItem();
        if (low.set || high.set) throw new SyntaxError('bad character range');
        items.push(`${low.source}-${high.source}`);
      } else {
        items.push(low.source);
      }
    }
    this.#at += 1;
    return `[${negated ? '^' : ''}${items.join('')}]`;
  }

  #classItem(): { source: string; set: boolean } {
    const char = this.#take();
    if (char !== '\\') return { source: literal(char), set: false };
    const set = this.#classEscape();
    if (set !== undefined) return { source: set, set: true };
    return { source: literal(this.#characterEscape()), set: false };
  }

  /** `\d`, `\w`, `\s` and their opposites, as a nested class of its own. */
  #classEscape(): string | undefined {
    const char = this.#peek() ?? '';
    const ascii = this.#flags.ascii;
    const sets: Record<string, string> = {
      d: ascii ? '0-9' : '\\p{Nd}',
      w: ascii ? WORD_ASCII : WORD,
      s: ascii ? '\\t-\\r\\x20' : SPACE,
    };
    const set = sets[char.toLowerCase()];
    if (set === undefined) return undefined;
    this.#at += 1;
    return char === char.toLowerCase() ? `[${set}]` : `[^${set}]`;
  }

  /** One character written with a backslash, which is already taken. */
  #characterEscape(): string {
    const rest = this.#text.slice(this.#at);
    const code = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest);
    if (code !== null) {
      this.#at += code[0].length;
      return String.fromCodePoint(Number.parseInt(code[1] ?? code[2] ?? code[3] ?? '0', 16));
    }
    const octal = /^(?:0[0-7]{0,2}|[1-3][0-7]{2})/.exec(rest);
    if (octal !== null) {
      this.#at += octal[0].length;
      return String.fromCodePoint(Number.parseInt(octal[0], 8));
    }
    const char = this.#take();
    const control = CONTROL[char];
    if (control !== undefined) return String.fromCodePoint(control);
    if (/[a-zA-Z0-9]/.test(char)) throw new SyntaxError(`bad escape \\${char}`);
    return char;
  }

  #peek(): string | undefined {
    const point = this.#text.codePointAt(this.#at);
    return point === undefined ? undefined : String.fromCodePoint(point);
  }

  #take(): string {
    const char = this.#peek();
    if (char === undefined) throw new SyntaxError('unexpected end of the pattern');
    this.#at += char.length;
    return char;
  }

  #accept(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #until(end: string): string {
    const stop = this.#text.indexOf(end, this.#at);
    if (stop < 0) throw new SyntaxError(`missing "${end}"`);
    const found = this.#text.slice(this.#at, stop);
    this.#at = stop + 1;
    return found;
  }
}

/** The character for itself, safe inside and outside of a class. */
function literal(char: string): string {
  if (/^[a-zA-Z0-9_]$/.test(char)) return char;
  return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
}
