/** Runs the command line: the only catch-all and the only renderer of errors. */
import { statSync } from 'node:fs';
import { EXIT, InterruptedError, PackitError, explainSystemError, messageOf } from '../errors.ts';
import { createContext } from '../context.ts';
import type { Context } from '../context.ts';
import type { Session, SessionResult } from '../session/index.ts';
import { printableJson, printableOutput } from '../ui.ts';
import { createRedactor } from '../tools/process/index.ts';
import type { Environment, Redactor } from '../tools/process/index.ts';
import type { Command, Failure, GlobalOptions, Invocation } from './command.ts';
import { CommanderError, createProgram } from './program.ts';
import { optionDefault, readOptionFile, unknownDefaults } from './option-defaults.ts';
import { withOwnFlags } from './own-flags.ts';
import type { OptionFile, UnknownDefault } from './option-defaults.ts';
import { errorDocument, exitCodeOf, renderError, renderUsageError } from './render-error.ts';
import { openSession, sessionRequest } from './session.ts';
import type { AttachOptions } from './tree/register.ts';
import { createUi } from './ui/choose.ts';
import { describeTerminal } from './ui/describe-terminal.ts';
import { withUserDefaults } from './user-defaults.ts';
import { asksForVersions, versionsDocument } from './versions.ts';

export interface MainOverrides {
  cwd?: string;
  env?: Environment;
  now?: () => Date;
}

interface Surroundings extends MainOverrides {
  env: Environment;
  /** A session that is recorded or replayed, and where its result is noted. */
  session?: Session;
  result?: SessionResult;
}

const VERSION = process.env.PACKIT_CLI_VERSION ?? '0.0.0';

/** Parses and runs `argv` (without node and script). Resolves to the exit code, never rejects. */
export async function main(argv: readonly string[], overrides: MainOverrides = {}): Promise<number> {
  const env = overrides.env ?? { ...process.env };
  ignoreBrokenPipe();
  let recorded: { session: Session; command: readonly string[] } | undefined;
  try {
    if (argv[0] === '__complete') {
      const { completionLines } = await import('./completion/index.ts');
      await writeResult(completionLines(argv.slice(1), overrides.cwd ?? currentDirectory()), undefined);
      return EXIT.ok;
    }
    if (asksForVersions(argv)) {
      const cwd = overrides.cwd ?? currentDirectory();
      await writeResult(printableJson(await versionsDocument({ env, cwd, packit: VERSION })), undefined);
      return EXIT.ok;
    }
    const request = sessionRequest(argv);
    if (request === undefined) return await parseAndRun(argv, { ...overrides, env });
    const cwd = overrides.cwd ?? currentDirectory();
    recorded = await openSession(request, { cwd, env, version: VERSION });
  } catch (error) {
    process.stderr.write(renderPlain(error, env, false));
    return exitCodeOf(error);
  }
  const { session, command } = recorded;
  const result: SessionResult = { exitCode: EXIT.ok, stdout: [] };
  const exitCode = await parseAndRun(command, { ...overrides, env: session.env, session, result });
  try {
    await session.finish({ ...result, exitCode });
    return exitCode;
  } catch (error) {
    // The command may have ended with this very error.
    if (messageOf(error) !== result.error?.message) process.stderr.write(renderPlain(error, env, false));
    return exitCodeOf(error);
  }
}

async function parseAndRun(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { env, ...overrides } = surroundings;
  let exitCode: number = EXIT.ok;

  let optionFile: OptionFile | undefined | 'unread' = 'unread';
  let unknown: readonly UnknownDefault[] = [];
  const program = createProgram(
    {
      knownOptions: (options) => {
        unknown = unknownDefaults(options, env, optionFile === 'unread' ? undefined : optionFile);
      },
      optionDefault: (option) => {
        if (optionFile === 'unread') optionFile = readOptionFile(overrides.cwd ?? currentDirectory());
        return optionDefault(option, env, optionFile);
      },
      usageError: (text) => renderUsageError(text, describeTerminal(env, process.stderr, process)),
      stdout: (text) => void process.stdout.write(text),
      stderr: (text) => void process.stderr.write(text),
      execute: async (load, invocation, options) => {
        exitCode = await execute(load, invocation, { ...surroundings, unknown }, options);
      },
    },
    VERSION,
    argv[0],
  );
  try {
    await program.parseAsync(withOwnFlags(program, argv), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      process.stderr.write(renderPlain(error, env, false));
      return exitCodeOf(error);
    }
    // commander has printed its message already.
    return error.exitCode === 0 ? EXIT.ok : EXIT.failure;
  }
  return exitCode;
}

/** @throws PackitError DIRECTORY_GONE in a directory that was removed */
function currentDirectory(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new PackitError('DIRECTORY_GONE', 'The current directory does not exist any more', {
      hint: 'Change to one that does: cd /path/to/the/project.',
      cause,
    });
  }
}

async function execute(
  load: () => Promise<Command>,
  invocation: Omit<Invocation, 'ctx'>,
  environment: Surroundings & { unknown: readonly UnknownDefault[] },
  { stopsItself = false, readsUserConfig = false }: AttachOptions,
): Promise<number> {
  const { env, result: recorded } = environment;
  const writeOut = (text: string): Promise<void> => writeResult(text, recorded);
  const stop = listenForSignals(stopsItself);
  let { global } = invocation;
  let context: Context | undefined;
  // What nobody caught would be printed by Node, with whatever secret is in it.
  const crash = (error: unknown): void => {
    process.stderr.write(renderPlain(error, env, false, context?.redactor));
    process.exit(exitCodeOf(error));
  };
  process.on('uncaughtException', crash);
  try {
    context = await openContext(invocation, global, environment, stop.signal);
    const debug = global.debug === true;
    if (!readsUserConfig) global = await withUserDefaults(global, context);
    if (global.debug === true && !debug) {
      context = await openContext(invocation, global, environment, stop.signal);
    }
    if (environment.unknown.length > 0) {
      const { warnOfUnknown } = await import('./unknown-defaults.ts');
      warnOfUnknown(environment.unknown, context.ui);
    }
    const command = await load();
    const result = await command({ ...invocation, ctx: context, global });
    const { redactor } = context;
    if (global.json) {
      const text = JSON.stringify(result.json, withoutCredentials(redactor), 2);
      await writeOut(printableJson(redactor.secrets(`${text}\n`)));
    } else if (result.text !== undefined && result.text !== '') {
      const text = redactor.text(endLine(result.text));
      // Elsewhere a name is data: a script gets the path as it is.
      await writeOut(process.stdout.isTTY ? printableOutput(text) : text);
    }
    for (const failure of result.failures ?? []) process.stderr.write(renderFailure(failure, env, context));
    return result.exitCode ?? EXIT.ok;
  } catch (error) {
    return await fail(interruptionOf(error, stop.signal), global, environment, context);
  } finally {
    process.off('uncaughtException', crash);
    stop.dispose();
  }
}

async function openContext(
  invocation: Omit<Invocation, 'ctx'>,
  global: GlobalOptions,
  environment: Surroundings,
  signal: AbortSignal,
): Promise<Context> {
  const { env } = environment;
  const ui = await createUi({
    env,
    stderr: process.stderr,
    // Opening it takes time, and nobody but a person is asked anything.
    get stdin() {
      return process.stdin;
    },
    debug: global.debug === true,
    quiet: global.quiet === true,
    strict: global.strict === true,
  });
  checkTemporary(env);
  return createContext({
    env,
    ui,
    signal,
    dryRun: invocation.options.dryRun === true,
    ...(environment.cwd === undefined ? {} : { cwd: environment.cwd }),
    ...(environment.now === undefined ? {} : { now: environment.now }),
    session: environment.session,
  });
}

/** After a signal whatever broke is its consequence. Who was interrupted may say how to come back. */
function interruptionOf(error: unknown, signal: AbortSignal): unknown {
  if (!signal.aborted || (error instanceof PackitError && error.code === 'INTERRUPTED')) return error;
  return signal.reason;
}

/** @throws PackitError TEMP_MISSING for a TMPDIR that is no directory: it is not made, as its mode and place are not packit's to choose */
function checkTemporary({ TMPDIR }: Environment): void {
  if (TMPDIR === undefined || !TMPDIR.startsWith('/')) return;
  if (statSync(TMPDIR, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new PackitError('TEMP_MISSING', `TMPDIR is no directory: ${TMPDIR}`, {
    hint: 'Make the directory, or unset TMPDIR.',
  });
}

async function fail(
  thrown: unknown,
  global: GlobalOptions,
  { env, result }: Surroundings,
  context: Context | undefined,
): Promise<number> {
  const error = explainSystemError(thrown);
  const redactor = context?.redactor ?? createRedactor();
  const document = errorDocument(error, redactor);
  if (result !== undefined) result.error = { code: document.error.code, message: document.error.message };
  if (global.json) await writeResult(printableJson(`${JSON.stringify(document, undefined, 2)}\n`), result);
  process.stderr.write(renderPlain(error, env, global.debug === true, redactor));
  return exitCodeOf(error);
}

function renderFailure(failure: Failure, env: Environment, context: Context): string {
  const { subject, code, message, hint, location, details } = failure;
  const error = new PackitError(code, `${subject}: ${message}`, {
    ...(hint === undefined ? {} : { hint }),
    ...(location === undefined ? {} : { location }),
    ...(details === undefined ? {} : { details }),
  });
  return renderPlain(error, env, false, context.redactor);
}

function renderPlain(error: unknown, env: Environment, debug: boolean, redactor = createRedactor()): string {
  const { colour, githubActions } = describeTerminal(env, process.stderr, process);
  return renderError(error, { colour, debug, githubActions, redactor });
}

/** For `JSON.stringify`: no text of a result holds the password of a URL. */
function withoutCredentials(redactor: Redactor): (key: string, value: unknown) => unknown {
  return (_key, value) => (typeof value === 'string' ? redactor.text(value) : value);
}

function endLine(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

/** Waits until the bytes are out: a large document into a pipe must not be cut by exiting. */
function writeResult(text: string, recorded: SessionResult | undefined): Promise<void> {
  if (recorded !== undefined) recorded.stdout = [...recorded.stdout, ...text.replace(/\n$/, '').split('\n')];
  return new Promise((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}

/** What children are given to end by themselves, and a moment to clean up. */
const POLITE_MS = 4500;

/** First signal: stop politely and clean up. Second, or when that takes long: stop now; the next run cleans up. */
function listenForSignals(patient: boolean): { signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  let deadline: NodeJS.Timeout | undefined;
  const handle = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort(new InterruptedError(name));
    if (patient) return;
    deadline = setTimeout(() => process.exit(EXIT.interrupted), POLITE_MS);
    deadline.unref();
  };
  const names: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const name of names) process.on(name, handle);
  return {
    signal: controller.signal,
    dispose() {
      clearTimeout(deadline);
      for (const name of names) process.off(name, handle);
    },
  };
}

/** `packit ... | head` is not an error. */
function ignoreBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOSPC') {
        throw new PackitError('DISK_FULL', 'The disk is full: not all of the output was written', {
          hint: 'Free some space, and run the command again.',
          cause: error,
        });
      }
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
