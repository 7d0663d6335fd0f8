/** Completion: what the script of a shell asks while a command is typed. Loads nothing but the commander tree. */
import { createProgram } from '../program.ts';
import { complete } from './answer.ts';
import { projectWords } from './project-words.ts';

/**
 * A line for each suggestion, its description behind a tab; `:files` if the shell is to add names of files. Whatever was typed,
 * there is no error.
 * @param argv the words behind `packit`, perhaps after a `--`
 */
export function completionLines(argv: readonly string[], cwd: string): string {
  const program = createProgram({ execute: () => Promise.resolve(), stdout() {}, stderr() {} }, '');
  const words = argv[0] === '--' ? argv.slice(1) : argv;
  const { suggestions, files } = complete(program, words, projectWords(cwd));
  const lines = suggestions.map(({ value, description }) => `${value}\t${description.split('\n')[0] ?? ''}`);
  return [...lines, ...(files ? [':files'] : [])].map((line) => `${line}\n`).join('');
}
