/**
 * Where an option's value comes from if the command line does not give it: the variable
 * `PACKIT_<COMMAND>_<OPTION>` (`PACKIT_DIST_GIT_INIT_FORCE`), the variable `PACKIT_<OPTION>`, then the flat JSON file `.packit` in the current directory.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PackitError, messageOf } from '../errors.ts';

export interface OptionShape {
  /** The long flag: `--update-release`, `--no-pr`. */
  name: string;
  /** commander's name of the value: `updateRelease`, `pr`. */
  attribute: string;
  isBoolean: boolean;
  /** May be given several times: a variable is split at blanks. */
  repeatable?: boolean;
  /** Names of the group and command the option is of: `['dist-git', 'init']`; absent for those of every command. */
  command?: readonly string[];
}

/** The content of `.packit`. */
export interface OptionFile {
  path: string;
  values: Readonly<Record<string, unknown>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Names the reference gave to options whose flag says something else. */
const OTHER_NAMES: Readonly<Record<string, string>> = { config: 'package_config_path' };

/**
 * The default of one option, or undefined. An empty variable counts as not set.
 * @throws PackitError `OPTION_DEFAULT_INVALID`
 */
export function optionDefault(option: OptionShape, env: Environment, file?: OptionFile): unknown {
  const plain = snakeCase(option.attribute);
  const other = OTHER_NAMES[plain];
  const names = other === undefined ? [plain] : [other, plain];
  for (const prefix of prefixes(option)) {
    for (const name of names) {
      const variable = `${prefix}${name.toUpperCase()}`;
      const value = env[variable];
      if (value !== undefined && value !== '') return convert(option, value, variable, false);
    }
    if (option.isBoolean) {
      const variable = `${prefix}NO_${plain.toUpperCase()}`;
      const value = env[variable];
      if (value !== undefined && value !== '' && toBoolean(value, variable)) return false;
    }
  }
  if (file === undefined) return undefined;
  for (const name of names) {
    const key = [name, name.replaceAll('_', '-')].find((key) => Object.hasOwn(file.values, key));
    const value = key === undefined ? undefined : file.values[key];
    if (value !== undefined && value !== null) {
      return convert(option, value, `"${key}" in ${file.path}`, true);
    }
  }
  const negated = file.values[`no_${plain}`];
  if (option.isBoolean && negated !== undefined && negated !== null) {
    return toBoolean(negated, `"no_${plain}" in ${file.path}`) ? false : undefined;
  }
  return undefined;
}

/** The command's own variable comes before the one for all commands. */
function prefixes({ command = [] }: OptionShape): string[] {
  const own = command.map((name) => `${name.replaceAll('-', '_').toUpperCase()}_`).join('');
  return own === '' ? ['PACKIT_'] : [`PACKIT_${own}`, 'PACKIT_'];
}

/**
 * Reads `.packit` of a directory; undefined if there is none or it is not a file.
 * @throws PackitError `OPTION_FILE_INVALID`
 */
export function readOptionFile(directory: string): OptionFile | undefined {
  const path = join(directory, '.packit');
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  let values: unknown;
  let problem = 'it must hold one object, such as {"debug": true}';
  try {
    values = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    problem = messageOf(error);
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new PackitError('OPTION_FILE_INVALID', `Cannot take option defaults from .packit: ${problem}`, {
      location: { file: path },
      hint: 'Correct the JSON (names of options with underscores, and their values), or remove the file.',
    });
  }
  return { path, values: values as Record<string, unknown> };
}

/** Something that looks like the default of an option, and is that of none. */
export interface UnknownDefault {
  /** The variable, or the key of the file. */
  name: string;
  /** The file; absent for a variable. */
  file?: string;
  /** What it could have been called. */
  known: readonly string[];
}

/** Variables that are no options: settings of services, secrets, and what actions are told. */
const OTHER_VARIABLES =
  /^PACKIT_(?:TOKEN_\w+|\w+_(?:TOKEN|SECRET|URL|DELAY|PASSWORD|USER)|\w+_(?:TOKEN|SECRET|PASSWORD)_FILE|USER_AGENT|CLIENT_CERT|CLI_\w+|CONFIG_PACKAGE_NAME|(?:UP|DOWN)STREAM_(?:REPO|PACKAGE_NAME|TAG|COMMIT)|PROJECT_\w+|RPMSPEC_\w+|RESOLVED_BUGS|SPECFILE_PATH|PWD|DEBUG_\w+)$/;

/** The `PACKIT_` variables and the keys of `.packit` that belong to no option of any command. */
export function unknownDefaults(
  everyOption: () => readonly OptionShape[],
  env: Environment,
  file?: OptionFile,
): UnknownDefault[] {
  const candidates = Object.entries(env).flatMap(([name, value]) =>
    name.startsWith('PACKIT_') && value !== undefined && value !== '' && !OTHER_VARIABLES.test(name)
      ? [name]
      : [],
  );
  if (candidates.length === 0 && file === undefined) return [];
  const options = everyOption();
  const namesOf = ({ attribute, isBoolean }: OptionShape): string[] => {
    const plain = snakeCase(attribute);
    return [plain, OTHER_NAMES[plain] ?? plain, ...(isBoolean ? [`no_${plain}`] : [])];
  };
  const names = new Set(options.flatMap(namesOf));
  const variables = new Set(
    options.flatMap((option) =>
      prefixes(option).flatMap((prefix) => namesOf(option).map((name) => prefix + name.toUpperCase())),
    ),
  );
  const unknown: UnknownDefault[] = candidates
    .filter((name) => !variables.has(name))
    .map((name) => ({ name, known: [...variables] }));
  for (const key of Object.keys(file?.values ?? {})) {
    if (!names.has(key.replaceAll('-', '_')) && file !== undefined) {
      unknown.push({ name: key, file: file.path, known: [...names] });
    }
  }
  return unknown;
}

function convert(option: OptionShape, value: unknown, from: string, structured: boolean): unknown {
  if (option.isBoolean) return toBoolean(value, from);
  if (option.repeatable === true) {
    if (Array.isArray(value)) return value.map((item) => toText(item, from));
    const text = toText(value, from);
    return structured ? [text] : text.split(/\s+/).filter((word) => word !== '');
  }
  return toText(value, from);
}

function toText(value: unknown, from: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw invalid(from, 'it must be a text');
}

function toBoolean(value: unknown, from: string): boolean {
  if (typeof value === 'boolean') return value;
  const text = (typeof value === 'string' || typeof value === 'number' ? String(value) : '').trim();
  if (/^(?:1|true|t|yes|y|on)$/i.test(text)) return true;
  if (/^(?:0|false|f|no|n|off)$/i.test(text)) return false;
  throw invalid(from, 'it must be yes or no (1, true, yes, on; 0, false, no, off)');
}

function invalid(from: string, problem: string): PackitError {
  return new PackitError('OPTION_DEFAULT_INVALID', `Cannot use the value of ${from}: ${problem}`, {
    hint: 'Change or unset it, or give the option on the command line, which comes first.',
  });
}

function snakeCase(attribute: string): string {
  return attribute.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
