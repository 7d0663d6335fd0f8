/** The pages a reader meets, and what of them a shell would read. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { commandsIn } from '../transcript.ts';

const ROOT = resolve(import.meta.dirname, '..', '..', '..');

export interface Page {
  /** Relative to the top of the tree: `docs/commands/srpm.md`. */
  path: string;
  text: string;
}

export interface Block {
  /** `docs/ci.md:12`, where the fence stands. */
  place: string;
  language: string;
  text: string;
}

/** README.md and everything below docs/. */
export function readPages(): Page[] {
  const names = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
  const paths = names.filter((name) => name.endsWith('.md')).map((name) => join('docs', name));
  return ['README.md', ...paths.sort()].map((path) => ({
    path,
    text: readFileSync(join(ROOT, path), 'utf8'),
  }));
}

const FENCE = /^( *)(`{3,})(\w*)\n([^]*?)^\1\2$/gm;

/** What stands between fences, those in lists too, without the indentation of the list. */
export function blocksOf({ path, text }: Page): Block[] {
  return [...text.matchAll(FENCE)].map(({ index, 1: indent = '', 3: language = '', 4: block = '' }) => ({
    place: `${path}:${text.slice(0, index).split('\n').length}`,
    language,
    text: block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** `code` in a sentence, a table or a link; it may go on in the next line. */
export function spansOf({ text }: Page): string[] {
  const prose = text.replaceAll(FENCE, '');
  return prose
    .split(/\n\s*\n|\n(?=\||\s*[-*\d] )/)
    .flatMap((paragraph) => [...paragraph.matchAll(/(?<!`)(`+)(?!`)([^]*?)(?<!`)\1(?!`)/g)])
    .map(([, , span = '']) => span.trim().replaceAll(/\s*\n\s*/g, ' '));
}

/** The scripts of a page: the commands of a session without their output, and whole scripts. */
export function scriptsOf(page: Page): Block[] {
  return blocksOf(page).flatMap((block) => {
    if (block.language === 'console') return [{ ...block, text: commandsIn(block.text).join('\n') }];
    return block.language === 'sh' || block.language === 'bash' ? [block] : [];
  });
}
