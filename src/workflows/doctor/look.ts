/** Looks at this machine: programs, macros, directories, the Kerberos ticket. */
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { CommandError, isPackitError, messageOf } from '../../errors.ts';
import type { UserConfig } from '../../project/config/index.ts';
import { listTickets, loginCommand } from '../../tools/kerberos/index.ts';
import { familyOf } from '../../tools/system/index.ts';
import type { Finding } from './finding.ts';
import { judgeTicket } from './logins.ts';
import { judgeDirectory, judgeUserConfig } from './machine.ts';
import { MACRO_PACKAGES, judgeMacros, macroQuestion, readAnswer } from './macros.ts';
import { PROGRAMS, judgeProgram } from './programs.ts';

const LIMIT_MS = 10_000;
const PROGRAMS_AT_ONCE = 4;

export async function lookAtPrograms(ctx: Context, osRelease: string): Promise<Finding[]> {
  const { default: pLimit } = await import('p-limit');
  const atOnce = pLimit(PROGRAMS_AT_ONCE);
  return Promise.all(
    PROGRAMS.map((program) =>
      atOnce(async () => judgeProgram(program, await versionText(ctx, program.argv), osRelease)),
    ),
  );
}

/** What it prints; undefined if it cannot be started. */
async function versionText(ctx: Context, argv: readonly string[]): Promise<string | undefined> {
  try {
    const options = { cwd: ctx.paths.temp, env: { LC_ALL: 'C' }, timeout: LIMIT_MS };
    const { stdout, stderr } = await ctx.run(argv, options);
    return `${stdout.toString('utf8')}\n${stderr.toString('utf8')}`;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    // One that knows no such option is there.
    return error.code === 'COMMAND_NOT_FOUND' ? undefined : '';
  }
}

/** Nothing without rpm, which is a finding of its own. */
export async function lookAtMacros(ctx: Context, osRelease: string): Promise<Finding[]> {
  try {
    const options = { cwd: ctx.paths.temp, timeout: LIMIT_MS };
    const { stdout } = await ctx.run(['rpm', '--eval', macroQuestion()], options);
    const known = readAnswer(stdout.toString('utf8'));
    return MACRO_PACKAGES.map((item, at) => judgeMacros(item, known[at] ?? false, osRelease));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [];
  }
}

export async function lookAtDirectories({ paths }: Context): Promise<Finding[]> {
  const [cache, temp] = await Promise.all([writeError(paths.cache), writeError(paths.temp)]);
  return [judgeDirectory('cache', paths.cache, cache), judgeDirectory('temporary files', paths.temp, temp)];
}

async function writeError(directory: string): Promise<string | undefined> {
  const file = join(directory, `.packit-doctor-${process.pid}`);
  try {
    await mkdir(directory, { recursive: true });
    await writeFile(file, '', { flag: 'wx', mode: 0o600 });
    return undefined;
  } catch (error) {
    return messageOf(error);
  } finally {
    await rm(file, { force: true }).catch(() => undefined);
  }
}

/** Nothing without klist, which is a finding of its own. */
export async function lookAtTicket(
  ctx: Context,
  userConfig: UserConfig,
  osRelease: string,
): Promise<Finding[]> {
  const { kerberos_realm: realm, fas_user: user, keytab_path: keytab } = userConfig;
  try {
    const tickets = await listTickets({ run: ctx.run, cwd: ctx.paths.temp });
    const [ticket] = tickets
      .filter((candidate) => candidate.realm === realm)
      .sort((one, other) => other.expires.getTime() - one.expires.getTime());
    // fkinit is Fedora's own.
    const login =
      familyOf(osRelease) === 'fedora' ? loginCommand(realm, user) : `kinit ${user ?? 'USER'}@${realm}`;
    return [judgeTicket(realm, ticket, { now: ctx.now(), login, keytab })];
  } catch (error) {
    if (isPackitError(error) && error.code === 'KERBEROS_TOOLS_MISSING') return [];
    throw error;
  }
}

export async function lookAtUserConfig(userConfig: UserConfig): Promise<Finding> {
  const { file, authentication } = userConfig;
  const mode = file === undefined ? undefined : (await stat(file).catch(() => undefined))?.mode;
  const hasTokens = authentication.some(({ token }) => token !== undefined && token !== '');
  return judgeUserConfig(file, { mode, hasTokens });
}
