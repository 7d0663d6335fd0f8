/** Packs a recorded session for a bug report: shows what is in it, asks, and writes one archive. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { cp } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { PackitError } from '../../errors.ts';
import { CONFIG_FILE_NAMES } from '../../project/config/index.ts';
import { loadSession, suspicion } from '../../session/index.ts';
import type { LoadedSession } from '../../session/index.ts';

export interface ReportInput {
  /** The recording. */
  directory: string;
  /** Archive to write. Default: `packit-report-<command>-<date>.tar.gz` in the current directory. */
  output: string | undefined;
  /** Do not ask. */
  yes: boolean;
  /** The package configuration, where it is not in the current directory. */
  configPath: string | undefined;
}

export interface ReportResult {
  directory: string;
  command: readonly string[];
  versions: Readonly<Record<string, string>>;
  /** Exit code of the recorded command; undefined if it was broken off. */
  exitCode: number | undefined;
  error: { code: string; message: string } | undefined;
  /** Services that were talked to, and how often. */
  services: Readonly<Record<string, number>>;
  /** Programs whose run was recorded, and how often. */
  programs: Readonly<Record<string, number>>;
  /** Names of the variables whose values are in it. */
  variables: readonly string[];
  configuration: string | undefined;
  files: readonly { path: string; size: number }[];
  /** Undefined if nothing was written: a dry run, or a no. */
  archive: string | undefined;
}

/**
 * @throws PackitError `RECORDING_*` what is no recording; `RECORDING_REFUSED` what looks like a secret in it;
 *   `REPORT_NOT_CONFIRMED` where nobody can be asked; `FILE_EXISTS`
 */
export async function report(
  ctx: Context,
  input: ReportInput,
  show: (result: ReportResult) => void,
): Promise<ReportResult> {
  const directory = resolve(ctx.cwd, input.directory);
  const session = loadSession(directory);
  const configuration = findConfiguration(ctx.cwd, input.configPath);
  const found = describe(session, configuration);
  refuseSecrets(session, configuration);
  show(found);
  if (ctx.dryRun) return found;
  const archive = resolve(ctx.cwd, input.output ?? defaultName(session));
  if (existsSync(archive)) {
    throw new PackitError('FILE_EXISTS', `${archive} is there already`, {
      hint: 'Remove it, or name another file with --output.',
    });
  }
  if (!input.yes && !ctx.ui.interactive) {
    throw new PackitError('REPORT_NOT_CONFIRMED', 'Nothing was packed: there is nobody to ask', {
      hint: 'Look at what --dry-run shows, then run the command again with --yes.',
    });
  }
  if (!input.yes && !(await ctx.ui.confirm(`Pack this into ${basename(archive)}?`, false))) return found;
  await pack(ctx, session, configuration, archive);
  return { ...found, archive };
}

function findConfiguration(cwd: string, given: string | undefined): string | undefined {
  const names = given === undefined ? CONFIG_FILE_NAMES : [given];
  return names.map((name) => resolve(cwd, name)).find((path) => existsSync(path));
}

function describe(session: LoadedSession, configuration: string | undefined): ReportResult {
  const { directory, header, records } = session;
  const services: Record<string, number> = {};
  const programs: Record<string, number> = {};
  for (const { record } of records) {
    const first = record.key[0] ?? '';
    if (record.kind === 'program') programs[first] = (programs[first] ?? 0) + 1;
    else {
      const host = hostOf(first.replace(/^\S+ /, ''));
      services[host] = (services[host] ?? 0) + (record.times ?? 1);
    }
  }
  return {
    directory,
    command: header.command,
    versions: header.versions,
    exitCode: header.result?.exitCode,
    error: header.result?.error,
    services,
    programs,
    variables: Object.keys(header.variables),
    configuration,
    files: filesIn(directory),
    archive: undefined,
  };
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

function filesIn(directory: string): { path: string; size: number }[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((path) => ({ path, stat: statSync(join(directory, path)) }))
    .filter(({ stat }) => stat.isFile())
    .map(({ path, stat }) => ({ path, size: stat.size }))
    .toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

/** A recording may have been edited since: what leaves this machine is looked at once more. */
function refuseSecrets({ directory }: LoadedSession, configuration: string | undefined): void {
  const paths = filesIn(directory).map(({ path }) => join(directory, path));
  const found = [...paths, ...(configuration === undefined ? [] : [configuration])].flatMap((path) => {
    const what = suspicion(readFileSync(path, 'latin1'));
    return what === undefined ? [] : [`${what} in ${path}`];
  });
  if (found.length === 0) return;
  throw new PackitError('RECORDING_REFUSED', 'The report would hold what looks like a secret', {
    details: found,
    hint: 'Remove it from the file, then run the command again.',
  });
}

function defaultName({ header }: LoadedSession): string {
  const command = header.command.find((word) => /^[a-z][a-z-]*$/.test(word)) ?? 'session';
  return `packit-report-${command}-${header.startedAt.slice(0, 10)}.tar.gz`;
}

async function pack(
  ctx: Context,
  { directory }: LoadedSession,
  configuration: string | undefined,
  archive: string,
): Promise<void> {
  const scratch = mkdtempSync(join(ctx.paths.temp, 'packit-report-'));
  try {
    const content = join(scratch, 'packit-report');
    await cp(directory, join(content, 'recording'), { recursive: true });
    if (configuration !== undefined) {
      mkdirSync(join(content, 'project'), { recursive: true });
      const text = readFileSync(configuration, 'utf8');
      writeFileSync(join(content, 'project', basename(configuration)), ctx.redactor.text(text));
    }
    // In a place of its own first: an archive that is only half written must not look like one.
    const draft = join(scratch, 'report.tar.gz');
    const argv = ['tar', '--create', '--gzip', '--owner=0', '--group=0', '--numeric-owner', '--file', draft];
    await ctx.run([...argv, 'packit-report'], { cwd: scratch });
    await cp(draft, archive, { errorOnExist: true, force: false });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
