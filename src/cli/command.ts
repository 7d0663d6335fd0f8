/** What a command file exports and what it is given. */
import type { Context } from '../context.ts';
import type { SourceLocation } from '../errors.ts';

export interface GlobalOptions {
  debug?: boolean;
  quiet?: boolean;
  json?: boolean;
  strict?: boolean;
  fasUser?: string;
  keytab?: string;
  remote?: string;
  config?: string;
  /** Directories of a recorded session; `cli/session.ts` reads them before commander does. */
  record?: string;
  replay?: string;
}

export interface Invocation<Options = Record<string, unknown>> {
  ctx: Context;
  /** Positional arguments as given; missing optional ones are absent. */
  args: readonly string[];
  options: Options;
  global: GlobalOptions;
}

/** One of several things a command worked on failed; the others were done. */
export interface Failure {
  /** What it was: a package, a branch. */
  subject: string;
  code: string;
  message: string;
  hint?: string;
  location?: SourceLocation;
  details?: readonly string[];
}

/** What a command has to say. `text` goes to stdout as it is, or `json` does with `--json`. */
export interface CommandResult {
  text?: string;
  json: unknown;
  /** Shown as errors are, on stderr. */
  failures?: readonly Failure[];
  exitCode?: number;
}

/** A command file's one export. The options' shape is promised by the flags in `cli/tree/`. */
export type Command<Options = Record<string, unknown>> = (
  invocation: Invocation<Options>,
) => Promise<CommandResult>;
