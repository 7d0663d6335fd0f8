/**
 * Compiled code of the program under test, handed from one home directory to the next: each test has a home of its own, and a
 * first run in it would compile everything again. bin/load.js checks what it finds there, as it does for everybody.
 */
import { copyFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const SHARED = resolve(import.meta.dirname, '../../node_modules/.cache/packit-compiled');

/**
 * Puts compiled code of the command into the home of `env` unless there is some.
 * @returns takes what the run has compiled anew, for the next home
 */
export function shareCompiledCode(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): () => void {
  const cache = cacheOf(env);
  if (cache === undefined || env.NODE_DISABLE_COMPILE_CACHE !== undefined) return () => {};
  const name = `${nameOf(args)}.v8`;
  const own = join(cache, 'packit', 'compiled', name);
  const shared = join(SHARED, name);
  if (timeOf(own) === undefined && timeOf(dirname(cache)) !== undefined) copy(shared, own);
  const before = timeOf(own);
  return () => {
    if (timeOf(own) !== before) copy(own, shared);
  };
}

/** Absolute, as for bin/load.js: what is relative would be in the directory the tests run in. */
function cacheOf({ XDG_CACHE_HOME: cache, HOME: home }: Readonly<Record<string, string | undefined>>) {
  if (cache?.startsWith('/') === true) return cache;
  return home?.startsWith('/') === true ? join(home, '.cache') : undefined;
}

/** As bin/packit.js and bin/load.js name it. */
function nameOf([first = '', second]: readonly string[]): string {
  if (first === 'srpm') return 'hot-srpm';
  if (first === 'config' && second === 'validate') return 'hot-validate';
  return /^[a-z][a-z-]*$/.test(first) ? first : 'packit';
}

function timeOf(path: string): number | undefined {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return undefined;
  }
}

/** Whole or not at all; a home that cannot be written to is what some tests are about. */
function copy(from: string, to: string): void {
  try {
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    const unfinished = `${to}.${process.pid}`;
    copyFileSync(from, unfinished);
    renameSync(unfinished, to);
  } catch {
    // There is none yet, or none can be put there.
  }
}
