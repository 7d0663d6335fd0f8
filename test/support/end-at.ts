/** Ends packit when the program number `step` starts, for commands of any kind. */
import { packit } from './cli.ts';
import type { CliOptions, CliResult } from './cli.ts';

/** Every program packit starts is announced with `--debug`. */
const ANNOUNCEMENT = /^debug: .*\$ /gm;

/** How many programs a run started, by what it said with `--debug`. */
export function countPrograms(stderr: string): number {
  return stderr.match(ANNOUNCEMENT)?.length ?? 0;
}

/** Runs packit with `--debug` and sends it a signal as program number `step` (from 1) starts; 0 sends none. */
export function endAtProgram(
  args: readonly string[],
  options: CliOptions,
  { step, signal }: { step: number; signal: NodeJS.Signals },
): Promise<CliResult> {
  return packit(['--debug', ...args], {
    ...options,
    onStart(child) {
      let seen = 0;
      child.stderr.on('data', (chunk: Buffer) => {
        const before = seen;
        seen += countPrograms(chunk.toString());
        if (step > 0 && before < step && seen >= step) child.kill(signal);
      });
    },
  });
}
