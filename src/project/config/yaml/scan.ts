/**
 * YAML text to tokens. Written after the rules PyYAML's safe loader applies, because the reference reads its
 * configuration with it: what is an error there is an error here, at the same place.
 */
import { YamlError } from './nodes.ts';
import {
  at,
  atDocumentMark,
  endsLine,
  isBlankOrEnd,
  printable,
  scanBlock,
  scanQuoted,
  skipComment,
  skipSpaces,
  takeBreak,
} from './scan-scalar.ts';
import type { Cursor } from './scan-scalar.ts';
import { scanAnchor, scanDirective, scanTag } from './scan-property.ts';
import type { Token, TokenType } from './tokens.ts';

/** A place where a key may have begun; whether it did is known when its ':' is found. */
interface PossibleKey {
  tokenNumber: number;
  required: boolean;
  pos: number;
  line: number;
  column: number;
}

/** A key and its colon stand on one line, at most this many characters apart (YAML 1.1). */
const KEY_LENGTH = 1024;
const PLAIN_IN_BLOCK = /(?:[^\0 \t\r\n\x85\u2028\u2029:]|:(?![\0 \t\r\n\x85\u2028\u2029]))+/y;
const PLAIN_IN_FLOW = /(?:[^\0 \t\r\n\x85\u2028\u2029:,?[\]{}]|:(?![\0 \t\r\n\x85\u2028\u2029,[\]{}]))+/y;
const NEVER_FIRST = '-?:,[]{}#&*!|>\'"%@`';

export class Scanner implements Cursor {
  readonly text: string;
  pos = 0;
  line = 0;
  lineStart = 0;
  private flowLevel = 0;
  private indent = -1;
  private readonly indents: number[] = [];
  private tokens: Token[] = [];
  private taken = 0;
  private done = false;
  private keyAllowed = true;
  private readonly possibleKeys = new Map<number, PossibleKey>();

  constructor(text: string) {
    this.text = `${text}\0`;
    if (text.startsWith('\uFEFF')) {
      this.pos = 1;
      this.lineStart = 1;
    }
  }

  /** The next token, left where it is. */
  peek(): Token {
    while (this.needsMore()) this.fetch();
    const token = this.tokens[0];
    if (token === undefined) throw new YamlError('The file ends too early', this.pos);
    return token;
  }

  next(): Token {
    const token = this.peek();
    this.tokens.shift();
    this.taken += 1;
    return token;
  }

  private needsMore(): boolean {
    if (this.done) return false;
    if (this.tokens.length === 0) return true;
    this.dropStaleKeys();
    for (const key of this.possibleKeys.values()) if (key.tokenNumber === this.taken) return true;
    return false;
  }

  private fetch(): void {
    this.skipToToken();
    this.dropStaleKeys();
    this.unwind(this.column());
    const char = at(this);
    if (char === '\0') return this.fetchEnd();
    if (this.column() === 0) {
      if (char === '%') {
        this.leaveBlocks();
        this.tokens.push(scanDirective(this));
        return;
      }
      if (atDocumentMark(this))
        return this.fetchDocumentMark(char === '-' ? 'document-start' : 'document-end');
    }
    switch (char) {
      case '[':
        return this.openFlow('flow-sequence-start');
      case '{':
        return this.openFlow('flow-mapping-start');
      case ']':
        return this.closeFlow('flow-sequence-end');
      case '}':
        return this.closeFlow('flow-mapping-end');
      case ',':
        this.keyAllowed = true;
        this.dropKey();
        return this.indicator('flow-entry');
      case '*':
      case '&':
        this.saveKey();
        this.keyAllowed = false;
        this.tokens.push(scanAnchor(this));
        return;
      case '!':
        this.saveKey();
        this.keyAllowed = false;
        this.tokens.push(scanTag(this));
        return;
      case "'":
      case '"':
        this.saveKey();
        this.keyAllowed = false;
        this.tokens.push(scanQuoted(this, char));
        return;
    }
    const beforeBlank = isBlankOrEnd(at(this, 1));
    if (char === '-' && beforeBlank) return this.fetchEntry();
    if (char === '?' && (this.flowLevel > 0 || beforeBlank)) return this.fetchKey();
    if (char === ':' && (this.flowLevel > 0 || beforeBlank)) return this.fetchValue();
    if ((char === '|' || char === '>') && this.flowLevel === 0) {
      this.keyAllowed = true;
      this.dropKey();
      this.tokens.push(scanBlock(this, char, this.indent));
      return;
    }
    if (this.startsPlain(char, beforeBlank)) return this.fetchPlain();
    throw this.cannotStart(char);
  }

  private startsPlain(char: string, beforeBlank: boolean): boolean {
    if (char === '\t') return false;
    if (!NEVER_FIRST.includes(char)) return true;
    return !beforeBlank && (char === '-' || (this.flowLevel === 0 && (char === '?' || char === ':')));
  }

  private cannotStart(char: string): YamlError {
    if (char === '\t') {
      return new YamlError('A tab cannot be used for indentation', this.pos, {
        hint: 'Replace it by spaces.',
      });
    }
    return new YamlError(`A value cannot start with "${printable(char)}"`, this.pos, {
      hint: `Put the value into quotes: '${char}...'.`,
    });
  }

  private column(): number {
    return this.pos - this.lineStart;
  }

  private skipToToken(): void {
    for (;;) {
      skipSpaces(this);
      skipComment(this);
      if (takeBreak(this) === '') return;
      if (this.flowLevel === 0) this.keyAllowed = true;
    }
  }

  private dropStaleKeys(): void {
    for (const [level, key] of this.possibleKeys) {
      if (key.line === this.line && this.pos - key.pos <= KEY_LENGTH) continue;
      if (key.required) throw this.missingColon(key);
      this.possibleKeys.delete(level);
    }
  }

  private saveKey(): void {
    if (!this.keyAllowed) return;
    const required = this.flowLevel === 0 && this.indent === this.column();
    this.dropKey();
    this.possibleKeys.set(this.flowLevel, {
      tokenNumber: this.taken + this.tokens.length,
      required,
      pos: this.pos,
      line: this.line,
      column: this.column(),
    });
  }

  private dropKey(): void {
    const key = this.possibleKeys.get(this.flowLevel);
    if (key?.required === true) throw this.missingColon(key);
    this.possibleKeys.delete(this.flowLevel);
  }

  private missingColon(key: PossibleKey): YamlError {
    const end = this.text.slice(key.pos).search(/[\0\r\n]/);
    const found = this.text.slice(key.pos, key.pos + Math.min(end, 40));
    return new YamlError(`"${found}" is not followed by a ":"`, key.pos, {
      hint: /^[^\s:]+:[^\s]/.test(found)
        ? 'Put a space after the colon.'
        : 'Every line at this indentation is a key, a colon, a space and a value: "key: value".',
    });
  }

  private unwind(column: number): void {
    if (this.flowLevel > 0) return;
    while (this.indent > column) {
      this.indent = this.indents.pop() ?? -1;
      this.push('block-end', this.pos, this.pos);
    }
  }

  private addIndent(column: number): boolean {
    if (this.indent >= column) return false;
    this.indents.push(this.indent);
    this.indent = column;
    return true;
  }

  private leaveBlocks(): void {
    this.unwind(-1);
    this.dropKey();
    this.keyAllowed = false;
  }

  private push(type: TokenType, start: number, end: number): void {
    this.tokens.push({ type, start, end, value: '' });
  }

  private indicator(type: TokenType): void {
    this.push(type, this.pos, this.pos + 1);
    this.pos += 1;
  }

  private fetchEnd(): void {
    this.leaveBlocks();
    this.possibleKeys.clear();
    this.push('stream-end', this.pos, this.pos);
    this.done = true;
  }

  private fetchDocumentMark(type: TokenType): void {
    this.leaveBlocks();
    this.push(type, this.pos, this.pos + 3);
    this.pos += 3;
  }

  private openFlow(type: TokenType): void {
    this.saveKey();
    this.flowLevel += 1;
    this.keyAllowed = true;
    this.indicator(type);
  }

  private closeFlow(type: TokenType): void {
    this.dropKey();
    this.flowLevel -= 1;
    this.keyAllowed = false;
    this.indicator(type);
  }

  private fetchEntry(): void {
    if (this.flowLevel === 0) {
      if (!this.keyAllowed) {
        throw new YamlError('A list item is not allowed here', this.pos, {
          hint: 'Start the list on a line of its own, or put a value that starts with "- " into quotes.',
        });
      }
      if (this.addIndent(this.column())) this.push('block-sequence-start', this.pos, this.pos);
    }
    this.keyAllowed = true;
    this.dropKey();
    this.indicator('block-entry');
  }

  private fetchKey(): void {
    if (this.flowLevel === 0) {
      if (!this.keyAllowed) throw new YamlError('A "?" key is not allowed here', this.pos);
      if (this.addIndent(this.column())) this.push('block-mapping-start', this.pos, this.pos);
    }
    this.keyAllowed = this.flowLevel === 0;
    this.dropKey();
    this.indicator('key');
  }

  private fetchValue(): void {
    const key = this.possibleKeys.get(this.flowLevel);
    if (key !== undefined) {
      this.possibleKeys.delete(this.flowLevel);
      const place = key.tokenNumber - this.taken;
      this.tokens.splice(place, 0, { type: 'key', start: key.pos, end: key.pos, value: '' });
      if (this.flowLevel === 0 && this.addIndent(key.column)) {
        this.tokens.splice(place, 0, {
          type: 'block-mapping-start',
          start: key.pos,
          end: key.pos,
          value: '',
        });
      }
      this.keyAllowed = false;
    } else {
      if (this.flowLevel === 0) {
        if (!this.keyAllowed) {
          throw new YamlError('A second ":" is not allowed here', this.pos, {
            hint: 'If it belongs to the value, put the value into quotes; if a new key starts here, check the indentation of this line and the one above.',
          });
        }
        if (this.addIndent(this.column())) this.push('block-mapping-start', this.pos, this.pos);
      }
      this.keyAllowed = this.flowLevel === 0;
      this.dropKey();
    }
    this.indicator('value');
  }

  private fetchPlain(): void {
    this.saveKey();
    this.keyAllowed = false;
    const start = this.pos;
    let end = start;
    let value = '';
    let blanks = '';
    const chunk = this.flowLevel > 0 ? PLAIN_IN_FLOW : PLAIN_IN_BLOCK;
    while (at(this) !== '#') {
      chunk.lastIndex = this.pos;
      const found = chunk.exec(this.text)?.[0];
      if (found === undefined) break;
      this.keyAllowed = false;
      value += blanks + found;
      this.pos += found.length;
      end = this.pos;
      blanks = this.takePlainBlanks();
      if (blanks === '' || at(this) === '#') break;
      if (this.flowLevel === 0 && this.column() <= this.indent) break;
    }
    this.tokens.push({ type: 'scalar', start, end, value });
  }

  /** The blanks between two words of plain text, line breaks folded; `''` if the text ends here. */
  private takePlainBlanks(): string {
    const from = this.pos;
    skipSpaces(this);
    const spaces = this.text.slice(from, this.pos);
    const char = at(this);
    if (char === '\0' || !endsLine(char)) return spaces;
    const first = takeBreak(this);
    this.keyAllowed = true;
    if (atDocumentMark(this)) return '';
    let breaks = '';
    for (;;) {
      skipSpaces(this);
      const taken = takeBreak(this);
      if (taken === '') break;
      breaks += taken;
      if (atDocumentMark(this)) return '';
    }
    if (first !== '\n') return first + breaks;
    return breaks === '' ? ' ' : breaks;
  }
}
