import {
  appendFileSync,
  constants,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { ISOLATED_SETTINGS } from '../../tools/git/index.ts';
import type { Git } from '../../tools/git/index.ts';

export interface GitDirectories {
  /** Of the work tree: HEAD, index, sparse patterns. */
  gitDir: string;
  /** Shared: refs, objects, configuration. */
  commonDir: string;
}

/** Of the shared directory. Not `hooks`, not `logs`, not `objects`. */
const SHARED = ['config', 'packed-refs', 'shallow', 'refs', 'reftable', 'info'];
/** Of the work tree's own directory; these win. */
const OWN = ['HEAD', 'index', 'config.worktree', 'MERGE_HEAD', 'info/sparse-checkout'];

/**
 * Makes `target` a git directory in the same state as another: same HEAD, index, refs, configuration, shallow boundary. Objects
 * are borrowed, not copied; new ones go into `target`. Nothing of the source is written.
 */
export function replicateGitDirectory(source: GitDirectories, target: string): void {
  mkdirSync(join(target, 'objects/info'), { recursive: true });
  mkdirSync(join(target, 'refs'), { recursive: true });
  for (const name of SHARED) copyIfThere(join(source.commonDir, name), join(target, name));
  const own = readdirSync(source.gitDir).filter((name) => name.startsWith('sharedindex.'));
  for (const name of [...OWN, ...own]) copyIfThere(join(source.gitDir, name), join(target, name));
  writeFileSync(
    join(target, 'objects/info/alternates'),
    `${alternates(join(source.commonDir, 'objects')).join('\n')}\n`,
  );
}

/** An object directory and those it borrows from itself: git takes relative ones only of the repository's own list. */
function alternates(objects: string): string[] {
  const file = join(objects, 'info/alternates');
  if (!existsSync(file)) return [objects];
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return [objects, ...lines.map((line) => resolve(objects, line))];
}

function copyIfThere(from: string, to: string): void {
  if (!existsSync(from)) return;
  mkdirSync(dirname(to), { recursive: true });
  if (statSync(from).isDirectory()) {
    cpSync(from, to, { recursive: true, force: true, filter: (path) => !path.endsWith('.lock') });
  } else {
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
  }
}

export interface PrivateSettings {
  /** Who commits in the private checkout. */
  identity: { name: string; email: string };
}

/** Appends to a replica's configuration what keeps the person's hooks, signing and clean-up out of it. */
export async function writePrivateSettings(
  git: Git,
  gitDir: string,
  workTree: string,
  settings?: PrivateSettings,
): Promise<void> {
  const config = join(gitDir, 'config');
  const lines = ['', '# Written by packit for its private checkout.', ...ISOLATED_SETTINGS.map(configLine)];
  lines.push(configLine(['core.bare', 'false']));
  // Times and sizes were copied, inodes and change times cannot be: compare the former only, or every file is read again.
  lines.push(configLine(['core.trustctime', 'false']), configLine(['core.checkStat', 'minimal']));
  if (settings !== undefined) {
    lines.push(
      configLine(['user.name', settings.identity.name]),
      configLine(['user.email', settings.identity.email]),
    );
  }
  appendFileSync(config, `${lines.join('\n')}\n`);
  for (const file of [config, join(gitDir, 'config.worktree')]) {
    if (!existsSync(file) || !/^\s*worktree\s*=/im.test(readFileSync(file, 'utf8'))) continue;
    await git.exec(['config', '--file', file, '--unset-all', 'core.worktree'], {
      cwd: gitDir,
      okExitCodes: [0, 5],
    });
  }
  if (dirname(gitDir) !== workTree) {
    await git.exec(['config', '--file', config, 'core.worktree', relative(gitDir, workTree)], {
      cwd: gitDir,
    });
  }
}

function configLine([key, value]: readonly [string, string]): string {
  const dot = key.indexOf('.');
  const quoted = value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');
  return `[${key.slice(0, dot)}]\n\t${key.slice(dot + 1)} = "${quoted}"`;
}

/**
 * Where a nested `.git` file of the source leads in the replica: the path below `modules/` of a submodule's git directory, or
 * undefined for anything else (another linked work tree).
 */
export function submoduleName(
  source: GitDirectories,
  linkDirectory: string,
  gitDir: string,
): string | undefined {
  const absolute = resolve(linkDirectory, gitDir);
  for (const base of [source.gitDir, source.commonDir]) {
    const name = relative(join(base, 'modules'), absolute);
    if (name !== '' && !name.startsWith('..') && !isAbsolute(name)) return name;
  }
  return undefined;
}
