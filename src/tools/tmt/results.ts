/** tmt's own account of a plan: `execute/results.yaml`. */
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Run } from '../../run-state.ts';

export interface TestResult {
  name: string;
  /** tmt's word: pass, fail, info, warn, error, skip, pending. */
  result: string;
  /** Absolute path of its output. */
  log?: string;
  note?: string;
}

export interface PlanVerdict extends Run {
  tests: TestResult[];
}

const GOOD = new Set(['pass', 'info']);

/**
 * A plan has passed if no test failed; `warn` and `error` fail, as in tmt's own exit code. A plan without tests, or whose
 * tests were all skipped, has shown nothing: `skipped`.
 * @param results the text of `results.yaml`; undefined if tmt did not come to write it
 */
export function judgePlan(
  name: string,
  results: string | undefined,
  place: { directory: string; exitCode: number; log: string },
): PlanVerdict {
  const { log, exitCode, directory } = place;
  if (results === undefined) {
    return {
      name,
      state: 'failed',
      log,
      note: `tmt did not come to the tests (exit code ${exitCode})`,
      tests: [],
    };
  }
  const tests = readTests(results, join(directory, 'execute'));
  const bad = tests.filter(({ result }) => !GOOD.has(result) && result !== 'skip');
  if (bad.length > 0) {
    const names = bad.map((test) => `${test.name} (${test.result})`).join(', ');
    const note = `${bad.length} of ${tests.length} failed: ${names}`;
    return { name, state: 'failed', log: bad[0]?.log ?? log, note, tests };
  }
  const ran = tests.filter(({ result }) => result !== 'skip').length;
  if (ran === 0) {
    const note = tests.length === 0 ? 'no test in it' : `all ${tests.length} skipped`;
    return { name, state: 'skipped', note, tests };
  }
  const note = `${ran} passed${ran < tests.length ? `, ${tests.length - ran} skipped` : ''}`;
  return { name, state: 'succeeded', note, tests };
}

function readTests(text: string, directory: string): TestResult[] {
  let document: unknown;
  try {
    document = parse(text);
  } catch {
    document = undefined;
  }
  // A file cut off half-way tells nothing for certain.
  if (!Array.isArray(document)) return [{ name: 'results.yaml', result: 'error', note: 'cannot be read' }];
  return document.map((entry: unknown) => {
    const { name, result, log, note } = entry as Record<string, unknown>;
    const [file] = Array.isArray(log) ? (log as unknown[]) : [];
    const said = Array.isArray(note) ? note.join('; ') : note;
    return {
      name: typeof name === 'string' ? name : '?',
      result: typeof result === 'string' ? result : 'error',
      ...(typeof file === 'string' ? { log: join(directory, file) } : {}),
      ...(typeof said === 'string' && said !== '' ? { note: said } : {}),
    };
  });
}
