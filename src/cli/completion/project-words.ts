/**
 * Packages and branches for completion, from a glance at the configuration's lines. Reading it as commands do would take longer
 * than a key press may; what a glance misses is typed by hand.
 */
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProjectWords } from './answer.ts';

const FILE_NAMES = ['.packit.yaml', '.packit.yml', 'packit.yaml', 'packit.yml'] as const;
const MAX_BYTES = 1024 * 1024;

/** What the configuration may be called a word: nothing that a shell would act on. */
const WORD = /^[A-Za-z0-9][A-Za-z0-9+._-]*$/;

const ALIASES = [
  'rawhide',
  'fedora-all',
  'fedora-stable',
  'fedora-development',
  'fedora-latest',
  'fedora-latest-stable',
  'fedora-branched',
  'epel-all',
] as const;

export function projectWords(cwd: string): ProjectWords {
  let text: string | undefined;
  const read = (): string => (text ??= configurationText(cwd));
  return { packages: () => packagesIn(read()), branches: () => branchesIn(read()) };
}

/** Of the nearest directory that has one; empty where there is none. */
function configurationText(cwd: string): string {
  for (let at = cwd; ; at = dirname(at)) {
    for (const name of FILE_NAMES) {
      const file = join(at, name);
      try {
        const stats = statSync(file, { throwIfNoEntry: false });
        if (stats?.isFile() === true) return stats.size > MAX_BYTES ? '' : readFileSync(file, 'utf8');
      } catch {
        // Not one that can be read.
      }
    }
    if (dirname(at) === at) return '';
  }
}

/** The keys of `packages`, else the one package. */
export function packagesIn(text: string): string[] {
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(?:#|$)/.test(line));
  const start = lines.findIndex((line) => /^packages:\s*(?:#.*)?$/.test(line));
  if (start < 0) {
    const [, name = ''] = /^downstream_package_name:\s*["']?([^\s"'#]+)/m.exec(text) ?? [];
    return WORD.test(name) ? [name] : [];
  }
  const indent = /^\s+/.exec(lines[start + 1] ?? '')?.[0];
  if (indent === undefined) return [];
  const names: string[] = [];
  for (const line of lines.slice(start + 1)) {
    if (!line.startsWith(indent)) break;
    const [, name = ''] = /^["']?([^\s"':]+)["']?:(?:\s|$)/.exec(line.slice(indent.length)) ?? [];
    if (WORD.test(name)) names.push(name);
  }
  return names;
}

/** Branches that the configuration names anywhere, and the aliases that always stand for some. */
export function branchesIn(text: string): string[] {
  const found =
    text.match(/(?<![\w.-])(?:f\d{2}|epel\d+(?:\.\d+)?|c\d+s?|fedora-\d{2}|epel-\d+)(?![\w.-])/g) ?? [];
  return [...new Set([...found, ...ALIASES])];
}
