/** Which lines of a build's log say why it failed. Pure; for logs of rpmbuild, mock and what they run. */

/** Said by whoever found the fault, the surest first. */
const CAUSES: readonly RegExp[] = [
  /^\s*(?:Problem(?: \d+)?:|- nothing provides |nothing provides |No matching package to install|Failed to resolve|error: Failed build dependencies|Error: Unable to find a match)/i,
  /^\s*\S+ is needed by \S+/,
  /(?:^|\s)(?:fatal )?error(?:\[\w+\])?: (?!Bad exit status|command failed|Child return code)/i,
  /^error: (?:line \d+|File|Bad source|Bad file|patch|Invalid version|query of specfile|Installed \(but unpackaged\))/i,
  /^\s*(?:File not found|Directory not found|Installed \(but unpackaged\) file\(s\) found):?/i,
  /^\s*(?:FAILED|FAIL|E {3})\b/,
  /^(?:\w+\.)*\w*(?:Error|Exception): /,
  /undefined reference to|No such file or directory|command not found|cannot find -l/,
  /Could not resolve host|Couldn't resolve host|Temporary failure in name resolution|No space left on device/,
  /^(?:make|ninja)(?:\[\d+\])?: \*\*\* /,
  /^\d+ out of \d+ hunks? FAILED|^Hunk #\d+ FAILED/,
];
/** What the builder makes of it. */
const VERDICT = /^(?:RPM build errors:|error: Bad exit status from \S+ \(%\w+\)|ERROR: |Copr build error: )/;
const NOISE =
  /ERROR: (?:Command failed|Exception\()|^Copr build error: Build failed|Traceback \(most recent call last\)|^Child return code/i;
const MAX_LINES = 12;
const MAX_LENGTH = 300;

/**
 * At most twelve lines, in the order of their weight: causes, then what was done when it broke, then the verdict. Escape
 * sequences and mock's prefixes are taken off.
 */
export function telltaleLines(log: string): string[] {
  const lines = log.split(/\r?\n|\r/).map(plain);
  const causes: string[] = [];
  for (const pattern of CAUSES) {
    for (const line of lines) if (pattern.test(line) && !NOISE.test(line)) causes.push(line);
  }
  const verdicts = lines.filter(
    (line) => VERDICT.test(line) && !NOISE.test(line) && line !== 'RPM build errors:',
  );
  const chosen = unique(causes).slice(0, MAX_LINES - 3);
  if (chosen.length === 0)
    chosen.push(
      ...before(
        lines,
        lines.findIndex((line) => VERDICT.test(line)),
      ),
    );
  return unique([...chosen, ...unique(verdicts).slice(0, 3)])
    .slice(0, MAX_LINES)
    .map((line) => (line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}...` : line));
}

/** The lines that lead up to the verdict; of a log without one, its last lines. */
function before(lines: readonly string[], index: number): string[] {
  return lines
    .slice(0, index < 0 ? lines.length : index)
    .filter((line) => line.trim() !== '')
    .slice(-6);
}

function plain(line: string): string {
  return (
    line
      // oxlint-disable-next-line no-control-regex -- taking them out is the point
      .replace(/\u001b\[[\d;?]*[A-Za-z]/g, '')
      .replace(/^(?:DEBUG|INFO|\[\s*\d+(?:\.\d+)?s?\])[ :]+(?=\S)/, '')
      .trimEnd()
  );
}

function unique(lines: readonly string[]): string[] {
  return [...new Set(lines)];
}
