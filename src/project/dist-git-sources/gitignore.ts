import { bounded } from '../bounded-regex.ts';

/**
 * `.gitignore` with a line `/NAME` for each of the files, unless a line matches it already (as a shell pattern, slashes
 * in front left away on both sides). The text is returned as it was if nothing had to be added; rpkg's rule.
 */
export function ignoreFiles(text: string, filenames: readonly string[]): string {
  const lines = text.split(/(?<=\n)/).filter((line) => line !== '');
  const before = lines.length;
  for (const filename of filenames) {
    if (lines.some((line) => matches(filename, line))) continue;
    lines.push(`/${filename}\n`);
  }
  if (lines.length === before) return text;
  return lines.map((line) => (line.endsWith('\n') ? line : `${line}\n`)).join('');
}

function matches(filename: string, line: string): boolean {
  const pattern = line.replace(/^\/+/, '').replace(/[\r\n]+$/, '');
  return shellPattern(pattern).test(filename.replace(/^\/+/, ''));
}

/** Python's `fnmatch`: `*` and `?` match any character, `/` included; `[seq]`, `[!seq]`; no escapes. */
function shellPattern(pattern: string): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    if (char === '*') source += '.*';
    else if (char === '?') source += '.';
    else if (char !== '[') source += char.replace(/[\\^$.|+(){}\]]/, '\\$&');
    else {
      // A "]" right after the opening (or after "!") is an ordinary member.
      const first = at + (pattern.charAt(at + 1) === '!' ? 2 : 1);
      const end = pattern.indexOf(']', first + 1);
      if (end < 0) source += '\\[';
      else {
        const members = pattern.slice(first, end).replace(/[\\\]^[]/g, '\\$&');
        source += `[${first === at + 2 ? '^' : ''}${members}]`;
        at = end;
      }
    }
  }
  try {
    return bounded(new RegExp(`^(?:${source})$`, 'su'), `The line "${pattern}" of .gitignore`);
  } catch {
    // A range the wrong way round matches nothing.
    return /(?!)/;
  }
}
