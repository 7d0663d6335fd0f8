/** Where in the file a value of the configuration stands, so that a check can point at it. */
import type { Inspection, Layer, PackageConfig, ProblemDetails } from '../../project/config/index.ts';

/** A package, once as it is configured for all jobs and once for every job that changes it. */
export interface Subject {
  readonly pkg: PackageConfig;
  readonly layer: Layer;
  /** Absent for the package itself. */
  readonly jobIndex?: number;
  /** True if one of the keys may differ from what another subject has been checked with. */
  readonly concerns: (...keys: string[]) => boolean;
}

/** Every package, then every package as a job sees it. */
export function subjectsOf(inspection: Inspection): Subject[] {
  const { raw } = inspection;
  if (raw === undefined) return [];
  const subjects: Subject[] = [];
  for (const pkg of inspection.packages) {
    const layer = raw.packages.get(pkg.name);
    if (layer !== undefined) subjects.push({ pkg, layer, concerns: () => true });
  }
  for (const [jobIndex, job] of inspection.jobs.entries()) {
    const layers = raw.jobs[jobIndex]?.packages;
    for (const pkg of job.packages) {
      const layer = layers?.get(pkg.name);
      const shared = raw.packages.get(pkg.name);
      if (layer === undefined) continue;
      const concerns = (...keys: string[]): boolean =>
        keys.some((key) => layer.get(key) !== shared?.get(key));
      subjects.push({ pkg, layer, jobIndex, concerns });
    }
  }
  return subjects;
}

/** The place of a key's value; the key's own name where it is not in the file. */
export function placeOfKey(layer: Layer, key: string): Pick<ProblemDetails, 'path' | 'node'> {
  const entry = layer.get(key);
  return { path: entry?.path ?? key, node: entry?.value };
}

/** The place of a job. */
export function placeOfJob(inspection: Inspection, index: number): Pick<ProblemDetails, 'path' | 'node'> {
  const job = inspection.raw?.jobs[index];
  return { path: job?.path ?? 'jobs', node: job?.fields.get('job')?.value ?? job?.node };
}

export type Warn = (code: string, message: string, details: ProblemDetails) => void;
