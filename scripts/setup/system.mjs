/** Finds out which programs are missing and installs their packages, saying so first. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installCommands, manualAdvice, packagesFor } from './packages.mjs';

/** Daemons are often outside an ordinary user's PATH. */
const EXTRA_PATH = ['/usr/sbin', '/sbin', '/usr/local/sbin', '/usr/lib/mit/sbin'];
/** Not a program: a module of the web server. */
const MODULES = {
  'lighttpd-gssapi': ['/usr/lib/lighttpd/mod_authn_gssapi.so', '/usr/lib64/lighttpd/mod_authn_gssapi.so'],
};

export function isThere(tool, path = process.env.PATH ?? '') {
  if (tool in MODULES) return MODULES[tool].some((file) => existsSync(file)) || multiarchModule();
  return [...path.split(delimiter), ...EXTRA_PATH].some((folder) => isExecutable(join(folder, tool)));
}

function multiarchModule() {
  return ['x86_64', 'aarch64'].some((arch) =>
    existsSync(`/usr/lib/${arch}-linux-gnu/lighttpd/mod_authn_gssapi.so`),
  );
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** @returns {import('./packages.mjs').Manager | undefined} */
export function packageManager() {
  if (isThere('apt-get')) return 'apt';
  if (isThere('dnf')) return 'dnf';
  if (isThere('zypper')) return 'zypper';
  return undefined;
}

/** @returns {'root' | 'sudo' | undefined} */
function privilege() {
  if (process.getuid?.() === 0) return 'root';
  if (!isThere('sudo')) return undefined;
  // Without a terminal nobody can type a password.
  const probe = process.stdin.isTTY ? 0 : spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status;
  return probe === 0 ? 'sudo' : undefined;
}

/**
 * Installs what is missing.
 * @param {readonly string[]} tools
 * @returns {string[]} what is still missing afterwards
 */
export function ensureTools(tools) {
  const missing = tools.filter((tool) => !isThere(tool));
  if (missing.length === 0) return [];
  const manager = packageManager();
  const rights = privilege();
  if (manager === undefined || rights === undefined) {
    console.error(`Missing: ${missing.join(', ')}. ${manualAdvice(missing, manager)}`);
    return missing;
  }
  const packages = packagesFor(missing, manager);
  console.error(`Installing system packages (${manager}): ${packages.join(' ')}`);
  for (const command of installCommands(packages, { manager, privilege: rights })) {
    const { status } = spawnSync(command.argv[0], command.argv.slice(1), {
      stdio: ['inherit', 2, 2],
      env: { ...process.env, ...command.env },
    });
    if (status !== 0 && !command.mayFail) {
      console.error(`${command.argv.join(' ')} failed.`);
      break;
    }
  }
  return missing.filter((tool) => !isThere(tool));
}
