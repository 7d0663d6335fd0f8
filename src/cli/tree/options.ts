/** Flags and help that several commands share. */

export const PACKAGE_HELP = 'package of a monorepo configuration to work on; repeatable (default: all)';

/** For options that may be given several times. */
export function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

/** The examples at the end of a command's help; a long one continues on the next line, as a shell reads it. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => continued(`  $ ${line}`)).join('\n')}`;
}

const WIDTH = 80;

function continued(line: string): string {
  if (line.length <= WIDTH) return line;
  const at = Math.max(line.lastIndexOf(' -', WIDTH - 2), line.lastIndexOf(' |', WIDTH - 2));
  return at <= 0 ? line : `${line.slice(0, at)} \\\n${continued(`     ${line.slice(at)}`)}`;
}
