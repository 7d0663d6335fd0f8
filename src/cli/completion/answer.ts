/** What can stand at the end of an unfinished command line. Made from the commander tree: there is no second list of commands. */
import { Help } from 'commander';
import type { Command as Commander, Option } from 'commander';

export interface Suggestion {
  value: string;
  /** One line, for shells that show it. */
  description: string;
}

export interface Answer {
  suggestions: Suggestion[];
  /** A file may stand here as well: the shell knows them. */
  files: boolean;
}

/** What the project has to say; asked only where it is needed. */
export interface ProjectWords {
  packages(): readonly string[];
  branches(): readonly string[];
}

const NOTHING: Answer = { suggestions: [], files: false };

/** @param given the words behind `packit`; the last is the one that is being typed, perhaps empty */
export function complete(program: Commander, given: readonly string[], project: ProjectWords): Answer {
  // Bash splits --option=value into three words.
  const words = given.filter((word, at) => word !== '=' || at === given.length - 1);
  const last = words.at(-1) ?? '';
  const place = walk(program, words.slice(0, -1));
  const current = last === '=' ? '' : last;
  if (place.awaits !== undefined) return valuesOf(place.awaits, current, project);
  const [, name, value] = /^(--[a-z-]+)=(.*)$/.exec(current) ?? [];
  if (name !== undefined && value !== undefined) {
    const option = optionOf(place.command, program, name);
    return option === undefined ? NOTHING : prefixed(`${name}=`, valuesOf(option, value, project));
  }
  if (current.startsWith('-') && !place.ended)
    return { ...NOTHING, suggestions: options(place.command, program, current) };
  return argument(place, current);
}

interface Place {
  command: Commander;
  /** Arguments of the command before this word. */
  positional: number;
  /** The option whose value this word is. */
  awaits: Option | undefined;
  /** Behind `--`. */
  ended: boolean;
}

function walk(program: Commander, words: readonly string[]): Place {
  const place: Place = { command: program, positional: 0, awaits: undefined, ended: false };
  for (const word of words) {
    if (place.awaits !== undefined) {
      place.awaits = undefined;
    } else if (word === '--') {
      place.ended = true;
    } else if (word.startsWith('-') && !place.ended) {
      const option = word.includes('=') ? undefined : optionOf(place.command, program, word);
      place.awaits = option?.required === true ? option : undefined;
    } else if (word !== 'help' || place.positional > 0 || place.command !== program) {
      // What is behind `help` is what would be there without.
      const child = place.positional > 0 ? undefined : place.command.commands.find((one) => named(one, word));
      if (child === undefined) place.positional += 1;
      else place.command = child;
    }
  }
  return place;
}

function named(command: Commander, word: string): boolean {
  return command.name() === word || command.aliases().includes(word);
}

/** Of the command, of its groups, of the program. */
function optionOf(command: Commander, program: Commander, word: string): Option | undefined {
  for (let at: Commander | null = command; at !== null; at = at.parent) {
    const found = at.options.find(({ long, short }) => long === word || short === word);
    if (found !== undefined) return found;
  }
  return program.options.find(({ long, short }) => long === word || short === word);
}

function options(command: Commander, program: Commander, current: string): Suggestion[] {
  const help = new Help();
  const own = help.visibleOptions(command);
  const all = command === program ? own : [...own, ...help.visibleOptions(program)];
  const known = new Map(all.map((option) => [option.long ?? option.flags, option.description]));
  return [...known].flatMap(([value, description]) =>
    value.startsWith(current) ? [{ value, description }] : [],
  );
}

function argument({ command, positional }: Place, current: string): Answer {
  const commands = positional > 0 ? [] : new Help().visibleCommands(command);
  const suggestions = commands.flatMap((child) => {
    const value = child.name();
    return value.startsWith(current) ? [{ value, description: child.description() }] : [];
  });
  if (commands.length > 0 && command.registeredArguments.length === 0) return { ...NOTHING, suggestions };
  const { registeredArguments: known } = command;
  const here = known[positional] ?? (known.at(-1)?.variadic === true ? known.at(-1) : undefined);
  if (here === undefined) return { ...NOTHING, suggestions };
  const choices = (here.argChoices ?? []).filter((value) => value.startsWith(current));
  return {
    suggestions: [...suggestions, ...choices.map((value) => ({ value, description: '' }))],
    files: here.argChoices === undefined && /path|file|dir|spec|srpm/i.test(here.name()),
  };
}

/** The value of an option. */
function valuesOf(option: Option, current: string, project: ProjectWords): Answer {
  const { argChoices, flags } = option;
  if (argChoices !== undefined) return among(argChoices, current);
  if (/^--(?:package|.*-package)$/.test(option.long ?? '') && /<name>/.test(flags)) {
    return among(project.packages(), current);
  }
  if (/branch(?:es)?$/.test(option.long ?? '')) {
    // A list with commas: the last one is being typed.
    const before = current.slice(0, current.lastIndexOf(',') + 1);
    const chosen = new Set(before.split(','));
    const left = project.branches().filter((branch) => !chosen.has(branch));
    return prefixed(before, among(left, current.slice(before.length)));
  }
  return { ...NOTHING, files: /<[^>]*(?:file|dir|path|srpm|spec)/i.test(flags) };
}

function among(values: readonly string[], current: string): Answer {
  const fitting = values.filter((value) => value.startsWith(current));
  return { ...NOTHING, suggestions: fitting.map((value) => ({ value, description: '' })) };
}

function prefixed(prefix: string, answer: Answer): Answer {
  const suggestions = answer.suggestions.map((one) => ({ ...one, value: prefix + one.value }));
  return { ...answer, suggestions };
}
