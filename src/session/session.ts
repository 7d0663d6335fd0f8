/** What a context asks of a session, whether it records or replays. */
import type { InterceptRequest } from '../remote/http/index.ts';
import type { Environment, InterceptProgram, Redactor } from '../tools/process/index.ts';
import type { SessionClock } from './clock.ts';
import type { SessionResult } from './format.ts';

export interface Session extends SessionClock {
  readonly interceptRequest: InterceptRequest;
  readonly interceptProgram: InterceptProgram;
  /** The environment packit works in: the person's, or the recorded one. */
  readonly env: Environment;
  /** Replace `$XDG_CONFIG_HOME` and the cache: a replay has no other settings, and nothing is cached in either. */
  readonly directories: { config: string; cache: string };
  /** Secrets are known to it from now on. */
  hide(redactor: Redactor): void;
  /**
   * Called once, when the command has ended; its result becomes part of the recording, or is compared with it.
   * @throws PackitError what makes the recording or the replay worthless
   */
  finish(result: SessionResult): Promise<void>;
}

export interface SessionOptions {
  /** Absolute. */
  directory: string;
  /** Arguments of packit without `--record` and `--replay`. */
  command: readonly string[];
  cwd: string;
  env: Environment;
  /** The person's configuration directory and where temporary directories are made. */
  paths: { config: string; temp: string };
  version: string;
}
