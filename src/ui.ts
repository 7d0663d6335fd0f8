/**
 * How the rest of packit speaks to the person or the log. Implemented by `cli/ui/`; everybody else
 * receives it as `ctx.ui` or as an argument.
 */
import type { SourceLocation } from './errors.ts';
import type { Run } from './run-state.ts';

export interface Warning {
  /** Stable, upper snake case: `SHALLOW_CLONE`. */
  code: string;
  message: string;
  /** What to do about it. */
  hint?: string;
  location?: SourceLocation;
}

export interface Progress {
  /** `done` in the unit of the total (bytes for transfers). */
  update(done: number, total?: number): void;
  end(): void;
}

/** How several things that run elsewhere stand. */
export interface Board {
  /** All of them, in the order they are to be shown. */
  update(runs: readonly Run[]): void;
  end(): void;
}

export type OutputStream = 'stdout' | 'stderr';

export interface Ui {
  /** Runs `work` under a title: a spinner on a terminal, one line in a pipe, a group in GitHub Actions. */
  step<T>(title: string, work: () => Promise<T>): Promise<T>;
  /** One line worth knowing. Hidden by `--quiet`. */
  info(message: string): void;
  /** Never hidden. With `--strict` the run fails because of it. */
  warn(warning: Warning): void;
  /** Shown with `--debug`. */
  debug(message: string): void;
  /** False where that shows nothing, so that nobody need make the words. */
  readonly debugs?: boolean;
  /** Bytes a child process wrote, passed on as they come. Hidden by `--quiet`. */
  output(chunk: Uint8Array, stream: OutputStream): void;
  progress(label: string, total?: number): Progress;
  /** A line for each run with its state and elapsed time on a terminal; elsewhere a line for each change. */
  board(): Board;
  /** A user interface whose lines carry `prefix`: one of several things done side by side. */
  scoped(prefix: string): Ui;
  /** True if a person can be asked: stdin and stderr are terminals and it is not a CI run. */
  readonly interactive: boolean;
  /** Asks for one line; `fallback` is offered and returned where nobody can be asked. */
  ask(question: string, fallback: string): Promise<string>;
  /** Asks yes or no; returns `fallback` where nobody can be asked. */
  confirm(question: string, fallback: boolean): Promise<boolean>;
}

/**
 * A text as a terminal may be given it: control characters and those that turn the direction of writing are shown as
 * `\\x1b` instead of acting. Line feeds and tabs stay.
 */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- making them visible is the point
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (char) => {
    const code = char.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, '0')}`;
  });
}

/** What a terminal is given by programs whose output is passed on: colours and the erasing of a line stay, nothing else acts. */
export function printableOutput(text: string): string {
  return text.replace(OUTPUT, (found) => (found.length > 1 || found === '\r' ? found : printable(found)));
}

/** Sequences that stay, or a character that would act. */
const OUTPUT =
  // oxlint-disable-next-line no-control-regex -- making them visible is the point
  /\u001b\[[0-9;:]*[mK]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** The same document, without a character that a terminal would act on: they are written as `\\u009b`. */
export function printableJson(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Says nothing: for tests and for library use. Collects the warnings it was given. */
export function silentUi(warnings: Warning[] = []): Ui {
  const ui: Ui = {
    step: (_title, work) => work(),
    info() {},
    warn: (warning) => void warnings.push(warning),
    debug() {},
    output() {},
    progress: () => ({ update() {}, end() {} }),
    board: () => ({ update() {}, end() {} }),
    scoped: () => ui,
    interactive: false,
    ask: (_question, fallback) => Promise.resolve(fallback),
    confirm: (_question, fallback) => Promise.resolve(fallback),
  };
  return ui;
}
