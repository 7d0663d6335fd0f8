/** The rpmspec process. */
import { CommandError } from '../../errors.ts';
import type { Environment, Run } from '../process/index.ts';
import { isNotFound, missingToolError } from './missing.ts';

const DEFAULT_TIMEOUT_MS = 60_000;

/** How rpmspec is started. */
export interface RpmspecOptions {
  run: Run;
  env?: Environment;
  /** Milliseconds a call may take. */
  timeout?: number;
}

export interface Outcome {
  ok: boolean;
  /** Both streams: `%{echo:}` went to stderr before rpm 4.18. */
  output: Buffer;
  stderr: string;
  /** What else was wrong with the call: a crash, a time-out. */
  problem: string | undefined;
}

/** Runs rpmspec; that it fails, crashes or does not end is a result, that it is missing an error. */
export async function runRpmspec(
  argv: readonly string[],
  cwd: string,
  options: RpmspecOptions,
): Promise<Outcome> {
  const timeout = options.timeout ?? DEFAULT_TIMEOUT_MS;
  try {
    const result = await options.run(argv, {
      cwd,
      timeout,
      // rpm's messages are read by packit: in English.
      env: { ...options.env, LC_ALL: 'C.UTF-8', LANGUAGE: undefined },
    });
    return outcome(true, result.stdout, result.stderr, undefined);
  } catch (error) {
    if (isNotFound(error)) throw await missingToolError('rpmspec', error);
    if (!(error instanceof CommandError)) throw error;
    const { stdout, stderr, signal } = error.failure;
    const problem =
      error.code === 'COMMAND_TIMEOUT'
        ? `rpmspec did not finish within ${timeout / 1000} s`
        : signal === undefined
          ? undefined
          : `rpmspec crashed (${signal})`;
    return outcome(false, Buffer.from(stdout), Buffer.from(stderr), problem);
  }
}

function outcome(ok: boolean, stdout: Buffer, stderr: Buffer, problem: string | undefined): Outcome {
  return { ok, output: Buffer.concat([stdout, stderr]), stderr: stderr.toString('utf8'), problem };
}
