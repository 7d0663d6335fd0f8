/**
 * The commander tree: global flags, then every command's names, flags, help and examples from `tree/`.
 * Nothing but commander is loaded here; a command is imported by its own action.
 */
import { Command as Commander, CommanderError } from 'commander';
import type { Option } from 'commander';
import { PackitError, messageOf } from '../errors.ts';
import type { Command, GlobalOptions, Invocation } from './command.ts';
import { globalOptionsHint, helpConfiguration } from './help.ts';
import type { OptionShape } from './option-defaults.ts';
import { collect } from './tree/options.ts';
import type { Attach, AttachOptions, Register } from './tree/register.ts';
import { registerBuild } from './tree/build.ts';
import { registerDistGit } from './tree/dist-git.ts';
import { registerCompletion } from './tree/completion.ts';
import { registerDoctor } from './tree/doctor.ts';
import { registerInit } from './tree/init.ts';
import { registerListen } from './tree/listen.ts';
import { registerProposeUpdate } from './tree/propose-update.ts';
import { registerPullFromUpstream } from './tree/pull-from-upstream.ts';
import { registerCi } from './tree/ci.ts';
import { registerConfig } from './tree/config.ts';
import { registerSpec } from './tree/spec.ts';
import { registerSyncFromDownstream } from './tree/sync-from-downstream.ts';
import { registerPrepareSources } from './tree/prepare-sources.ts';
import { registerReport } from './tree/report.ts';
import { registerScanInOsh } from './tree/scan-in-osh.ts';
import { registerSourceGit } from './tree/source-git.ts';
import { registerSrpm } from './tree/srpm.ts';
import { registerTest } from './tree/test.ts';
import { registerUpdates } from './tree/updates.ts';

export interface ProgramHooks {
  /** Runs a command that was parsed; owns context, user interface and errors. */
  execute(
    load: () => Promise<Command>,
    invocation: Omit<Invocation, 'ctx'>,
    options: AttachOptions,
  ): Promise<void>;
  /** The value of an option that the command line left open (environment, `.packit`), or undefined. */
  optionDefault?(option: OptionShape): unknown;
  /** Every option there is, once the command line is read and defaults were asked for. */
  knownOptions?(options: () => readonly OptionShape[]): void;
  /** What is said of a command line that is none: `error: unknown option ...`. Default: as it is. */
  usageError?(text: string): string;
  stdout(text: string): void;
  stderr(text: string): void;
}

export { CommanderError };

/** What a person wants to do, in the order help shows it: the way of a new project. A command belongs to its purpose. */
const GROUPS: readonly (readonly [heading: string, commands: readonly Register[]])[] = [
  ['Configuration:', [registerInit, registerConfig]],
  [
    'Prepare, build and test:',
    [registerSrpm, registerPrepareSources, registerBuild, registerTest, registerScanInOsh],
  ],
  [
    'Dist-git and updates:',
    [
      registerProposeUpdate,
      registerPullFromUpstream,
      registerSyncFromDownstream,
      registerUpdates,
      registerDistGit,
    ],
  ],
  ['Source-git:', [registerSourceGit]],
  ['Continuous integration:', [registerCi, registerListen]],
  ['Spec files:', [registerSpec]],
  ['This machine, and bug reports:', [registerDoctor, registerCompletion, registerReport]],
];

/** The commands that are run most are understood without the others. */
const ALONE: ReadonlyMap<string | undefined, Register> = new Map([
  ['srpm', registerSrpm],
  ['config', registerConfig],
]);

/** @param first the first argument: where it is a command that is understood alone, the others are left out */
export function createProgram(hooks: ProgramHooks, version: string, first?: string): Commander {
  const program = new Commander('packit');
  program
    .description('Bring upstream projects into Fedora, CentOS Stream, EPEL and any RPM distribution.')
    .version(version, '--version', "print the version; with --json git's and rpm's too")
    .configureHelp(helpConfiguration)
    .helpOption('-h, --help', 'show help')
    .commandsGroup('Help:')
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText('afterAll', ({ command }) => globalOptionsHint(command))
    .option('-d, --debug', 'say more, with stack traces')
    .option('-q, --quiet', 'print results, warnings and errors only')
    .option('--json', 'print one JSON document on stdout instead of text')
    .option('--strict', 'treat warnings as errors')
    .option('--fas-user <name>', 'Fedora account name')
    .option('-k, --keytab <file>', 'Kerberos keytab of the Fedora account')
    .option('--remote <name>', 'git remote that tells the upstream project URL (default: the first)')
    .option('-c, --config <file>', 'package configuration file (default: .packit.yaml, packit.yaml)')
    .option('--record <dir>', 'record what passes to and from services, for a bug report')
    .option('--replay <dir>', 'run against a recording instead of the services')
    .configureOutput({
      writeOut: (text) => hooks.stdout(text),
      writeErr: (text) => hooks.stderr(text),
      outputError: (text, write) => write(hooks.usageError?.(text) ?? text),
    })
    .showHelpAfterError('(packit --help shows what there is)')
    .showSuggestionAfterError(true)
    .exitOverride();

  const alone = ALONE.get(first);
  const attach: Attach = (command, load, options = {}) => {
    command.action(async () => {
      applyDefaults(command, hooks);
      hooks.knownOptions?.(() => everyOption(alone === undefined ? program : createProgram(hooks, version)));
      const invocation = {
        args: command.args,
        options: { ...groupOptions(command), ...command.opts() },
        global: command.optsWithGlobals<GlobalOptions>(),
      };
      await hooks.execute(load as () => Promise<Command>, invocation, options);
    });
  };
  alone?.(program, attach);
  for (const [heading, commands] of alone === undefined ? GROUPS : []) {
    program.commandsGroup(heading);
    for (const register of commands) register(program, attach);
  }
  return program;
}

/** Options of the groups a command is in: `packit build --srpm FILE in-copr`. */
function groupOptions(command: Commander): Record<string, unknown> {
  const group = command.parent;
  if (group === null || group.parent === null) return {};
  return { ...groupOptions(group), ...group.opts() };
}

/** Environment and `.packit` values for what the command line left open. */
function applyDefaults(command: Commander, hooks: ProgramHooks): void {
  if (hooks.optionDefault === undefined) return;
  for (let at: Commander | null = command; at !== null; at = at.parent) {
    for (const option of at.options) {
      const attribute = option.attributeName();
      const source = at.getOptionValueSource(attribute);
      if (source !== undefined && source !== 'default') continue;
      const value = hooks.optionDefault(shapeOf(option, at));
      if (value === undefined) continue;
      at.setOptionValueWithSource(attribute, parseDefault(option, value), 'env');
    }
  }
}

/** `['dist-git', 'init']`; empty for the program itself. */
function commandPath(command: Commander): string[] {
  return command.parent === null ? [] : [...commandPath(command.parent), command.name()];
}

function everyOption(command: Commander): OptionShape[] {
  return [
    ...command.options.map((option) => shapeOf(option, command)),
    ...command.commands.flatMap(everyOption),
  ];
}

function shapeOf(option: Option, command: Commander): OptionShape {
  return {
    name: option.long ?? option.flags,
    attribute: option.attributeName(),
    isBoolean: option.isBoolean() || option.negate,
    repeatable: option.variadic || option.parseArg === collect,
    command: commandPath(command),
  };
}

/** What the option's own parser makes of a default, as if it had been on the command line. */
function parseDefault(option: Option, value: unknown): unknown {
  if (typeof value !== 'string' || option.parseArg === undefined) return value;
  try {
    return option.parseArg(value, undefined);
  } catch (error) {
    throw new PackitError(
      'OPTION_DEFAULT_INVALID',
      `The environment or .packit gives ${option.flags} a value it cannot have: ${messageOf(error)}`,
      { hint: 'Change or unset it, or give the option on the command line, which comes first.' },
    );
  }
}
