/** Running a package's actions. */
import { CommandError, PackitError } from '../../errors.ts';
import { displayCommand, tail } from '../../tools/process/index.ts';
import type { Redactor, Run } from '../../tools/process/index.ts';
import type { Ui } from '../../ui.ts';
import { actionCommands, isConfigured } from './commands.ts';
import type { Actions } from './commands.ts';
import type { ActionName } from './names.ts';
import { filled } from './environment.ts';
import type { Variables } from './environment.ts';

export interface ActionRunnerOptions {
  actions: Actions;
  /** Directory the commands run in: the root of the (private) checkout, or the package's path in it. */
  cwd: string;
  run: Run;
  ui: Ui;
  redactor?: Redactor;
  /** What all actions get: `packageVariables(...)`. */
  variables: Variables;
}

export interface ActionRunner {
  has(name: ActionName): boolean;
  /**
   * Runs all commands of an action, their output shown as it comes. Resolves to what each command wrote on
   * stdout, or to undefined if the action is not configured and the default is to be done.
   *
   * `variables` are added to those of earlier calls: an action sees everything computed so far for its
   * package. They reach neither packit's own process nor the other tools it runs.
   * @throws PackitError `ACTION_FAILED`: the first command that fails ends the action
   */
  run(name: ActionName, variables?: Variables): Promise<Buffer[] | undefined>;
  /** Variables known by now without running anything: for the next action's benefit. */
  remember(variables: Variables): void;
  /** All variables an action would get now. */
  variables(): Record<string, string>;
  /** The same actions and variables in another directory (dist-git). What is learnt is shared. */
  in(cwd: string): ActionRunner;
}

/** Makes the runner of one package. Make another one for each package: nothing is shared between them. */
export function createActionRunner(options: ActionRunnerOptions): ActionRunner {
  const known = filled(options.variables);
  const within = (cwd: string): ActionRunner => ({
    has: (name) => isConfigured(options.actions, name),
    remember: (variables) => void Object.assign(known, filled(variables)),
    variables: () => ({ ...known }),
    in: within,
    async run(name, variables = {}) {
      Object.assign(known, filled(variables));
      const commands = actionCommands(options.actions, name);
      if (commands === undefined) return undefined;
      const outputs: Buffer[] = [];
      for (const [index, argv] of commands.entries()) {
        outputs.push(await runCommand(argv, { ...options, cwd, known, name, index, count: commands.length }));
      }
      return outputs;
    },
  });
  return within(options.cwd);
}

interface CommandOfAction extends ActionRunnerOptions {
  known: Record<string, string>;
  name: ActionName;
  index: number;
  count: number;
}

async function runCommand(argv: readonly string[], options: CommandOfAction): Promise<Buffer> {
  const { run, ui, cwd, known, name } = options;
  ui.info(`${name}: ${displayCommand(argv, options.redactor)}`);
  try {
    return (await run(argv, { cwd, env: known, live: true, own: true })).stdout;
  } catch (error) {
    throw error instanceof CommandError ? actionError(error, argv, options) : error;
  }
}

function actionError(error: CommandError, argv: readonly string[], options: CommandOfAction): PackitError {
  const { exitCode, signal, stdout, stderr } = error.failure;
  const which = options.count > 1 ? ` (command ${options.index + 1} of ${options.count})` : '';
  const command = displayCommand(argv, options.redactor);
  const how =
    error.code === 'COMMAND_NOT_FOUND'
      ? 'it cannot be run: there is no such program or it is not executable'
      : signal !== undefined
        ? `it was ended by signal ${signal}`
        : `exit code ${exitCode ?? 'unknown'}`;
  const hint = shellHint(argv, options.name) ?? notFoundHint(error, argv);
  return new PackitError(
    'ACTION_FAILED',
    `The action ${options.name} failed${which}: ${how}; the command was: ${command}`,
    {
      // Scripts complain on either stream; what came last on stderr says most, stdout where there is none.
      details: tail(stderr.some((byte) => byte > 32) ? stderr : stdout, options.redactor),
      ...(hint === undefined ? {} : { hint }),
      cause: error,
    },
  );
}

const SHELL_WORDS = /^(?:\||\|\||&&|;|&|>|>>|<|2>&1|2>\/dev\/null|>\/dev\/null)$/;

/** A pipe or redirection that arrived as an argument is the commonest mistake: no shell is involved. */
function shellHint(argv: readonly string[], name: ActionName): string | undefined {
  const shellish =
    argv.some((word) => SHELL_WORDS.test(word)) ||
    (argv[0] !== undefined && /^(?:cd|export|source|\.|set|umask|eval)$|^\w+=/.test(argv[0]));
  if (!shellish) return undefined;
  return `Commands of actions are run without a shell. Write it as: ${name}: ["bash -c '...'"]`;
}

function notFoundHint(error: CommandError, argv: readonly string[]): string | undefined {
  if (error.code !== 'COMMAND_NOT_FOUND' || argv[0] === undefined) return undefined;
  return argv[0].includes('/')
    ? `Check that ${argv[0]} is there (relative to ${error.failure.cwd}) and executable (chmod +x).`
    : `Install ${argv[0]}, or check the PATH packit is run with.`;
}
