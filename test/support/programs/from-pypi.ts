/** Programs from PyPI, in a virtual environment of their own that later runs find again. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const CACHE = resolve(import.meta.dirname, '..', '..', '..', 'node_modules', '.cache', 'pypi');

/** The directory of the program, to be put in front of PATH; undefined (and a word on stderr) if it cannot be had. */
export function fromPypi(program: string, ...packages: string[]): string | undefined {
  const environment = join(CACHE, program);
  const bin = join(environment, 'bin');
  const quiet = { stdio: 'ignore' } as const;
  try {
    if (!existsSync(join(bin, program))) {
      mkdirSync(CACHE, { recursive: true });
      execFileSync('python3', ['-m', 'venv', environment], { ...quiet, timeout: 120_000 });
      const install = ['-q', 'install', '--disable-pip-version-check', ...packages];
      execFileSync(join(bin, 'pip'), install, { ...quiet, timeout: 300_000 });
    }
    execFileSync(join(bin, program), ['--version'], { ...quiet, timeout: 60_000 });
    return bin;
  } catch (error) {
    rmSync(environment, { recursive: true, force: true });
    process.stderr.write(`${program} cannot be had from PyPI, its tests are skipped: ${String(error)}\n`);
    return undefined;
  }
}
