/** Evaluating specs that do not come from the user's own checkout: their code does not run. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvaluationProblem, EvaluationReply, EvaluationRequest } from '../../spec/types.ts';
import { parseComplaints } from './complaints.ts';
import { defineArguments, loadArguments } from './macro-text.ts';
import { CHOOSE_TMPDIR, plainDirectory, plainPath } from './plain-paths.ts';
import { dependentDecision, neutralise } from './neutralise.ts';
import type { Neutralised } from './neutralise.ts';
import { createProbes } from './probes.ts';
import type { RpmspecOptions } from './rpmspec.ts';
import { UNKNOWN_OF_SYSTEM, establishSandbox, furnish, runConfined } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';

/** What an evaluation needs, whoever wrote the spec. */
export interface EvaluationOptions extends RpmspecOptions {
  /** An existing directory; a directory is made in it for the time of a call. */
  tempDir: string;
  /** Loaded before the spec is read (`fedoraStandIns`). */
  macroFiles?: readonly string[];
  /** Defined before the spec is read; those of a request come on top. */
  macros?: Readonly<Record<string, string>>;
  /** The spec's own directory, seen as `_sourcedir` and `_specdir`. */
  sourceDir?: string;
}

const sandboxes = new WeakMap<EvaluationOptions['run'], Promise<Sandbox | undefined>>();

/**
 * Two walls: code is taken out of the text, and rpmspec then runs where it can start nothing, in case the spec
 * puts code together from pieces. Values that depend on code are undefined; where a condition depends on it, all
 * values are. Problems name the code that was not run.
 */
export async function evaluateForeign(
  request: EvaluationRequest,
  options: EvaluationOptions,
): Promise<EvaluationReply> {
  const sandbox = await sandboxFor(options);
  if (sandbox === undefined) {
    return unknown(request, [
      { message: 'Specs of unknown origin cannot be evaluated safely with this rpm' },
    ]);
  }
  const word = `packit_unknown_${randomBytes(6).toString('hex')}`;
  const spec = neutralise(Buffer.from(request.text).toString('latin1'), word);
  const notRun = spec.findings.map(({ line, code }) => ({
    line,
    message: `warning: code of a spec of unknown origin is not run: ${displayCode(code)}`,
  }));
  const decision = spec.incomplete ? undefined : dependentDecision(spec.text, word);
  if (spec.incomplete || decision !== undefined) {
    return unknown(request, [...notRun, whyUnknown(decision)]);
  }
  const reply = await evaluateConfined(request, options, { sandbox, spec, word });
  return { ...reply, problems: [...notRun, ...reply.problems] };
}

function whyUnknown(line: number | undefined): EvaluationProblem {
  return line === undefined
    ? {
        message:
          'The spec takes definitions from a file or from code that is not run: its values are unknown',
      }
    : { line, message: 'This depends on code that is not run: the values of the spec are unknown' };
}

function unknown(request: EvaluationRequest, problems: EvaluationProblem[]): EvaluationReply {
  return { ok: false, values: request.expressions.map(() => undefined), problems };
}

function displayCode(code: string): string {
  return Buffer.from(code, 'latin1').toString('utf8');
}

interface Confined {
  sandbox: Sandbox;
  spec: Neutralised;
  word: string;
}

async function evaluateConfined(
  request: EvaluationRequest,
  options: EvaluationOptions,
  { sandbox, spec, word }: Confined,
): Promise<EvaluationReply> {
  const directory = await mkdtemp(join(plainPath(options.tempDir, CHOOSE_TMPDIR), 'spec-'));
  try {
    await furnish(directory, sandbox);
    // The expressions are pieces of the same spec.
    const expressions = request.expressions.map(
      (text) => neutralise(Buffer.from(text).toString('latin1'), word).text,
    );
    const probes = createProbes(expressions);
    const path = join(directory, 'probe.spec');
    await writeFile(path, spec.text + probes.text, 'latin1');
    const sourceDir = plainDirectory(options.sourceDir ?? '/nonexistent', directory);
    const defines = { _sourcedir: sourceDir, _specdir: sourceDir, ...options.macros, ...request.macros };
    const args = ['-P', ...loadArguments(options.macroFiles ?? []), ...defineArguments(defines), path];
    const outcome = await runConfined(sandbox, directory, args, options);
    const complaints = parseComplaints(outcome.stderr, path);
    if (outcome.problem !== undefined) complaints.unshift({ message: outcome.problem });
    // rpm goes on after some failures; a value computed around a hole is a guess.
    const holed = /Too many open files|Failed to open shell expansion pipe|lua script failed/.test(
      outcome.stderr,
    );
    if (!outcome.ok || holed) return unknown(request, complaints);
    return {
      ok: true,
      values: probes.read(outcome.output).map((value) => certain(value, word)),
      problems: complaints,
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function certain(value: string | undefined, word: string): string | undefined {
  const text = value?.toLowerCase();
  return text?.includes(word) === true || text?.includes(UNKNOWN_OF_SYSTEM) === true ? undefined : value;
}

/** Established once for all evaluators that start programs the same way. */
async function sandboxFor(options: EvaluationOptions): Promise<Sandbox | undefined> {
  const known = sandboxes.get(options.run);
  if (known !== undefined) return known;
  const establish = async (): Promise<Sandbox | undefined> => {
    const directory = await mkdtemp(join(plainPath(options.tempDir, CHOOSE_TMPDIR), 'spec-'));
    try {
      return await establishSandbox(directory, options);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  };
  const made = establish();
  sandboxes.set(options.run, made);
  made.catch(() => sandboxes.delete(options.run));
  return made;
}
