/** Checks against the repository's files. */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { actionCommands, ACTION_NAMES } from '../../project/actions/index.ts';
import type { PackageConfig, Problems } from '../../project/config/index.ts';
import { joinPath } from '../../project/config/index.ts';
import { placeOfKey } from './places.ts';
import type { Subject, Warn } from './places.ts';

export interface FileChecks {
  /** The repository. */
  directory: string;
  problems: Problems;
  warn: Warn;
}

export async function checkFiles(subjects: readonly Subject[], checks: FileChecks): Promise<void> {
  const lastPackage = subjects.findLast(({ jobIndex }) => jobIndex === undefined);
  for (const subject of subjects) {
    if (subject.concerns('specfile_path', 'paths')) checkSpecfile(subject, checks);
    if (subject.concerns('actions', 'paths')) checkScripts(subject, checks);
    if (subject.jobIndex === undefined) await checkFilesToSync(subject, subject === lastPackage, checks);
  }
}

/** The spec file of a package, if it is there. */
export function specfileOf(pkg: PackageConfig, directory: string): string | undefined {
  if (pkg.specfile_path === null || pkg.specfile_path === '') return undefined;
  const places = [...pkg.paths, '.'].map((path) => resolve(directory, path, pkg.specfile_path ?? ''));
  return places.find((path) => isFile(path));
}

function checkSpecfile({ pkg, layer, jobIndex }: Subject, checks: FileChecks): void {
  if (pkg.specfile_path === null || pkg.specfile_path === '') return;
  if (specfileOf(pkg, checks.directory) !== undefined) return;
  // A job that only passes on what its package has is not told again.
  if (jobIndex !== undefined && layer.get('specfile_path')?.path.startsWith('jobs') !== true) return;
  const generated = Object.hasOwn(pkg.actions, 'post-upstream-clone');
  const missing = `The spec file ${pkg.specfile_path} of the package "${pkg.name}" is not there`;
  checks.warn('CONFIG_SPEC_MISSING', missing, {
    ...placeOfKey(layer, 'specfile_path'),
    hint: generated
      ? 'If the action post-upstream-clone makes it, `packit srpm` shows whether that works; else correct specfile_path.'
      : 'Correct specfile_path, or add an action post-upstream-clone that makes the file.',
  });
}

/**
 * The reference looks at the paths of the last package only. An error there is one here; for the other packages it is a
 * warning, so that no file it lets pass begins to fail.
 */
async function checkFilesToSync(
  { pkg, layer }: Subject,
  isLast: boolean,
  { directory, problems, warn }: FileChecks,
): Promise<void> {
  const { path, node } = placeOfKey(layer, 'files_to_sync');
  for (const [index, item] of pkg.files_to_sync.entries()) {
    const itemNode = node?.kind === 'sequence' ? node.items[index] : undefined;
    for (const source of item.src) {
      if (existsSync(join(directory, pkg.paths[0] ?? '.', source))) continue;
      if (await globMatches(source, directory)) continue;
      const message = `The path to sync does not exist: ${source}`;
      const place = {
        path: `${path}[${index}]`,
        node: itemNode ?? node,
        hint: 'Correct the path, or remove it from files_to_sync.',
      };
      if (isLast) problems.error('CONFIG_SYNC_MISSING', message, place);
      else warn('CONFIG_SYNC_MISSING', message, place);
    }
  }
}

async function globMatches(pattern: string, directory: string): Promise<boolean> {
  if (pattern === '' || pattern.startsWith('/')) return false;
  const { globSync } = await import('tinyglobby');
  try {
    const found = globSync(pattern, {
      cwd: directory,
      dot: true,
      onlyFiles: false,
      expandDirectories: false,
    });
    return found.length > 0;
  } catch {
    return false;
  }
}

const INTERPRETERS = new Set(['bash', 'sh', 'python', 'python3', 'perl', 'ruby', 'node']);

/** A command that is a path into the repository, and is not there. */
function checkScripts({ pkg, layer }: Subject, { directory, warn }: FileChecks): void {
  const { path, node } = placeOfKey(layer, 'actions');
  const base = resolve(directory, pkg.paths[0] ?? '.');
  for (const name of ACTION_NAMES) {
    const pair =
      node?.kind === 'mapping'
        ? node.pairs.find(([key]) => key.kind === 'scalar' && key.value === name)
        : undefined;
    const list = pair?.[1];
    for (const [index, argv] of commandsOf(pkg, name).entries()) {
      const script = scriptOf(argv);
      if (script === undefined || existsSync(resolve(base, script))) continue;
      warn('CONFIG_SCRIPT_MISSING', `The action ${name} runs ${script}, which is not there`, {
        path: joinPath(path, name),
        node: (list?.kind === 'sequence' ? list.items[index] : list) ?? node,
        hint: 'Correct the path: actions run in the directory of the package. A file that an earlier action makes is no problem.',
      });
    }
  }
}

function commandsOf(pkg: PackageConfig, name: (typeof ACTION_NAMES)[number]): string[][] {
  try {
    return actionCommands(pkg.actions, name) ?? [];
  } catch {
    return [];
  }
}

function scriptOf(argv: readonly string[]): string | undefined {
  const [program = '', first = ''] = argv;
  const word = INTERPRETERS.has(program) && !first.startsWith('-') ? first : program;
  const isPath =
    word.startsWith('./') || word.startsWith('../') || (word.includes('/') && !word.startsWith('/'));
  return isPath && /^[\w./@+-]+$/.test(word) ? word : undefined;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
