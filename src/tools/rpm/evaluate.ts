/** One `rpmspec` call that answers all questions about a spec. */
import { mkdtempSync, readdirSync, rmSync, rmdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EvaluationProblem, EvaluationReply, EvaluationRequest, Evaluate } from '../../spec/types.ts';
import { parseComplaints } from './complaints.ts';
import type { EvaluationOptions } from './foreign.ts';
import { defineArguments, loadArguments } from './macro-text.ts';
import { CHOOSE_TMPDIR, plainDirectory, plainPath } from './plain-paths.ts';
import { createProbes } from './probes.ts';
import { runRpmspec } from './rpmspec.ts';
import type { Outcome } from './rpmspec.ts';

/** `own`: the user's checkout, whose code may run as it would in a build. `foreign`: code must not run. */
export type Trust = 'own' | 'foreign';

export interface EvaluatorOptions extends EvaluationOptions {
  trust: Trust;
  /** Where the code of an own spec runs and relative `%include`s start. Default: `sourceDir`. */
  cwd?: string;
}

const CACHE_SIZE = 32;

/**
 * Makes the function that answers macro questions with rpm.
 *
 * A spec rpm cannot read is not an error: the reply says so with rpm's complaints. rpm that exits with
 * success after complaining is success. If rpm gave up late, the values it got to are in the reply all the same.
 * @throws PackitError `RPM_MISSING` (from the function made)
 */
export function createEvaluator(options: EvaluatorOptions): Evaluate {
  const cache = new Map<string, Promise<EvaluationReply>>();
  return async (request) => {
    const key = cacheKey(request);
    const known = key === undefined ? undefined : cache.get(key);
    if (known !== undefined) return copy(await known);
    const answer = evaluate(request, options);
    if (key !== undefined) {
      cache.set(key, answer);
      answer.catch(() => cache.delete(key));
      const oldest = cache.keys().next().value;
      if (cache.size > CACHE_SIZE && oldest !== undefined) cache.delete(oldest);
    }
    return copy(await answer);
  };
}

function copy(reply: EvaluationReply): EvaluationReply {
  return { ...reply, values: [...reply.values], problems: [...reply.problems] };
}

/** What these read may change while the spec stays the same, so the answer must not be kept. */
const READS_THE_WORLD = /%\(|%\{?[?!]*(?:lua|include|load|uncompress|exists|getenv|getncpus)\b/;

function cacheKey(request: EvaluationRequest): string | undefined {
  const text = Buffer.from(request.text.buffer, request.text.byteOffset, request.text.byteLength);
  const expressions = JSON.stringify([request.expressions, Object.entries(request.macros ?? {})]);
  if (READS_THE_WORLD.test(text.toString('latin1')) || READS_THE_WORLD.test(expressions)) return undefined;
  return `${expressions}\0${text.toString('latin1')}`;
}

async function evaluate(request: EvaluationRequest, options: EvaluatorOptions): Promise<EvaluationReply> {
  if (options.trust === 'foreign') {
    const { evaluateForeign } = await import('./foreign.ts');
    return evaluateForeign(request, options);
  }
  // Without waiting: the sooner rpm runs, the more is done meanwhile.
  const directory = mkdtempSync(join(plainPath(options.tempDir, CHOOSE_TMPDIR), 'spec-'));
  try {
    const sourceDir =
      options.sourceDir === undefined ? undefined : plainDirectory(options.sourceDir, directory);
    const directories = sourceDir === undefined ? {} : { _sourcedir: sourceDir, _specdir: sourceDir };
    const probes = createProbes(request.expressions);
    const spec = join(directory, 'probe.spec');
    writeFileSync(spec, Buffer.concat([request.text, Buffer.from(probes.text)]));
    const argv = [
      'rpmspec',
      '-P',
      ...loadArguments(options.macroFiles ?? []),
      ...defineArguments({ ...directories, ...options.macros, ...request.macros }),
      spec,
    ];
    const outcome = await runRpmspec(argv, options.cwd ?? options.sourceDir ?? directory, options);
    return reply(outcome, probes.read(outcome.output), parseComplaints(outcome.stderr, spec));
  } finally {
    removeProbe(directory);
  }
}

/** At once: it holds a file and perhaps a link, unless code of the spec has put more there. */
function removeProbe(directory: string): void {
  try {
    for (const name of readdirSync(directory)) unlinkSync(join(directory, name));
    rmdirSync(directory);
  } catch {
    rmSync(directory, { recursive: true, force: true });
  }
}

function reply(
  outcome: Outcome,
  values: (string | undefined)[],
  complaints: EvaluationProblem[],
): EvaluationReply {
  const problems = outcome.problem === undefined ? complaints : [{ message: outcome.problem }, ...complaints];
  return { ok: outcome.ok, values, problems };
}
