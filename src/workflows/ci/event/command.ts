/**
 * Commands in comments: `/packit build`. The first line whose first word is the prefix counts; quoted lines do not begin with it.
 * Words and options are those of the hosted service, so that what people know works.
 */
import { splitCommand } from '../../../project/actions/index.ts';
import { isOwnComment } from '../comments/index.ts';

export const COMMAND_NAMES = [
  'help',
  'build',
  'rebuild-failed',
  'test',
  'retest-failed',
  'upstream-koji-build',
  'vm-image-build',
  'propose-downstream',
  'pull-from-upstream',
  'koji-build',
  'koji-tag',
  'create-update',
  'ok-to-test',
] as const;

export type CommandName = (typeof COMMAND_NAMES)[number];

export interface CommentCommand {
  name: CommandName;
  /** `--package` before or after the command. */
  packages: string[];
  /** `ns/repo#N` or URLs of pull requests whose builds are tested with this one. */
  otherRequests: string[];
  identifier?: string;
  labels?: string[];
  /** `--env KEY=VALUE`; an empty value removes the variable. */
  env: Record<string, string>;
  /** Branch whose jobs are meant, of a comment on a commit. */
  commit?: string;
  release?: string;
  resolveBugs?: string[];
  version?: string;
  allBranches: boolean;
  /** The commit that `ok-to-test` is for: all of its digits. */
  sha?: string;
}

/** A command, what is wrong with it, or undefined if the comment is none. */
export type ParsedComment = { command: CommentCommand } | { problem: string } | undefined;

/** Other names of commands. */
const ALIASES: Readonly<Record<string, CommandName>> = {
  'copr-build': 'build',
  'propose-update': 'propose-downstream',
};

export function parseComment(body: string, prefix: string): ParsedComment {
  if (isOwnComment(body)) return undefined;
  for (const line of body.split(/\r?\n/)) {
    const trimmed = line.trim();
    if (trimmed.split(/\s/, 1)[0] !== prefix) continue;
    let words: string[];
    try {
      words = splitCommand(trimmed).slice(1);
    } catch {
      return { problem: 'a quotation mark is not closed' };
    }
    return parseWords(words);
  }
  return undefined;
}

function parseWords(words: readonly string[]): ParsedComment {
  const command: CommentCommand = {
    name: 'help',
    packages: [],
    otherRequests: [],
    env: {},
    allBranches: false,
  };
  let name: CommandName | undefined;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) {
      if (name === undefined) {
        name = nameOf(word);
        if (name === undefined) return { problem: `there is no command "${word}"` };
        continue;
      }
      const problem = operand(command, name, word);
      if (problem !== undefined) return { problem };
      continue;
    }
    const [option, inline] = splitOption(word);
    if (option === '--all-branches') {
      command.allBranches = true;
      continue;
    }
    if (option === '--with-pr-config') continue;
    const value = inline ?? words[(at += 1)];
    if (value === undefined) return { problem: `${option} needs a value` };
    if (!setOption(command, option, value)) return { problem: `there is no option ${option}` };
  }
  if (name === undefined) return { command: { ...command, name: 'help' } };
  return name === 'ok-to-test' && command.sha === undefined
    ? { problem: 'ok-to-test needs the commit it is for' }
    : { command: { ...command, name } };
}

function splitOption(word: string): [string, string | undefined] {
  const equals = word.indexOf('=');
  return word.startsWith('--') && equals > 0
    ? [word.slice(0, equals), word.slice(equals + 1)]
    : [word, undefined];
}

function nameOf(word: string): CommandName | undefined {
  return COMMAND_NAMES.find((name) => name === word) ?? ALIASES[word];
}

function operand(command: CommentCommand, name: CommandName, word: string): string | undefined {
  if (name === 'ok-to-test') {
    // Another commit with the same first digits is made in minutes.
    if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(word))
      return `"${word}" is no commit; give all of its digits`;
    if (command.sha !== undefined && command.sha !== word) return 'ok-to-test is for one commit';
    command.sha = word;
    return undefined;
  }
  if (name !== 'test') return `${name} takes no "${word}"`;
  if (!/^[\w.-]+(?:\/[\w.-]+)+#\d+$|^https?:\/\//.test(word)) return `"${word}" is no pull request`;
  command.otherRequests.push(word);
  return undefined;
}

function setOption(command: CommentCommand, option: string, value: string): boolean {
  switch (option) {
    case '--package':
    case '-p':
      command.packages.push(value);
      return true;
    case '--identifier':
    case '--id':
    case '-i':
      command.identifier = value;
      return true;
    case '--labels':
      command.labels = list(value);
      return true;
    case '--env': {
      const equals = value.indexOf('=');
      if (equals < 1) return false;
      command.env[value.slice(0, equals)] = value.slice(equals + 1);
      return true;
    }
    case '--commit':
      command.commit = value;
      return true;
    case '--release':
      command.release = value;
      return true;
    case '--resolve-bug':
      command.resolveBugs = list(value);
      return true;
    case '--version':
      command.version = value;
      return true;
    default:
      return false;
  }
}

function list(value: string): string[] {
  return value
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
