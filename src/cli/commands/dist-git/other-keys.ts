import { PackitError } from '../../../errors.ts';

export interface OtherKeys {
  /** Keys of the configuration with underscores, and their values. */
  keys: Record<string, unknown>;
  /** The one argument that is none: a path or a URL. */
  rest: string | undefined;
}

/**
 * Takes `--key value` and `--key=value` from the arguments that are no options of the command. Values are texts, but
 * for `true` and `false`.
 * @throws PackitError `INIT_OPTIONS`
 */
export function readOtherKeys(args: readonly string[]): OtherKeys {
  const keys: Record<string, unknown> = {};
  const rest: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (!arg.startsWith('-')) {
      rest.push(arg);
      continue;
    }
    const [, name, written] = /^--([A-Za-z][\w-]*)(?:=(.*))?$/s.exec(arg) ?? [];
    if (name === undefined) throw invalid(`There is no option ${arg}`);
    const value = written ?? args[(index += 1)];
    if (value === undefined) throw invalid(`The key --${name} has no value`);
    keys[name.replaceAll('-', '_')] = value === 'true' ? true : value === 'false' ? false : value;
  }
  if (rest.length > 1) throw invalid(`More than one path or URL was given: ${rest.join(', ')}`);
  return { keys, rest: rest[0] };
}

function invalid(message: string): PackitError {
  return new PackitError('INIT_OPTIONS', message, {
    hint: 'Give further keys of the configuration as --key value, and one path or URL: packit dist-git init --help.',
  });
}
