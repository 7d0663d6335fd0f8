/**
 * rpmspec that can run nothing: the second wall behind `neutralise`, for code a spec puts together from pieces
 * while it is read.
 *
 * - No file descriptor is left for the pipe that `%( )` needs (nor for `%include`, `%{load:}`, `io.open`).
 * - Lua is left with its string, table and mathematical functions: rpm runs `init.lua` of its configuration
 *   directory before anything else, so it gets a directory of ours.
 * - The environment is empty, the home directory too; memory and processor time are limited.
 */
import { readdir, readFile, mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkRpmInstalled, isNotFound, missingToolError } from './missing.ts';
import { neutralise } from './neutralise.ts';
import { runRpmspec } from './rpmspec.ts';
import type { Outcome, RpmspecOptions } from './rpmspec.ts';

export interface Sandbox {
  /** Descriptors rpmspec is allowed: as few as it can read a spec with. */
  descriptors: number;
  /** rpm's own configuration, read once for all specs. */
  config: readonly ConfigEntry[];
}

/** All that stays of Lua. `print` is rpm's: it writes into the expansion. */
const INIT_LUA = `local globals = {}
for _, name in ipairs({ "assert", "error", "ipairs", "next", "pairs", "pcall", "print", "select", "tonumber",
    "tostring", "type", "xpcall", "string", "table", "math", "utf8", "bit32", "rpm", "macros", "_VERSION", "_G" }) do
  globals[name] = true
end
local functions = {}
for _, name in ipairs({ "expand", "define", "undefine", "isdefined", "ver", "vercmp", "splitargs", "unsplitargs",
    "b64encode", "b64decode" }) do
  functions[name] = true
end
local names = {}
for name in pairs(rpm) do names[#names + 1] = name end
for _, name in ipairs(names) do if not functions[name] then rpm[name] = nil end end
string.dump = nil
-- rpm's own %patch and %autosetup ask whether a patch is there.
local present = function() return 0 end
names = {}
for name in pairs(_G) do names[#names + 1] = name end
for _, name in ipairs(names) do if not globals[name] then _G[name] = nil end end
posix = { access = present }
`;

const FEWEST_DESCRIPTORS = 4;
const MOST_DESCRIPTORS = 8;
const LIMIT_KILOBYTES = 2 * 1024 * 1024;
const LIMIT_SECONDS = 30;

/**
 * The shell sets the limits, empties the environment and becomes rpmspec. Arguments: number of descriptors,
 * home, configuration directory, then rpmspec's.
 */
const SCRIPT = `ulimit -c 0; ulimit -f 0; ulimit -t ${LIMIT_SECONDS}; ulimit -v ${LIMIT_KILOBYTES} 2>/dev/null
descriptors=$1; home=$2; config=$3; shift 3
ulimit -n "$descriptors" || exit 1
exec env -i PATH="$PATH" HOME="$home" RPM_CONFIGDIR="$config" LC_ALL=C.UTF-8 TZ=UTC RPM_BUILD_NCPUS=1 rpmspec "$@"`;

const HARMLESS = { _smp_build_ncpus: '1', _smp_build_nthreads: '1' };

/** Runs rpmspec in `directory`, which must hold what `furnish` made. */
export async function runConfined(
  sandbox: Sandbox,
  directory: string,
  args: readonly string[],
  options: RpmspecOptions,
): Promise<Outcome> {
  const home = join(directory, 'home');
  const defines = Object.entries(HARMLESS).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
  return runRpmspec(
    [
      'sh',
      '-c',
      SCRIPT,
      'sh',
      String(sandbox.descriptors),
      home,
      join(directory, 'config'),
      ...defines,
      ...args,
    ],
    home,
    options,
  );
}

/** Fills a new directory: an empty home, and rpm's configuration with our `init.lua` and without code. */
export async function furnish(directory: string, { config }: Pick<Sandbox, 'config'>): Promise<void> {
  const top = join(directory, 'config');
  await mkdir(join(directory, 'home'));
  await mkdir(top);
  for (const { path, ...entry } of config) {
    const target = join(top, path);
    if (entry.kind === 'directory') await mkdir(target);
    else if (entry.kind === 'link') await symlink(entry.to, target);
    else await writeFile(target, entry.text, 'latin1');
  }
  await writeFile(join(top, 'init.lua'), INIT_LUA);
}

/** What rpm's configuration directory has, as the confined rpmspec is to see it; directories come before what is in them. */
type ConfigEntry = { path: string } & (
  | { kind: 'directory' }
  | { kind: 'link'; to: string }
  | { kind: 'macros'; text: string }
);

async function readRpmConfig(configDir: string): Promise<ConfigEntry[]> {
  const entries: ConfigEntry[] = [];
  for (const { name } of await readdir(configDir, { withFileTypes: true })) {
    const source = join(configDir, name);
    if (name === 'init.lua' || name === 'lua') continue;
    if (name === 'macros') entries.push(await withoutCode(source, name));
    else if (name === 'macros.d') entries.push(...(await readDirectory(source, name, () => true)));
    // A vendor's directory (`redhat`, `suse`): macros of its own and scripts.
    else if (await hasMacros(source)) {
      entries.push(...(await readDirectory(source, name, (file) => file === 'macros')));
    } else entries.push({ path: name, kind: 'link', to: source });
  }
  return entries;
}

async function readDirectory(
  source: string,
  path: string,
  areMacros: (name: string) => boolean,
): Promise<ConfigEntry[]> {
  const entries: ConfigEntry[] = [{ path, kind: 'directory' }];
  for (const name of await readdir(source)) {
    const [from, to] = [join(source, name), join(path, name)];
    entries.push(areMacros(name) ? await withoutCode(from, to) : { path: to, kind: 'link', to: from });
  }
  return entries;
}

/** `%( )` of the system's macros cannot run either; without it they are merely unknown. Their Lua may stay. */
async function withoutCode(source: string, path: string): Promise<ConfigEntry> {
  const text = await readFile(source, 'latin1');
  return { path, kind: 'macros', text: neutralise(text, UNKNOWN_OF_SYSTEM, 'shell').text };
}

/** Part of every value that depends on code in the system's macros. */
export const UNKNOWN_OF_SYSTEM = 'packit_unknown_of_system';

async function hasMacros(directory: string): Promise<boolean> {
  return (await stat(join(directory, 'macros')).catch(() => undefined))?.isFile() === true;
}

const PREAMBLE = 'Name: a\nVersion: 1\nRelease: 1\nSummary: a\nLicense: a\n%description\n';
const LUA_IS_CUT =
  '%{lua:print(tostring(os) .. tostring(io) .. tostring(posix.exec) .. tostring(load) .. tostring(rpm.execute))}';

/**
 * Finds the fewest descriptors rpmspec can read a spec with, and proves that neither `%( )` nor Lua gets anywhere
 * with them. Undefined if that cannot be shown on this machine: then nothing foreign is evaluated.
 */
export async function establishSandbox(
  directory: string,
  options: RpmspecOptions,
): Promise<Sandbox | undefined> {
  const config = await readRpmConfig(await rpmConfigDir(directory, options));
  await furnish(directory, { config });
  const spec = join(directory, 'home', 'trial.spec');
  const attempt = async (descriptors: number, line: string): Promise<Outcome> => {
    await writeFile(spec, `${PREAMBLE}%{echo:<${line}>}\n`);
    return runConfined({ descriptors, config }, directory, ['-P', spec], options);
  };
  for (let descriptors = FEWEST_DESCRIPTORS; descriptors <= MOST_DESCRIPTORS; descriptors += 1) {
    const lua = await attempt(descriptors, LUA_IS_CUT);
    if (!lua.ok) continue;
    if (!lua.output.includes('<nilnilnilnilnil>')) return undefined;
    const shell = await attempt(descriptors, '%(echo ran)');
    return shell.output.includes('<ran>') ? undefined : { descriptors, config };
  }
  await checkRpmInstalled({ run: options.run, cwd: directory, tool: 'rpmspec' });
  return undefined;
}

async function rpmConfigDir(cwd: string, options: RpmspecOptions): Promise<string> {
  try {
    const env = { ...options.env, RPM_CONFIGDIR: undefined };
    const { stdout } = await options.run(['rpm', '--eval', '%{_rpmconfigdir}'], { cwd, env });
    return stdout.toString('utf8').trim();
  } catch (error) {
    throw isNotFound(error) ? await missingToolError('rpm', error) : error;
  }
}
