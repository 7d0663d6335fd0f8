/** The configuration with where each value came from: what `config show` prints for a person. */
import { lineStarts, position } from './diagnostics.ts';
import type { Inspection } from './inspect.ts';
import type { Layer } from './layer.ts';
import { JOB_FIELDS, PACKAGE_FIELDS } from './schema.ts';

export interface DescribedValue {
  key: string;
  /** One line of JSON, or a text without quotes. */
  value: string;
  /** Line of the file; absent for everything else. */
  line?: number;
  /** `default`, `the name of the repository`, `the variable DISTGIT_URL`, ... */
  origin: string;
}

export interface DescribedPackage {
  title: string;
  values: DescribedValue[];
}

/** Every key of every package, and of every job what only the job says. */
export function describeValues(
  inspection: Inspection,
  wanted: ReadonlySet<string>,
): { packages: DescribedPackage[]; jobs: DescribedPackage[] } {
  const { raw, text } = inspection;
  const starts = lineStarts(text);
  const describe = (key: string, value: unknown, layer: Layer): DescribedValue => {
    const entry = layer.get(key);
    const offset = entry?.key?.start ?? entry?.value.start ?? -1;
    const shown = typeof value === 'string' && value !== '' ? value : (JSON.stringify(value) ?? 'null');
    if (offset >= 0) return { key, value: shown, line: position(offset, text, starts).line, origin: '' };
    return { key, value: shown, origin: entry?.origin ?? defaultOrigin(key, layer, inspection.env) };
  };
  const packages = inspection.packages
    .filter(({ name }) => wanted.has(name))
    .map((pkg) => {
      const layer = raw?.packages.get(pkg.name) ?? new Map();
      const values = Object.keys(PACKAGE_FIELDS).map((key) =>
        describe(key, pkg[key as keyof typeof pkg], layer),
      );
      return { title: `package ${pkg.name}`, values };
    });
  const jobs = inspection.jobs.map((job, index) => {
    const rawJob = raw?.jobs[index];
    const fields = rawJob?.fields ?? new Map();
    const values: DescribedValue[] = [];
    for (const key of Object.keys(JOB_FIELDS)) {
      if (key === 'packages' || key === 'job' || key === 'trigger') continue;
      if (fields.has(key)) values.push(describe(key, job[key as keyof typeof job], fields));
    }
    const selected = job.packages.filter(({ name }) => wanted.has(name));
    for (const pkg of selected) {
      const layer = rawJob?.packages.get(pkg.name) ?? new Map();
      const shared = raw?.packages.get(pkg.name);
      for (const key of layer.keys()) {
        if (layer.get(key) === shared?.get(key) || !Object.hasOwn(PACKAGE_FIELDS, key)) continue;
        const value = describe(key, pkg[key as keyof typeof pkg], layer);
        values.push(selected.length === 1 ? value : { ...value, key: `${pkg.name}.${key}` });
      }
    }
    const origin = raw?.hasJobs === false ? ', a default job' : '';
    const names =
      raw?.packages.size === 1 ? '' : `, packages: ${selected.map(({ name }) => name).join(', ')}`;
    return { title: `job ${index + 1}: ${job.job} on ${job.trigger}${names}${origin}`, values, selected };
  });
  return { packages, jobs: jobs.filter(({ selected }) => selected.length > 0) };
}

function defaultOrigin(key: string, layer: Layer, env: Readonly<Record<string, string | undefined>>): string {
  if (key === 'dist_git_base_url' || key === 'dist_git_namespace') {
    if (layer.has('dist_git_base_url')) return 'dist_git_base_url';
    if (layer.has('pkg_tool')) return 'pkg_tool';
    if (env.DISTGIT_URL !== undefined) return 'the variable DISTGIT_URL';
  }
  return 'default';
}
