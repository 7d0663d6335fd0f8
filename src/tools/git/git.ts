import type { Writable } from 'node:stream';
import { CommandError, EXIT, PackitError } from '../../errors.ts';
import { batchError, runBatch } from './batch.ts';
import type { Environment, Run, RunOptions, RunResult } from '../process/index.ts';
import { ANSWERS, GIT_ENVIRONMENT, OWN_CHECKOUT } from './settings.ts';

export interface GitRunOptions {
  /** Default: [0]. */
  okExitCodes?: readonly number[];
  env?: Environment;
  input?: Uint8Array | string;
  live?: boolean;
  uninterrupted?: boolean;
  stdoutFile?: string;
  /** Write stdout to this stream as it comes instead of capturing it. */
  stdoutTo?: Writable;
  timeout?: number;
  /** A directory other than the repository's. */
  cwd?: string;
}

/** git in one directory. Verbs are functions over this. */
export interface Git {
  /** Absolute directory git runs in. */
  readonly dir: string;
  /** The checkout is packit's own: the user's hooks, signing and preferences stay out of it. */
  readonly isolated: boolean;
  /** Runs `git <args>`. @throws PackitError with a hint for the failures people meet */
  exec(args: readonly string[], options?: GitRunOptions): Promise<RunResult>;
  /**
   * Runs several commands in one child process, one after the other. Each result is a function that returns it or throws as `exec`
   * does, so that a failure is met by whoever needs the answer.
   */
  execAll(commands: readonly BatchCommand[]): Promise<(() => RunResult)[]>;
}

export interface BatchCommand {
  args: readonly string[];
  /** Default: [0]. */
  okExitCodes?: readonly number[];
}

export interface GitOptions {
  /** For checkouts packit made itself. Default: false. */
  isolated?: boolean;
  env?: Environment;
}

/** Binds git to a directory. */
export function createGit(run: Run, dir: string, options: GitOptions = {}): Git {
  const isolated = options.isolated === true;
  const environment: Environment = {
    ...GIT_ENVIRONMENT,
    ...(isolated ? OWN_CHECKOUT : ANSWERS),
    ...options.env,
  };
  const git: Git = {
    dir,
    isolated,
    async exec(args, { cwd = dir, env = {}, ...rest } = {}) {
      const runOptions: RunOptions = { cwd, env: { ...environment, ...env }, ...rest };
      try {
        return await run(['git', ...args], runOptions);
      } catch (error) {
        throw explain(error, dir);
      }
    },
    async execAll(commands) {
      const argv = commands.map(({ args }) => args);
      try {
        const results = await runBatch(run, argv, { cwd: dir, env: environment });
        return results.map((result, index) => () => {
          if ((commands[index]?.okExitCodes ?? [0]).includes(result.exitCode)) return result;
          throw explain(batchError(result, dir), dir);
        });
      } catch (error) {
        if (!(error instanceof CommandError) || error.code !== 'COMMAND_NOT_FOUND') throw error;
        // No shell: one process each.
        return Promise.all(commands.map(({ args, ...rest }) => settled(git.exec(args, rest))));
      }
    },
  };
  return git;
}

async function settled(running: Promise<RunResult>): Promise<() => RunResult> {
  try {
    const result = await running;
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** stdout of a git command without the final newline. */
export async function gitText(git: Git, args: readonly string[], options?: GitRunOptions): Promise<string> {
  const { stdout } = await git.exec(args, options);
  return decode(stdout).replace(/\n$/, '');
}

export function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

interface KnownFailure {
  pattern: RegExp;
  code: string;
  /** Where a server failed, not what was asked of it. */
  exitCode?: number;
  message: (match: RegExpExecArray, dir: string) => string;
  hint: (match: RegExpExecArray, dir: string) => string;
}

const KNOWN_FAILURES: readonly KnownFailure[] = [
  {
    pattern: /detected dubious ownership in repository at '([^']+)'/,
    code: 'GIT_UNSAFE_DIRECTORY',
    message: (match) => `The repository ${match[1]} belongs to another user, so git refuses to read it`,
    hint: (match) =>
      `If you trust it: git config --global --add safe.directory '${match[1]}' (or change its owner with chown).`,
  },
  {
    pattern: /not a git repository/,
    code: 'GIT_NOT_A_REPOSITORY',
    message: (_match, dir) => `${dir} is not in a git repository`,
    hint: () =>
      'Change to a checkout of the project, or give its path or URL as argument. For new work: git init && git add . && git commit -m "First commit".',
  },
  {
    pattern: /this operation must be run in a work tree/,
    code: 'GIT_BARE_REPOSITORY',
    message: (_match, dir) => `${dir} is a bare repository, it has no files to work on`,
    hint: (_match, dir) => `Clone it first: git clone ${dir} checkout && cd checkout.`,
  },
  {
    pattern: /No space left on device/,
    code: 'DISK_FULL',
    message: (_match, dir) => `The disk is full (git ran in ${dir})`,
    hint: () => 'Free some space, or set TMPDIR to a directory on a larger disk.',
  },
  {
    pattern:
      /(?:could not read (?:Username|Password)|Authentication failed|Permission denied \(publickey|HTTP Basic: Access denied|terminal prompts disabled)/i,
    code: 'GIT_AUTHENTICATION',
    exitCode: EXIT.service,
    message: () => 'git could not log in to the remote repository',
    hint: () =>
      'Check the remote URL and your credentials: for https a credential helper or a token, for ssh a key known to the server (ssh-add -l).',
  },
  {
    pattern:
      /requested URL returned error: 403|You are not allowed to push|insufficient permission for adding/i,
    code: 'GIT_FORBIDDEN',
    exitCode: EXIT.service,
    message: () => 'The server does not let this account do that',
    hint: () =>
      'Check which account the token or key belongs to, that the token may push, and that the account has commit rights there.',
  },
  {
    pattern:
      /Repository not found|repository '[^']*' (?:not found|does not exist)|does not appear to be a git repository|(?:project|repository) you were looking for could not be found/i,
    code: 'GIT_REMOTE_NOT_FOUND',
    message: () => 'git did not find the remote repository',
    hint: () => 'Check the URL for typing errors and that you may read the repository.',
  },
  {
    pattern:
      /Could not resolve host(?:name)?:? ?(\S*)|Failed to connect to (\S+)|Connection (?:refused|timed out|reset)|Couldn't connect to server|Operation timed out|No route to host|Network is unreachable|requested URL returned error: 5\d\d|remote end hung up unexpectedly|Empty reply from server|RPC failed|early EOF|(?:gnutls_handshake|SSL_connect|SSL_read)\S* (?:failed|error)|SSL certificate problem|Connection closed by/i,
    code: 'GIT_REMOTE_UNREACHABLE',
    exitCode: EXIT.service,
    message: (match) => `git could not reach the server ${match[1] ?? match[2] ?? ''}`.trimEnd(),
    hint: () =>
      'Check the network connection, the host name in the URL and the proxy settings (HTTPS_PROXY).',
  },
];

function explain(error: unknown, dir: string): unknown {
  if (!(error instanceof CommandError)) return error;
  if (error.code === 'COMMAND_NOT_FOUND') {
    return new PackitError('GIT_NOT_INSTALLED', 'git is not installed', {
      hint: 'Install it: dnf install git, apt-get install git or zypper install git.',
      cause: error,
    });
  }
  const text = decode(error.failure.stderr);
  for (const known of KNOWN_FAILURES) {
    const match = known.pattern.exec(text);
    if (match === null) continue;
    return new CommandError(known.code, known.message(match, dir), error.failure, {
      hint: known.hint(match, dir),
      ...(known.exitCode === undefined ? {} : { exitCode: known.exitCode }),
      details: error.details,
      cause: error,
    });
  }
  return error;
}
