/**
 * The world as a workflow sees it. Passed explicitly, replaced piece by piece in tests. What costs
 * start-up time (HTTP, user configuration) is behind functions that load it on first use.
 */
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { UserConfig } from './project/config/index.ts';
import type { InterceptRequest } from './remote/http/index.ts';
import type { Session } from './session/index.ts';
import { createRedactor, createRun, guardUi, secretsIn } from './tools/process/index.ts';
import type { Environment, Redactor, Run } from './tools/process/index.ts';
import { silentUi } from './ui.ts';
import type { Ui } from './ui.ts';

export interface Paths {
  /** The user's home directory; `/` for a user without one. */
  home: string;
  /** `$XDG_CACHE_HOME/packit`: downloads, distribution aliases, repositories. */
  cache: string;
  /** `$XDG_CONFIG_HOME`: where the user's own `packit.yaml` lives. */
  config: string;
  /** The directory private checkouts and staging directories are made in. */
  temp: string;
}

export interface Context {
  /** Absolute directory the command was started in. */
  readonly cwd: string;
  /** The environment packit was started with; never `process.env` itself. */
  readonly env: Environment;
  readonly paths: Paths;
  readonly run: Run;
  readonly ui: Ui;
  readonly redactor: Redactor;
  /** Aborted on SIGINT and SIGTERM; the reason is an `InterruptedError`. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Waits. All waiting for others goes through here, so that a replayed session need not. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds since a fixed moment, for time limits: in a session it stands still with the clock. */
  readonly uptime: () => number;
  /** Handed to every HTTP client: recorded sessions. */
  readonly interceptRequest: InterceptRequest | undefined;
  /** Remote writes are refused, everything local is done. */
  readonly dryRun: boolean;
  /** The person's own settings, read once. @throws PackitError USER_CONFIG_INVALID and others */
  userConfig(): Promise<UserConfig>;
}

export interface ContextOptions {
  cwd?: string;
  env?: Environment;
  ui?: Ui;
  signal?: AbortSignal;
  now?: () => Date;
  dryRun?: boolean;
  /** What is done is recorded, or replayed. */
  session?: Session | undefined;
}

/** Builds the real thing; tests pass what they want replaced. */
export function createContext(options: ContextOptions = {}): Context {
  const { session } = options;
  const env = session?.env ?? options.env ?? { ...process.env };
  const signal = options.signal ?? new AbortController().signal;
  const redactor = createRedactor();
  for (const secret of secretsIn(env)) redactor.add(secret);
  const ui = guardUi(options.ui ?? silentUi(), redactor);
  session?.hide(redactor);
  const paths = { ...userPaths(env), ...session?.directories };
  let userConfig: Promise<UserConfig> | undefined;
  return {
    cwd: options.cwd ?? process.cwd(),
    env,
    paths,
    run: createRun({
      env,
      signal,
      redactor,
      onOutput: (chunk, stream) => ui.output(chunk, stream),
      interceptProgram: session?.interceptProgram,
      ...(ui.debugs === false
        ? {}
        : { onCommand: (argv: readonly string[], cwd: string) => ui.debug(`${cwd}$ ${argv.join(' ')}`) }),
    }),
    ui,
    redactor,
    signal,
    now: options.now ?? session?.now ?? (() => new Date()),
    sleep: session?.sleep ?? pause,
    uptime: session === undefined ? () => performance.now() : () => session.now().getTime(),
    interceptRequest: session?.interceptRequest,
    dryRun: options.dryRun ?? false,
    userConfig: () => (userConfig ??= readUserConfig(paths, env, { redactor, ui })),
  };
}

async function readUserConfig(
  paths: Paths,
  env: Environment,
  { redactor, ui }: Pick<Context, 'redactor' | 'ui'>,
): Promise<UserConfig> {
  const { loadUserConfig } = await import('./user-config.ts');
  const { config, warnings } = await loadUserConfig({ directory: paths.config, home: env.HOME, redactor });
  for (const warning of warnings) ui.warn(warning);
  return config;
}

async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
}

export function userPaths(env: Environment): Paths {
  const home = absolute(env.HOME) ?? homeOfAccount();
  return {
    home,
    cache: join(absolute(env.XDG_CACHE_HOME) ?? join(home, '.cache'), 'packit'),
    config: absolute(env.XDG_CONFIG_HOME) ?? join(home, '.config'),
    temp: absolute(env.TMPDIR) ?? absolute(tmpdir()) ?? '/tmp',
  };
}

/** A container can be run as a user that it has no account of. */
function homeOfAccount(): string {
  try {
    return userInfo().homedir;
  } catch {
    return '/';
  }
}

/** The XDG specification says that relative paths in its variables are to be ignored. */
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') === true ? path : undefined;
}
