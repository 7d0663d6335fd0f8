/** Programs from PyPI, in a virtual environment of their own that later runs find again. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const CACHE = resolve(import.meta.dirname, '..', '..', '..', 'node_modules', '.cache', 'pypi');

/** The directory of the program, to be put in front of PATH; undefined (and a word on stderr) if it cannot be had. */
export function fromPypi(program: string, ...packages: string[]): string | undefined {
  return install(program, packages, (bin) => [
    [join(bin, program), '--version'],
    // Not every program has a version to tell.
    [join(bin, program), '--help'],
  ]);
}

/** The same for a Python module: the directory of the `python3` that has it. */
export function moduleFromPypi(module: string, ...packages: string[]): string | undefined {
  return install(module, packages, (bin) => [[join(bin, 'python3'), '-c', `import ${module}`]]);
}

/** @param checks commands one of which must succeed */
function install(
  name: string,
  packages: readonly string[],
  checks: (bin: string) => readonly (readonly [string, ...string[]])[],
): string | undefined {
  const environment = join(CACHE, name);
  const bin = join(environment, 'bin');
  const quiet = { stdio: 'ignore' } as const;
  try {
    if (!existsSync(join(environment, 'pyvenv.cfg'))) {
      mkdirSync(CACHE, { recursive: true });
      execFileSync('python3', ['-m', 'venv', environment], { ...quiet, timeout: 120_000 });
      const options = ['-q', 'install', '--disable-pip-version-check', ...packages];
      execFileSync(join(bin, 'pip'), options, { ...quiet, timeout: 300_000 });
    }
    const works = checks(bin).some(([program, ...args]) => {
      try {
        execFileSync(program, args, { ...quiet, timeout: 60_000 });
        return true;
      } catch {
        return false;
      }
    });
    if (!works) throw new Error('it does not run');
    return bin;
  } catch (error) {
    rmSync(environment, { recursive: true, force: true });
    process.stderr.write(`${name} cannot be had from PyPI, its tests are skipped: ${String(error)}\n`);
    return undefined;
  }
}
