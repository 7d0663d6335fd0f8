/**
 * rsync's wildcards as regular expressions: `*` and `?` stop at a slash, `**` does not, `[...]` is a
 * character class with ranges, POSIX names and `!` or `^` for "none of", a backslash takes the next
 * character literally.
 */
export function hasWildcard(pattern: string): boolean {
  return /[*?[]/.test(pattern);
}

/** The source of a regular expression for the whole of `pattern`, not anchored. */
export function wildcardSource(pattern: string): string {
  let source = '';
  let at = 0;
  while (at < pattern.length) {
    const char = pattern.charAt(at);
    if (char === '*') {
      let end = at;
      while (pattern.charAt(end) === '*') end += 1;
      source += end - at > 1 ? '[^]*' : '[^/]*';
      at = end;
    } else if (char === '?') {
      source += '[^/]';
      at += 1;
    } else if (char === '[') {
      const parsed = characterClass(pattern, at);
      // Never closed: matches nothing at all.
      if (parsed === undefined) return '(?!)';
      source += parsed.source;
      at = parsed.end;
    } else if (char === '\\' && at + 1 < pattern.length) {
      source += literal(pattern.charAt(at + 1));
      at += 2;
    } else {
      source += literal(char);
      at += 1;
    }
  }
  return source;
}

const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\s',
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
};

function characterClass(pattern: string, start: number): { source: string; end: number } | undefined {
  let at = start + 1;
  const negated = pattern.charAt(at) === '!' || pattern.charAt(at) === '^';
  if (negated) at += 1;
  let inside = '';
  let first = true;
  for (;;) {
    const char = pattern.charAt(at);
    if (char === '') return undefined;
    if (char === ']' && !first) break;
    first = false;
    const named = /^\[:(\w+):\]/.exec(pattern.slice(at));
    const named1 = named?.[1];
    if (named !== null && named1 !== undefined) {
      inside += POSIX_CLASSES[named1] ?? '';
      at += named[0].length;
    } else if (char === '\\' && at + 1 < pattern.length) {
      inside += classLiteral(pattern.charAt(at + 1));
      at += 2;
    } else if (char === '-' && inside !== '' && pattern.charAt(at + 1) !== ']') {
      inside += '-';
      at += 1;
    } else {
      inside += classLiteral(char);
      at += 1;
    }
  }
  try {
    const source = `[${negated ? '^' : ''}${inside}]`;
    void new RegExp(source, 'u');
    return { source, end: at + 1 };
  } catch {
    // A range the wrong way round holds no character.
    return { source: '(?!)', end: at + 1 };
  }
}

function classLiteral(char: string): string {
  return /[\\\]^[-]/.test(char) ? `\\${char}` : char;
}

export function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
