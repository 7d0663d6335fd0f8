import { describe, expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { TERM_WIDTH } from '../../../src/cli/help.ts';
import { createProgram } from '../../../src/cli/program.ts';
import { examples } from '../../../src/cli/tree/options.ts';

const nothing = { execute: async () => {}, stdout() {}, stderr() {} };

/** What `--help` prints in a terminal that is so wide. */
async function helpOf(path: readonly string[], columns: number): Promise<string> {
  let text = '';
  const program = createProgram({ ...nothing, stdout: (chunk) => (text += chunk) }, '1.2.3');
  for (const command of everyCommand(program)) {
    command.configureOutput({
      ...command.configureOutput(),
      getOutHelpWidth: () => columns,
      getOutHasColors: () => false,
    });
  }
  await program.parseAsync([...path, '--help'], { from: 'user' }).catch(() => undefined);
  return text;
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

function pathOf(command: Command): string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()];
}

const commands = everyCommand(createProgram(nothing, '1.2.3')).map((command) => ({
  command,
  path: pathOf(command),
}));

describe.each(commands)('the help of $path', ({ command, path }) => {
  test('fits 80 columns, and wraps in a narrow terminal', async () => {
    const help = await helpOf(path, 80);
    expect(help).toContain(`Usage: ${['packit', ...path].join(' ')}`);
    expect(help.split('\n').filter((line) => line.trimEnd().length > 80)).toEqual([]);
    const narrow = (await helpOf(path, 60)).split('\nExamples:')[0];
    expect(narrow?.split('\n').filter((line) => line.length > 70)).toEqual([]);
  });

  test('has short names on its left side, and a word on every command and option', () => {
    const help = command.createHelp();
    const terms = [
      ...help.visibleCommands(command).map((sub) => help.subcommandTerm(sub)),
      ...help.visibleOptions(command).map((option) => help.optionTerm(option)),
    ];
    expect(terms.filter((term) => term.length > TERM_WIDTH)).toEqual([]);
    expect(help.visibleOptions(command).filter(({ description }) => description === '')).toEqual([]);
    expect(help.visibleCommands(command).filter((sub) => sub.description() === '')).toEqual([]);
  });
});

test('the first screen shows every command in the group of what it is for', async () => {
  const help = await helpOf([], 80);
  const headings = help.split('\n').filter((line) => /^\w.*:$/.test(line));
  expect(headings.slice(0, 1)).toEqual(['Options:']);
  expect(headings).not.toContain('Commands:');
  expect(headings.at(-1)).toBe('Help:');
  expect(help).toMatch(/\nPrepare, build and test:\n {2}srpm {2,}build a source RPM/);
});

test('a command says its other names, and where the options of every command are', async () => {
  const help = await helpOf(['propose-update'], 80);
  expect(help).toContain('Usage: packit propose-update [options] [path-or-url] [version]\n');
  expect(help).toContain('\nAlso called propose-downstream.\n');
  expect(help).toContain('Options of every command');
  expect(await helpOf([], 80)).not.toContain('Options of every command');
});

test('a name that is too long has its description below', async () => {
  let text = '';
  const program = createProgram({ ...nothing, stdout: (chunk) => (text += chunk) }, '1.2.3');
  const term = `--${'long-'.repeat(8)}option <value>`;
  program.command('demo').option(term, `${'word '.repeat(20)}end`);
  await program.parseAsync(['demo', '--help'], { from: 'user' }).catch(() => undefined);
  const lines = text.split('\n');
  const at = lines.indexOf(`  ${term}`);
  expect(at).toBeGreaterThan(0);
  expect(lines[at + 1]).toMatch(/^ {38}word word/);
  expect(lines[at + 2]).toMatch(/^ {38}word word/);
  expect(lines.every((line) => line.length <= 80)).toBe(true);
});

test('an example continues where a shell would read on', () => {
  const example = `packit spec edit package.spec --bump --add-changelog "- Rebuilt for a new library" --diff`;
  const lines = examples(example).split('\n').slice(2);
  expect(lines).toEqual([
    '  $ packit spec edit package.spec --bump \\',
    '      --add-changelog "- Rebuilt for a new library" --diff',
  ]);
});
