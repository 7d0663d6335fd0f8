import { dirname } from 'node:path';
import type { Context } from '../context.ts';
import { PackitError } from '../errors.ts';
import type { Evaluate } from '../spec/index.ts';

/** rpm's view of a spec in the user's own checkout; nothing is loaded before it is asked. */
export function ownEvaluator(ctx: Context, path: string): Evaluate {
  let made: Promise<Evaluate> | undefined;
  const make = async (): Promise<Evaluate> => {
    const { createEvaluator } = await import('../tools/rpm/index.ts');
    const { run, env, paths } = ctx;
    return createEvaluator({ run, env, tempDir: paths.temp, trust: 'own', sourceDir: dirname(path) });
  };
  return async (request) => {
    made ??= make();
    return (await made)(request);
  };
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
