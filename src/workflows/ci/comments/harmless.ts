/**
 * Text of others in a comment of packit's: titles, branches, messages of errors. In code, forges make neither mentions nor links nor
 * HTML of anything; what is not code is escaped.
 */

/** One line without control characters and without those that turn the direction of writing; blanks run together. */
export function oneLine(text: string, length = 200): string {
  const plain = text
    // oxlint-disable-next-line no-control-regex -- taking them out is the point
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
    .replace(/ {2,}/g, ' ')
    .trim();
  const characters = Array.from(plain);
  return characters.length <= length ? plain : `${characters.slice(0, length - 1).join('')}…`;
}

/** One line of code, delimited by more backticks than it has in a row. */
export function asCode(text: string, length = 200): string {
  const line = oneLine(text, length);
  if (line === '') return '` `';
  const fence = '`'.repeat(longestRun(line) + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** The same in a table, where a bar ends a cell even in code. */
export function asCell(text: string, length?: number): string {
  return asCode(text, length).replaceAll('|', '\\|');
}

/** Lines of code, on lines of their own. Too many are cut in the middle. */
export function asBlock(text: string, lines = 60): string {
  // oxlint-disable-next-line no-control-regex -- taking them out is the point
  const all = text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '');
  const kept = shortened(all.replace(/\n+$/, '').split(/[\n\u2028\u2029]/), lines).map((line) =>
    cut(line, 500),
  );
  const fence = '`'.repeat(Math.max(3, longestRun(kept.join('\n')) + 1));
  return `${fence}text\n${kept.join('\n')}\n${fence}`;
}

/** Text in a sentence: nothing in it is markup, a link, a mention or a reference to an issue. */
export function asText(text: string, length = 200): string {
  return (
    oneLine(text, length)
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/[\\`*_{}[\]()|~^$"']/g, '\\$&')
      // A character of no width keeps the forges from seeing a name, a number or an address.
      .replace(/[@#!%](?=[\w/])/g, '$&\u200b')
      .replace(/:(?=\/\/|\w)/g, ':\u200b')
      .replace(/\b(www)\./gi, '$1\u200b.')
      .replace(/^([-+=/#:\d])/, '\u200b$1')
  );
}

function shortened(lines: readonly string[], most: number): readonly string[] {
  if (lines.length <= most) return lines;
  const head = Math.ceil(most / 2);
  const left = lines.length - most;
  return [...lines.slice(0, head), `… ${left} more lines …`, ...lines.slice(lines.length - (most - head))];
}

function cut(line: string, length: number): string {
  const characters = Array.from(line);
  return characters.length <= length ? line : `${characters.slice(0, length - 1).join('')}…`;
}

function longestRun(text: string): number {
  return Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
}
