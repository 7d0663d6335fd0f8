import type { Command as Commander, Option } from 'commander';

/**
 * Options of the whole program are understood anywhere on the command line, `-c` too. Where a command has a short
 * flag of the same letter (`packit dist-git init -c`), its own is meant behind its name: it is written out.
 */
export function withOwnFlags(program: Commander, argv: readonly string[]): string[] {
  let command = program;
  const result: string[] = [];
  for (const [index, arg] of argv.entries()) {
    if (arg === '--') return [...result, ...argv.slice(index)];
    result.push(ownFlag(command, program, arg) ?? arg);
    if (!arg.startsWith('-')) command = command.commands.find((child) => named(child, arg)) ?? command;
  }
  return result;
}

function ownFlag(command: Commander, program: Commander, arg: string): string | undefined {
  if (!/^-[a-z]$/i.test(arg) || command === program) return undefined;
  const has = ({ short }: Option): boolean => short === arg;
  return program.options.some(has) ? command.options.find(has)?.long : undefined;
}

function named(command: Commander, name: string): boolean {
  return command.name() === name || command.aliases().includes(name);
}
