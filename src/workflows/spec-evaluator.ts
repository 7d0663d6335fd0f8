import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Context } from '../context.ts';
import { PackitError } from '../errors.ts';
import { SpecError } from '../spec/index.ts';
import type { Evaluate } from '../spec/index.ts';
import type { Trust } from '../tools/rpm/index.ts';

/**
 * Gives `work` rpm's view of a spec. In the user's own checkout (`own`) its code runs as it would in a build; `foreign`: it
 * does not. Where rpm cannot read the spec, Fedora's macros that it lacks get stand-ins. Nothing is loaded or started before
 * it is asked.
 */
export async function withEvaluator<T>(
  ctx: Context,
  path: string,
  work: (evaluate: Evaluate) => Promise<T>,
  trust: Trust = 'own',
): Promise<T> {
  const { run, env, ui } = ctx;
  let directory: string | undefined;
  let current: Evaluate | undefined;
  let usesStandIns = false;
  const make = async (macroFiles: readonly string[]): Promise<Evaluate> => {
    const { createEvaluator } = await import('../tools/rpm/index.ts');
    directory ??= await mkdtemp(join(ctx.paths.temp, 'packit-spec-'));
    const sourceDir = dirname(path);
    return createEvaluator({ run, env, macroFiles, tempDir: directory, trust, sourceDir });
  };
  const withStandIns = async (text: Uint8Array): Promise<Evaluate | undefined> => {
    usesStandIns = true;
    const { fedoraStandIns } = await import('../tools/rpm/index.ts');
    directory ??= await mkdtemp(join(ctx.paths.temp, 'packit-spec-'));
    const { names, macroFile } = await fedoraStandIns({ run, env, text, directory });
    if (macroFile === undefined) return undefined;
    ui.debug(
      `Stand-ins for macros that rpm does not know here: ${names.map((name) => `%${name}`).join(', ')}`,
    );
    return make([macroFile]);
  };
  try {
    return await work(async (request) => {
      current ??= await make([]);
      const reply = await current(request);
      if (reply.ok || usesStandIns) return reply;
      const helped = await withStandIns(request.text);
      if (helped === undefined) return reply;
      const second = await helped(request);
      if (!second.ok) return reply;
      current = helped;
      return second;
    });
  } finally {
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  }
}

/** The same error, at its place in the file: the spec library knows lines but no file names. */
export function inFile(error: unknown, path: string): unknown {
  if (!(error instanceof PackitError) || !error.code.startsWith('SPEC_')) return error;
  const { code, message, hint, details, location, exitCode } = error;
  const line = error instanceof SpecError && error.line !== undefined ? error.line + 1 : location?.line;
  return new PackitError(code, message, {
    ...(hint === undefined ? {} : { hint }),
    details,
    exitCode,
    cause: error,
    location: line === undefined ? { file: path } : { file: path, line },
  });
}
