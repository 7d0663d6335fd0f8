/** Programs on PATH that record how they were called and do what a script says. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Call {
  cwd: string;
  argv: string[];
}

/**
 * Puts a program into `<directory>/bin`. `script` is shell; its arguments are the program's, and `$RECORD` its directory.
 * @returns what reads the calls
 */
export function recordProgram(directory: string, name: string, script: string): () => Call[] {
  const bin = join(directory, 'bin');
  const log = join(directory, `${name}-calls`);
  mkdirSync(bin, { recursive: true });
  const text = `#!/bin/sh
RECORD='${directory}'
{ printf '%s' "$PWD"; for word in "$@"; do printf '\\t%s' "$word"; done; echo; } >> '${log}'
${script}
`;
  writeFileSync(join(bin, name), text);
  chmodSync(join(bin, name), 0o755);
  return () =>
    (existsSync(log) ? readFileSync(log, 'utf8') : '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [cwd = '', ...argv] = line.split('\t');
        return { cwd, argv };
      });
}
