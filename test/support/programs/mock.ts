/** A stand-in for mock on PATH: checks how it is called, leaves what mock leaves, and ends as it is told. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface FakeMock {
  /** To be put in front of PATH. */
  bin: string;
  /** Arguments of each call but `--version`, and the directory it was made in. */
  calls(): { cwd: string; argv: string[] }[];
}

/** @param exitCode how builds end; 0 leaves packages */
export function createFakeMock(directory: string, exitCode = 0): FakeMock {
  const bin = join(directory, 'bin');
  const log = join(directory, 'mock-calls');
  mkdirSync(bin, { recursive: true });
  writeFileSync(log, '');
  const script = `#!/bin/sh
if [ "$1" = --version ]; then echo 6.3; exit 0; fi
printf '%s' "$PWD" >> '${log}'
for word in "$@"; do printf '\\t%s' "$word" >> '${log}'; done
echo >> '${log}'
results='${directory}/mock-own'
while [ $# -gt 1 ]; do
  case "$1" in
    --root) shift 2;;
    --resultdir) results="$2"; shift 2;;
    *) echo "usage: mock" >&2; exit 5;;
  esac
done
rpm -qp --nosignature "$1" >/dev/null || exit 40
mkdir -p "$results"
echo "INFO: mock.py version 6.3 starting" >&2
printf 'line 1\\nhello.c:1: error: no such thing\\n' > "$results/build.log"
echo 'no package provides foo' > "$results/root.log"
if [ ${exitCode} = 0 ]; then
  cp "$1" "$results/"
  echo built > "$results/hello-1.2.3-1.noarch.rpm"
fi
echo "INFO: Results and/or logs in: $results" >&2
exit ${exitCode}
`;
  writeFileSync(join(bin, 'mock'), script);
  chmodSync(join(bin, 'mock'), 0o755);
  return {
    bin,
    calls: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const [cwd = '', ...argv] = line.split('\t');
          return { cwd, argv };
        }),
  };
}
