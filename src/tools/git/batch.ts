import { CommandError } from '../../errors.ts';
import type { Run, RunOptions, RunResult } from '../process/index.ts';

/**
 * Runs each group of arguments `<count> <argument>...` as a git command; after its output comes a line with the mark and the exit
 * code. The text is constant: arguments are only ever referred to by their position.
 */
const SCRIPT = `mark=$1; shift
while [ $# -gt 0 ]; do
  count=$1; shift
  index=0; words=
  while [ $index -lt $count ]; do index=$((index + 1)); words="$words \\"\\\${$index}\\""; done
  eval "git $words"
  printf '\\n%s %s\\n' "$mark" "$?"
  shift $count
done`;

/**
 * Runs several git commands one after the other in one child process: starting a process costs Node more than git needs for a
 * small question. Results are in the order of the commands, failures included.
 * @throws CommandError COMMAND_NOT_FOUND if there is no git
 */
export async function runBatch(
  run: Run,
  commands: readonly (readonly string[])[],
  options: RunOptions,
): Promise<RunResult[]> {
  const mark = `packit-${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`;
  const groups = commands.flatMap((args) => [String(args.length), ...args]);
  const { stdout, stderr } = await run(['sh', '-c', SCRIPT, 'sh', mark, ...groups], options);
  const results: RunResult[] = [];
  let start = 0;
  for (const args of commands) {
    const end = stdout.indexOf(`\n${mark} `, start);
    const line = end < 0 ? -1 : stdout.indexOf('\n', end + 1);
    const argv = ['git', ...args];
    if (line < 0) throw failed(argv, options.cwd, { exitCode: undefined, stdout, stderr });
    const exitCode = Number(stdout.subarray(end + mark.length + 2, line).toString('latin1'));
    results.push({ argv, exitCode, stdout: stdout.subarray(start, end), stderr });
    start = line + 1;
  }
  return results;
}

/** The error of one command of a batch. */
export function batchError(result: RunResult, cwd: string): CommandError {
  return failed(result.argv, cwd, result);
}

function failed(
  argv: readonly string[],
  cwd: string,
  { exitCode, stdout, stderr }: { exitCode: number | undefined; stdout: Buffer; stderr: Buffer },
): CommandError {
  const failure = { argv, cwd, exitCode, signal: undefined, stdout, stderr };
  const missing = exitCode === 127;
  const details = stderr
    .toString()
    .split('\n')
    .filter((line) => line !== '');
  return new CommandError(
    missing ? 'COMMAND_NOT_FOUND' : 'COMMAND_FAILED',
    missing
      ? 'Cannot run git: not found'
      : `${argv.join(' ')} failed with exit code ${exitCode ?? 'unknown'}`,
    failure,
    { details: details.slice(-20) },
  );
}
