/** For a person at a terminal: a spinner with the running step, child output above it, colours, questions. */
import { createInterface } from 'node:readline/promises';
import type { Interface } from 'node:readline/promises';
import { Chalk } from 'chalk';
import type { ChalkInstance } from 'chalk';
import ora from 'ora';
import type { Ora } from 'ora';
import { InterruptedError } from '../../errors.ts';
import type { Run } from '../../run-state.ts';
import type { Progress, Ui } from '../../ui.ts';
import { boardRows } from './board.ts';
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

interface RunningStep {
  title: string;
  started: number;
  /** One of several things done side by side: each has a line of its own. */
  scoped: boolean;
  progress: string | undefined;
}

const TICK_MS = 250;

interface Screen {
  options: TerminalUiOptions;
  chalk: ChalkInstance;
  spinner: Ora | undefined;
  /** The steps under way, outermost first. */
  running: RunningStep[];
  /** What is waited for elsewhere, while a board is up. */
  board: readonly Run[] | undefined;
  /** Keeps the elapsed times going. */
  ticker: NodeJS.Timeout | undefined;
  /** False after child output that did not end its line. */
  atLineStart: boolean;
}

export function createTerminalUi(options: TerminalUiOptions): Ui {
  const chalk = new Chalk({ level: options.terminal.colour ? 1 : 0 });
  const screen: Screen = {
    options,
    chalk,
    spinner: undefined,
    running: [],
    board: undefined,
    ticker: undefined,
    atLineStart: true,
  };
  return uiOf(screen, '');
}

function uiOf(screen: Screen, prefix: string): Ui {
  const { chalk, options } = screen;
  const line = (text: string): void => writeAbove(screen, `${prefix}${text}\n`);
  return {
    async step(title, work) {
      const step: RunningStep = {
        title: prefix + title,
        started: Date.now(),
        scoped: prefix !== '',
        progress: undefined,
      };
      screen.running.push(step);
      const timer = setTimeout(() => spin(screen), SPINNER_DELAY_MS);
      try {
        const result = await work();
        finishStep(screen, timer, step);
        const seconds = (Date.now() - step.started) / 1000;
        // Of things done side by side only how they ended is worth a line.
        if (!step.scoped)
          line(`${chalk.green('✔')} ${title}${seconds >= 1 ? chalk.dim(` ${seconds.toFixed(1)} s`) : ''}`);
        return result;
      } catch (error) {
        finishStep(screen, timer, step);
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
    progress: (label, total) => progressOf(screen, prefix, label, total),
    board: () => ({
      update(runs) {
        screen.board = runs;
        spin(screen);
      },
      end() {
        screen.board = undefined;
        rest(screen);
      },
    }),
    scoped: (scope) => uiOf(screen, `${prefix}${chalk.cyan(scope)} `),
    debugs: options.debug,
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

function spin(screen: Screen): void {
  if (screen.spinner === undefined) {
    screen.spinner = ora({ text: runningText(screen), stream: screen.options.stderr, discardStdin: false });
    if (screen.atLineStart) screen.spinner.start();
  }
  refresh(screen);
  screen.ticker ??= setInterval(() => refresh(screen), TICK_MS).unref();
}

function refresh(screen: Screen): void {
  if (screen.spinner !== undefined) screen.spinner.text = runningText(screen);
}

/** The innermost step; of steps side by side, a line for each. */
function runningText(screen: Screen): string {
  const { running, board } = screen;
  if (board !== undefined) return boardText(screen, board);
  const scoped = running.filter((step) => step.scoped);
  const last = running.at(-1);
  return (scoped.length > 0 ? scoped : last === undefined ? [] : [last]).map(stepText).join('\n  ');
}

function boardText({ options, chalk }: Screen, runs: readonly Run[]): string {
  const colours = { succeeded: chalk.green, failed: chalk.red, lost: chalk.red, running: chalk.cyan };
  const rows = boardRows(runs, {
    now: Date.now(),
    height: Math.max(4, (options.stderr.rows ?? 24) - 2),
    paint: (text, { state }) => (state in colours ? colours[state as keyof typeof colours](text) : text),
  });
  return rows.join('\n  ');
}

function stepText({ title, started, progress }: RunningStep): string {
  const seconds = Math.floor((Date.now() - started) / 1000);
  return [
    title,
    ...(progress === undefined ? [] : [progress]),
    ...(seconds < 2 ? [] : [`${seconds} s`]),
  ].join(' ');
}

function finishStep(screen: Screen, timer: NodeJS.Timeout, step: RunningStep): void {
  clearTimeout(timer);
  const index = screen.running.indexOf(step);
  if (index >= 0) screen.running.splice(index, 1);
  rest(screen);
}

/** Takes the spinner away if nothing is left to be shown. */
function rest(screen: Screen): void {
  if (screen.running.length > 0 || screen.board !== undefined) {
    refresh(screen);
    return;
  }
  clearInterval(screen.ticker);
  screen.ticker = undefined;
  screen.spinner?.stop();
  screen.spinner = undefined;
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

function progressOf(
  screen: Screen,
  prefix: string,
  label: string,
  initialTotal: number | undefined,
): Progress {
  const step = screen.running.findLast(({ title }) => title.startsWith(prefix));
  return {
    update(done, total = initialTotal) {
      if (step === undefined) return;
      step.progress = `${label} ${total === undefined ? megabytes(done) : `${megabytes(done)} of ${megabytes(total)}`}`;
      refresh(screen);
    },
    end() {
      if (step !== undefined) step.progress = undefined;
      refresh(screen);
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
    return (await answerTo(reader, question)).trim();
  } catch (error) {
    screen.options.stderr.write('\n');
    throw error;
  } finally {
    reader.close();
    screen.spinner?.start();
  }
}

/** Ctrl-C does not reach the process while a question is open, and after Ctrl-D nobody answers: both end the run. */
function answerTo(reader: Interface, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    reader.once('SIGINT', () => reject(new InterruptedError()));
    reader.once('close', () => reject(new InterruptedError('the end of the input')));
    reader.question(question).then(resolve, () => reject(new InterruptedError()));
  });
}
