/** Bare repositories as a git server has them, made without a work tree. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** File name to content. */
export type Tree = Readonly<Record<string, string | Uint8Array>>;

export interface BareOptions {
  /** One commit for each branch, side by side. */
  branches?: Readonly<Record<string, Tree>>;
  /** Annotated tags: name to branch. */
  tags?: Readonly<Record<string, string>>;
  /** Default: the first branch. */
  defaultBranch?: string;
  /** Take everything from this repository instead. */
  from?: string;
}

/** What git needs of the environment, and nothing of the user's. */
export function gitEnvironment(): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'Forge',
    GIT_AUTHOR_EMAIL: 'forge@example.com',
    GIT_COMMITTER_NAME: 'Forge',
    GIT_COMMITTER_EMAIL: 'forge@example.com',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C.UTF-8',
  };
}

/** Arguments for git: nothing is started in the background, and a new repository gets none of git's dozen samples of hooks. */
export function settingArguments(...more: string[]): string[] {
  const settings = ['maintenance.auto=false', 'init.templateDir=', 'protocol.file.allow=always', ...more];
  return settings.flatMap((setting) => ['-c', setting]);
}

const SETTINGS = settingArguments('safe.directory=*');

export function gitIn(directory: string, args: readonly string[], input?: Uint8Array): string {
  return execFileSync('git', [...SETTINGS, ...args], {
    cwd: directory,
    env: gitEnvironment(),
    input: input ?? '',
    stdio: ['pipe', 'pipe', 'pipe'],
    maxBuffer: 1 << 28,
  })
    .toString('utf8')
    .trimEnd();
}

export function createBare(directory: string, options: BareOptions = {}): void {
  if (options.from !== undefined) {
    cloneBare(options.from, directory);
    return;
  }
  mkdirSync(directory, { recursive: true });
  const names = Object.keys(options.branches ?? {});
  const first = options.defaultBranch ?? names[0] ?? 'main';
  gitIn(directory, ['init', '--quiet', '--bare', `--initial-branch=${first}`]);
  if (names.length > 0) gitIn(directory, ['fast-import', '--quiet'], importStream(options));
}

export function cloneBare(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  gitIn(dirname(to), ['clone', '--quiet', '--bare', from, to]);
}

function importStream({ branches = {}, tags = {} }: BareOptions): Uint8Array {
  const who = 'Forge <forge@example.com> 1700000000 +0000';
  const parts: Uint8Array[] = [];
  const text = (line: string): void => void parts.push(Buffer.from(line));
  const data = (bytes: Uint8Array): void => {
    text(`data ${bytes.length}\n`);
    parts.push(bytes);
    text('\n');
  };
  for (const [branch, tree] of Object.entries(branches)) {
    text(`commit refs/heads/${branch}\ncommitter ${who}\n`);
    data(Buffer.from(`Set up ${branch}\n`));
    for (const [path, content] of Object.entries(tree)) {
      text(`M 100644 inline ${JSON.stringify(path)}\n`);
      data(typeof content === 'string' ? Buffer.from(content) : content);
    }
  }
  for (const [tag, branch] of Object.entries(tags)) {
    text(`tag ${tag}\nfrom refs/heads/${branch}\ntagger ${who}\n`);
    data(Buffer.from(`${tag}\n`));
  }
  return Buffer.concat(parts);
}

/** Path to content; `null` removes it. */
export type Change = Readonly<Record<string, string | Uint8Array | null>>;

/** One more commit on a branch; `from` is what a new branch begins with. @returns the commit */
export function commitTo(
  directory: string,
  branch: string,
  { files, from, message = 'Change' }: { files: Change; from?: string; message?: string },
): string {
  const parent = branchesOf(directory).get(branch) ?? from;
  const parts: Uint8Array[] = [];
  const text = (line: string): void => void parts.push(Buffer.from(line));
  const data = (bytes: Uint8Array): void => {
    text(`data ${bytes.length}\n`);
    parts.push(bytes);
    text('\n');
  };
  text(`commit refs/heads/${branch}\ncommitter Forge <forge@example.com> 1700000100 +0000\n`);
  data(Buffer.from(`${message}\n`));
  if (parent !== undefined) text(`from ${parent}\n`);
  for (const [path, content] of Object.entries(files)) {
    if (content === null) {
      text(`D ${JSON.stringify(path)}\n`);
      continue;
    }
    text(`M 100644 inline ${JSON.stringify(path)}\n`);
    data(typeof content === 'string' ? Buffer.from(content) : content);
  }
  gitIn(directory, ['fast-import', '--quiet', '--force'], Buffer.concat(parts));
  const made = branchesOf(directory).get(branch);
  if (made === undefined) throw new Error(`no commit on ${branch}`);
  return made;
}

/** Branch to commit. Read from the files: a forge is asked for this too often to start a program each time. */
export function branchesOf(directory: string): Map<string, string> {
  const found = new Map<string, string>();
  const packed = join(directory, 'packed-refs');
  for (const line of existsSync(packed) ? readFileSync(packed, 'utf8').split('\n') : []) {
    const [, commit, name] = /^([0-9a-f]{40}) refs\/heads\/(.+)$/.exec(line) ?? [];
    if (commit !== undefined && name !== undefined) found.set(name, commit);
  }
  const loose = join(directory, 'refs', 'heads');
  for (const entry of existsSync(loose) ? readdirSync(loose, { recursive: true, withFileTypes: true }) : []) {
    if (!entry.isFile() || entry.name.endsWith('.lock')) continue;
    const file = join(entry.parentPath, entry.name);
    found.set(relative(loose, file), readFileSync(file, 'utf8').trim());
  }
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Tag to the commit it stands for, also if it is annotated. */
export function tagsOf(directory: string): Map<string, string> {
  const commit = '%(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end)';
  const lines = gitIn(directory, [
    'for-each-ref',
    `--format=%(refname:lstrip=2) ${commit}`,
    'refs/tags',
  ]).split('\n');
  return new Map(
    lines
      .filter((line) => line !== '')
      .map((line): [string, string] => {
        const space = line.lastIndexOf(' ');
        return [line.slice(0, space), line.slice(space + 1)];
      }),
  );
}

/** The branch HEAD names, if it exists. */
export function defaultBranchOf(directory: string): string | undefined {
  const head = /^ref: refs\/heads\/(.+)$/.exec(readFileSync(join(directory, 'HEAD'), 'utf8').trim())?.[1];
  return head !== undefined && branchesOf(directory).has(head) ? head : undefined;
}

/** A file's bytes; undefined if the ref or the file is not there. */
export function fileOf(directory: string, ref: string, path: string): Uint8Array | undefined {
  return blobOf(directory, `${ref}:${path}`);
}

/** @param name whatever git takes for one: an object's own name, `REF:PATH` */
export function blobOf(directory: string, name: string): Uint8Array | undefined {
  try {
    return execFileSync('git', ['-c', 'safe.directory=*', 'cat-file', 'blob', name], {
      cwd: directory,
      env: gitEnvironment(),
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 1 << 28,
    });
  } catch {
    return undefined;
  }
}

export function logOf(directory: string, ref: string, format = '%s'): string[] {
  return gitIn(directory, ['log', `--format=${format}`, ref]).split('\n');
}

/** Makes the repository refuse every push with these words, as a server's hook does. */
export function refusePushes(directory: string, message: string): void {
  const hook = join(directory, 'hooks', 'pre-receive');
  mkdirSync(dirname(hook), { recursive: true });
  writeFileSync(hook, `#!/bin/sh\ncat >/dev/null\ncat >&2 <<'END'\n${message}\nEND\nexit 1\n`);
  chmodSync(hook, 0o755);
}
