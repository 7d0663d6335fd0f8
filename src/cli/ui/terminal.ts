/** For a person at a terminal: a spinner with the running step, child output above it, colours, questions. */
import { createInterface } from 'node:readline/promises';
import { Chalk } from 'chalk';
import type { ChalkInstance } from 'chalk';
import ora from 'ora';
import type { Ora } from 'ora';
import type { Progress, Ui } from '../../ui.ts';
import type { Terminal } from './describe-terminal.ts';
import { failIfStrict, warningLines } from './lines.ts';

export interface TerminalUiOptions {
  stderr: NodeJS.WriteStream;
  stdin: NodeJS.ReadStream;
  terminal: Terminal;
  debug: boolean;
  strict: boolean;
}

/** A step that is over sooner never shows a spinner. */
const SPINNER_DELAY_MS = 120;

interface Screen {
  options: TerminalUiOptions;
  chalk: ChalkInstance;
  spinner: Ora | undefined;
  /** Titles of the steps under way, outermost first. */
  titles: string[];
  /** False after child output that did not end its line. */
  atLineStart: boolean;
}

export function createTerminalUi(options: TerminalUiOptions): Ui {
  const chalk = new Chalk({ level: options.terminal.colour ? 1 : 0 });
  return uiOf({ options, chalk, spinner: undefined, titles: [], atLineStart: true }, '');
}

function uiOf(screen: Screen, prefix: string): Ui {
  const { chalk, options } = screen;
  const line = (text: string): void => writeAbove(screen, `${prefix}${text}\n`);
  return {
    async step(title, work) {
      const started = Date.now();
      screen.titles.push(prefix + title);
      const timer = setTimeout(() => spin(screen, started), SPINNER_DELAY_MS);
      try {
        const result = await work();
        const seconds = (Date.now() - started) / 1000;
        finishStep(screen, timer, prefix + title);
        line(`${chalk.green('✔')} ${title}${seconds >= 1 ? chalk.dim(` ${seconds.toFixed(1)} s`) : ''}`);
        return result;
      } catch (error) {
        finishStep(screen, timer, prefix + title);
        line(`${chalk.red('✖')} ${title}`);
        throw error;
      }
    },
    info: line,
    warn(warning) {
      failIfStrict(warning, options.strict);
      for (const text of warningLines(warning)) line(chalk.yellow(text));
    },
    debug(message) {
      if (options.debug) line(chalk.dim(`debug: ${message}`));
    },
    output: (chunk) => writeAbove(screen, chunk),
    progress: (label, total) => progressOf(screen, label, total),
    scoped: (scope) => uiOf(screen, `${prefix}${chalk.cyan(scope)} `),
    interactive: true,
    async ask(question, fallback) {
      const answer = await prompt(screen, `${question} ${chalk.dim(`[${fallback}]`)} `);
      return answer === '' ? fallback : answer;
    },
    async confirm(question, fallback) {
      const answer = await prompt(screen, `${question} ${chalk.dim(fallback ? '[Y/n]' : '[y/N]')} `);
      return answer === '' ? fallback : /^y(es)?$/i.test(answer);
    },
  };
}

function spin(screen: Screen, started: number): void {
  const text = screen.titles.at(-1) ?? '';
  if (screen.spinner !== undefined) {
    screen.spinner.text = text;
    return;
  }
  const elapsed = (): string => {
    const seconds = Math.floor((Date.now() - started) / 1000);
    return seconds < 2 ? '' : `${seconds} s`;
  };
  screen.spinner = ora({ text, stream: screen.options.stderr, suffixText: elapsed, discardStdin: false });
  if (screen.atLineStart) screen.spinner.start();
}

function finishStep(screen: Screen, timer: NodeJS.Timeout, title: string): void {
  clearTimeout(timer);
  const index = screen.titles.lastIndexOf(title);
  if (index >= 0) screen.titles.splice(index, 1);
  const next = screen.titles.at(-1);
  if (screen.spinner === undefined) return;
  if (next === undefined) {
    screen.spinner.stop();
    screen.spinner = undefined;
  } else {
    screen.spinner.text = next;
  }
}

/** Writes over the spinner's line and lets it go on below. */
function writeAbove(screen: Screen, chunk: Uint8Array | string): void {
  if (chunk.length === 0) return;
  screen.spinner?.stop();
  if (typeof chunk === 'string' && !screen.atLineStart) screen.options.stderr.write('\n');
  screen.options.stderr.write(chunk);
  screen.atLineStart = typeof chunk === 'string' ? chunk.endsWith('\n') : chunk.at(-1) === 0x0a;
  if (screen.atLineStart) screen.spinner?.start();
}

function progressOf(screen: Screen, label: string, initialTotal: number | undefined): Progress {
  const title = screen.titles.at(-1);
  return {
    update(done, total = initialTotal) {
      if (screen.spinner === undefined) return;
      const amount = total === undefined ? megabytes(done) : `${megabytes(done)} of ${megabytes(total)}`;
      screen.spinner.text = `${title ?? label}: ${label} ${amount}`;
    },
    end() {
      if (screen.spinner !== undefined && title !== undefined) screen.spinner.text = title;
    },
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

async function prompt(screen: Screen, question: string): Promise<string> {
  screen.spinner?.stop();
  const reader = createInterface({ input: screen.options.stdin, output: screen.options.stderr });
  try {
    return (await reader.question(question)).trim();
  } finally {
    reader.close();
    screen.spinner?.start();
  }
}
