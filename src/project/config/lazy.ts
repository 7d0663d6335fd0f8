/** What only some of the `config` commands need, so that building a source RPM does not load it. */
import type { DescribedPackage } from './describe-values.ts';
import type { FixResult, Reading } from './fix.ts';
import type { Inspection } from './inspect.ts';
import type { JsonSchema } from './json-schema.ts';

/** See `json-schema.ts`. */
export async function jsonSchema(): Promise<JsonSchema> {
  const module = await import('./json-schema.ts');
  return module.jsonSchema();
}

/** See `fix.ts`. */
export async function fixText(text: string, read: (text: string) => Promise<Reading>): Promise<FixResult> {
  const module = await import('./fix.ts');
  return module.fixText(text, read);
}

/** See `describe-values.ts`. */
export async function describeValues(
  inspection: Inspection,
  wanted: ReadonlySet<string>,
): Promise<{ packages: DescribedPackage[]; jobs: DescribedPackage[] }> {
  const module = await import('./describe-values.ts');
  return module.describeValues(inspection, wanted);
}
