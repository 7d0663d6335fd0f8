/** Writing text so that rpm's macro parser reads back exactly that text. */

/**
 * The body of a macro as `--define` and macro files take it. Macros in `value` stay macros; backslashes,
 * newlines, a leading brace, blanks at the end and an empty value survive.
 */
export function macroBody(value: string): string {
  if (value === '') return '%{nil}';
  const body = value
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\\n')
    .replace(/^\{/, '\\{')
    // rpm skips blanks before a body and drops those after it.
    .replace(/^(?=[ \t])|(?<=[ \t\n])$/g, '%{nil}');
  return body;
}

/** True if every brace of an expression is closed, the way rpm counts them inside `%{...}`. */
export function hasBalancedBraces(expression: string): boolean {
  let depth = 0;
  for (let index = 0; index < expression.length; index += 1) {
    const char = expression[index];
    if (char === '\\') index += 1;
    else if (char === '{') depth += 1;
    else if (char === '}') {
      depth -= 1;
      if (depth < 0) return false;
    }
  }
  return depth === 0;
}

export function defineArguments(macros: Readonly<Record<string, string>>): string[] {
  return Object.entries(macros).flatMap(([name, value]) => ['--define', `${name} ${macroBody(value)}`]);
}

export function loadArguments(macroFiles: readonly string[]): string[] {
  return macroFiles.map((file) => `--load=${file}`);
}
