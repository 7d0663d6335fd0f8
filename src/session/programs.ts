/** Which programs a session records, and which run for real when it is replayed. */
import { basename } from 'node:path';
import type { Program } from '../tools/process/index.ts';

/**
 * Programs that work on the files at hand. Everything else is taken for one that talks to a service. The list is packit's own and
 * not the recording's: a recording comes from somebody else, and must not choose what runs here.
 */
const LOCAL = new Set(
  `git sh bash env tar gzip bzip2 xz zstd unzip cpio patch cp rm cat diff
   rpm rpmbuild rpmspec rpmdev-bumpspec rpm2cpio rpmkeys rpmuncompress
   bwrap unshare prlimit timeout mock tmt`.split(/\s+/),
);

/** git commands that talk to another repository. */
const TRANSFERS = new Set(['clone', 'fetch', 'pull', 'push', 'ls-remote']);
const OPTIONS_WITH_VALUE = new Set([
  '-c',
  '-C',
  '--git-dir',
  '--work-tree',
  '--namespace',
  '--exec-path',
  '--config-env',
]);

export interface GitCommand {
  verb: string;
  /** What follows the options: repository, refspecs, directory. */
  operands: readonly string[];
  /** Where `-C` leads, relative to the program's directory. */
  directory: string | undefined;
}

export type ProgramKind = 'local' | 'recorded' | 'transfer';

export function kindOf(program: Program, own: boolean): ProgramKind {
  if (own) return 'local';
  const name = basename(program.file);
  if (name !== 'git') return LOCAL.has(name) ? 'local' : 'recorded';
  const { verb, operands } = parseGit(program.args);
  if (TRANSFERS.has(verb)) return 'transfer';
  // A credential helper is asked; what it answers is the person's.
  return verb === 'credential' && operands[0] === 'fill' ? 'recorded' : 'local';
}

/** True for programs that change nothing on the other side. */
export function onlyAsks({ file, args }: Pick<Program, 'file' | 'args'>): boolean {
  const name = basename(file);
  return name === 'git' ? parseGit(args).verb !== 'push' : name === 'klist';
}

/** Takes `git <options> <verb> <options> [--] <operands>` apart. */
export function parseGit(args: readonly string[]): GitCommand {
  let at = 0;
  let directory: string | undefined;
  for (; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (!word.startsWith('-')) break;
    if (word === '-C') directory = args[at + 1];
    if (OPTIONS_WITH_VALUE.has(word)) at += 1;
  }
  const verb = args[at] ?? '';
  const rest = args.slice(at + 1);
  const dashes = rest.indexOf('--');
  const operands = dashes < 0 ? rest.filter((word) => !word.startsWith('-')) : rest.slice(dashes + 1);
  return { verb, operands, directory };
}

/** True if an address is on another machine, as git understands it: a URL that is no file's, or `host:path`. */
export function isRemoteAddress(address: string): boolean {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(address)) return !/^file:/i.test(address);
  return (
    /^(?:[\w.-]+@)?[\w.-]+:(?!\/\/)/.test(address) && !address.startsWith('/') && !address.startsWith('.')
  );
}
