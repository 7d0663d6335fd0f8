/** The configuration as the reference serialises it: what `config show --json` prints. */
import type { JobConfig, PackageConfig } from './types.ts';

/** `{jobs: [...], packages: {name: {...}}}`, keys in alphabetical order. */
export function toDump(config: {
  packages: readonly PackageConfig[];
  jobs: readonly JobConfig[];
}): Record<string, unknown> {
  return sorted({
    packages: byName(config.packages),
    jobs: config.jobs.map((job) => ({ ...job, packages: byName(job.packages) })),
  }) as Record<string, unknown>;
}

function byName(packages: readonly PackageConfig[]): Record<string, unknown> {
  const result: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const { name, ...values } of packages) result[name] = values;
  return result;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, item] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    result[key] = sorted(item);
  return result;
}
