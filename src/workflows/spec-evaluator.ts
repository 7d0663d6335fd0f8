import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Context } from '../context.ts';
import { PackitError } from '../errors.ts';
import type { Evaluate } from '../spec/index.ts';

/**
 * Gives `work` rpm's view of a spec in the user's own checkout: its code runs as it would in a build, Fedora's macros
 * that this rpm lacks get stand-ins. Nothing is loaded or started before it is asked.
 */
export async function withEvaluator<T>(
  ctx: Context,
  path: string,
  work: (evaluate: Evaluate) => Promise<T>,
): Promise<T> {
  let directory: string | undefined;
  const make = async (text: Uint8Array): Promise<Evaluate> => {
    const { createEvaluator, fedoraStandIns } = await import('../tools/rpm/index.ts');
    const { run, env } = ctx;
    directory = await mkdtemp(join(ctx.paths.temp, 'packit-spec-'));
    const { names, macroFile } = await fedoraStandIns({ run, env, text, directory });
    if (names.length > 0) {
      ctx.ui.debug(
        `Stand-ins for macros that rpm does not know here: ${names.map((name) => `%${name}`).join(', ')}`,
      );
    }
    const macroFiles = macroFile === undefined ? [] : [macroFile];
    return createEvaluator({
      run,
      env,
      macroFiles,
      tempDir: directory,
      trust: 'own',
      sourceDir: dirname(path),
    });
  };
  let made: Promise<Evaluate> | undefined;
  try {
    return await work(async (request) => {
      made ??= make(request.text);
      return (await made)(request);
    });
  } finally {
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  }
}

/** The same error, at its place in the file: the spec library knows lines but no file names. */
export function inFile(error: unknown, path: string): unknown {
  if (!(error instanceof PackitError) || !error.code.startsWith('SPEC_')) return error;
  const { code, message, hint, details, location, exitCode } = error;
  const line = location?.line;
  return new PackitError(code, message, {
    ...(hint === undefined ? {} : { hint }),
    details,
    exitCode,
    cause: error,
    location: line === undefined ? { file: path } : { file: path, line },
  });
}
