/** The shapes an action may have in the configuration, and the commands it stands for. */
import { PackitError } from '../../errors.ts';
import type { ActionName } from './names.ts';
import { splitCommand } from './split.ts';

/** `actions` of a package as the configuration file has them: strings, lists, or by mistake anything else. */
export type Actions = Readonly<Partial<Record<string, unknown>>>;

/**
 * True if the configuration names the action at all: `fix-spec-file: []` is configured (and does nothing),
 * which switches the default off; so is a null.
 */
export function isConfigured(actions: Actions, name: ActionName): boolean {
  return Object.hasOwn(actions, name);
}

/**
 * The argument lists of an action: `"cmd"`, `["cmd", ...]`, `[["program", "argument"], ...]`, also mixed.
 * Commands without a single word are left out. Undefined if the action is not configured.
 * @throws PackitError `ACTION_INVALID` for null and every other shape, `ACTION_COMMAND_INVALID` for a command
 *   that cannot be split
 */
export function actionCommands(actions: Actions, name: ActionName): string[][] | undefined {
  if (!isConfigured(actions, name)) return undefined;
  const configured = actions[name];
  const commands = typeof configured === 'string' ? [configured] : configured;
  if (!Array.isArray(commands)) throw wrongShape(name, configured);
  return commands.map((command) => words(name, command)).filter((argv) => argv.length > 0);
}

function words(name: ActionName, command: unknown): string[] {
  if (typeof command === 'string') return splitCommand(command, `a command of the action ${name}`);
  if (!Array.isArray(command)) throw wrongShape(name, command);
  return command.map((word) => {
    if (typeof word === 'string') return word;
    // YAML reads `[["make", -j, 4]]` as a number; what was meant is plain.
    if (typeof word === 'number' || typeof word === 'boolean') return String(word);
    throw wrongShape(name, word);
  });
}

function wrongShape(name: ActionName, value: unknown): PackitError {
  const what = value === null || value === undefined ? 'is empty (null)' : `holds ${JSON.stringify(value)}`;
  const mapping =
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? 'A colon and a blank in a command make YAML read it as a mapping: put the whole command in quotes. '
      : '';
  return new PackitError('ACTION_INVALID', `The action ${name} ${what}, not a command`, {
    hint:
      `${mapping}Write a command or a list of commands under "${name}:", "${name}: []" to do nothing in this step, ` +
      'or remove the key to get the default.',
  });
}
