const HARMLESS = /^[\w@%+=:,./-]+$/;

/**
 * A word of a POSIX shell's command line that stands for exactly this text, whatever is in it. A NUL byte, which no argument can hold, is
 * left out.
 */
export function shellWord(text: string): string {
  const word = text.replaceAll('\0', '');
  return HARMLESS.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
