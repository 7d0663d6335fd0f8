/** One broken configuration after the other: always a diagnostic with a place, or success. */
import { describeDiagnostic, diagnose, fixText, toDump } from '../../src/project/config/index.ts';
import { mutate, seeded } from './config-mutations.ts';
import { inspectText, recordedCorpus, recordedFixtures } from './configs.ts';

/** The first text that is not handled, with what happened; undefined if all are. */
export async function fuzz(count: number, seed: number): Promise<{ text: string; what: string } | undefined> {
  const sources = [...recordedFixtures(), ...(recordedCorpus() ?? [])].map(({ text }) => text);
  const random = seeded(seed);
  for (let round = 0; round < count; round += 1) {
    const source = sources[Math.floor(random() * sources.length)] ?? '';
    const text = mutate(source, random);
    const what = await problemWith(text, round % 10 === 0);
    if (what !== undefined) return { text, what };
  }
  return undefined;
}

async function problemWith(text: string, mend: boolean): Promise<string | undefined> {
  const started = performance.now();
  try {
    const inspection = await inspectText(text);
    const diagnostics = diagnose(inspection.problems, text, '/repo/.packit.yaml');
    const lines = text.split(/\r\n|[\n\r\x85\u2028\u2029]/).length;
    for (const diagnostic of diagnostics) {
      const { line, column } = diagnostic;
      if (line === undefined || column === undefined || line < 1 || column < 1 || line > lines) {
        return `no place: ${JSON.stringify(diagnostic)}`;
      }
      describeDiagnostic(diagnostic, text, '/repo');
    }
    const failed = diagnostics.some(({ severity }) => severity === 'error');
    if (!failed) JSON.stringify(toDump(inspection));
    if (!failed && inspection.packages.length === 0) return 'valid without a package';
    if (mend)
      await fixText(text, async (next) => ({
        problems: (await inspectText(next)).problems,
        meaning: undefined,
      }));
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const took = performance.now() - started;
  return took > 10_000 ? `took ${took} ms` : undefined;
}
