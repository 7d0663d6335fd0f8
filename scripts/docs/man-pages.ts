/** Manual pages, made from the commander tree as `--help` is: there is no second text. */
import { Help } from 'commander';
import type { Argument, Command, Option } from 'commander';
import { createProgram } from '../../src/cli/program.ts';

export interface ManPage {
  /** `packit-build-in-copr.1` */
  file: string;
  /** For man(7). */
  text: string;
}

const help = new Help();

/** A page for the program and for each command that its help shows, groups included. */
export function manPages(version: string): ManPage[] {
  const program = createProgram({ execute: () => Promise.resolve(), stdout() {}, stderr() {} }, version);
  return visible(program).map((command) => ({
    file: `${nameOf(command)}.1`,
    text: page(command, program, version),
  }));
}

function visible(command: Command): Command[] {
  const children = help.visibleCommands(command).filter((child) => child.name() !== 'help');
  return [command, ...children.flatMap(visible)];
}

function path(command: Command): string[] {
  return command.parent === null ? [command.name()] : [...path(command.parent), command.name()];
}

function nameOf(command: Command): string {
  return path(command).join('-');
}

function page(command: Command, program: Command, version: string): string {
  const children = help.visibleCommands(command).filter((child) => child.name() !== 'help');
  const related = [...(command.parent === null ? [] : [command.parent]), ...children];
  const own = help.visibleOptions(command);
  const description = command.description().replace(/\.$/, '');
  const aliases = command.aliases();
  const sections = [
    `.TH ${nameOf(command).toUpperCase()} 1 "" "packit ${version}" "Packit"`,
    heading('NAME', `${escape(nameOf(command))} \\- ${escape(description)}`),
    heading('SYNOPSIS', synopsis(command)),
    ...(aliases.length === 0 ? [] : [heading('DESCRIPTION', escape(`Also called ${aliases.join(', ')}.`))]),
    ...(children.length === 0 ? [] : [heading('COMMANDS', children.map(commandItem).join('\n'))]),
    ...(own.length === 0 ? [] : [heading('OPTIONS', own.map(optionItem).join('\n'))]),
    ...(command === program
      ? []
      : [heading('GLOBAL OPTIONS', help.visibleOptions(program).map(optionItem).join('\n'))]),
    ...examples(command),
    heading('EXIT STATUS', EXIT_STATUS),
    ...(related.length === 0
      ? []
      : [
          heading(
            'SEE ALSO',
            related
              .map((one) => `.BR ${escape(nameOf(one))} (1)`)
              .join(',\n')
              .replaceAll('(1),', '(1),'),
          ),
        ]),
  ];
  return `${sections.join('\n')}\n`;
}

const EXIT_STATUS = [
  ['0', 'done'],
  ['1', 'interrupted'],
  ['2', 'an expected failure: what to do is said'],
  ['3', 'a service failed or could not be reached'],
  ['4', 'a bug of packit'],
  ['5', 'some of several targets failed'],
]
  .map(([code = '', meaning = '']) => `.TP\n.B ${code}\n${meaning}`)
  .join('\n');

function heading(title: string, text: string): string {
  return `.SH "${title}"\n${text}`;
}

function synopsis(command: Command): string {
  const words = help.visibleOptions(command).length === 0 ? [] : ['[options]'];
  const rest =
    command.commands.length > 0 ? ['command'] : command.registeredArguments.map((one) => argumentWord(one));
  return [`.B ${escape(path(command).join(' '))}`, escape([...words, ...rest].join(' '))].join('\n');
}

function argumentWord(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function commandItem(command: Command): string {
  return `.TP\n.B ${escape(command.name())}\n${escape(command.description())}`;
}

function optionItem({ flags, description, argChoices }: Option): string {
  const [, names = flags, value] = /^(.*?)(?:\s+([<[].*))?$/.exec(flags) ?? [];
  const term = `\\fB${escape(names)}\\fR${value === undefined ? '' : ` \\fI${escape(value)}\\fR`}`;
  const choices = argChoices === undefined ? '' : ` (${argChoices.join(', ')})`;
  return `.TP\n${term}\n${escape(description + choices)}`;
}

/** What the tree adds behind a help. */
function examples(command: Command): string[] {
  let text = '';
  const writing = command.configureOutput();
  command.configureOutput({ ...writing, writeOut: (chunk) => void (text += chunk) });
  command.outputHelp();
  command.configureOutput(writing);
  const [, lines] = /\nExamples:\n((?: {2,}.*\n?)+)/.exec(text) ?? [];
  if (lines === undefined) return [];
  return [heading('EXAMPLES', `.nf\n${escape(lines.trimEnd().replaceAll(/^ {2}/gm, ''))}\n.fi`)];
}

/** As roff takes it: a backslash, a hyphen that is typed, and a dot or quote at the beginning of a line have meanings of their own. */
function escape(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^(?=[.'])/gm, '\\&');
}
