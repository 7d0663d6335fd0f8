/** Layers of nodes to values: every key checked, every default filled in. */
import type { RawConfig, RawJob } from './assemble.ts';
import type { Layer, Located } from './layer.ts';
import { distGitInstance, FEDORA } from './dist-git-instance.ts';
import { REFERENCE_VERSION, JOB_FIELDS, PACKAGE_FIELDS, REMOVED_KEYS } from './schema.ts';
import { didYouMean } from './suggest.ts';
import type { Field } from './schema.ts';
import type { JobConfig, JobValues, PackageConfig, PackageValues } from './types.ts';
import { INVALID } from './value-context.ts';
import type { Converted, ValueContext } from './value-context.ts';
import { fieldValue } from './values.ts';

export interface Built {
  packages: PackageConfig[];
  jobs: JobConfig[];
}

/**
 * What is built is worth something only if no error was reported.
 * @param needSpecfile a job that works on a spec file has to have one
 */
export function build(
  raw: RawConfig,
  env: Readonly<Record<string, string | undefined>>,
  context: ValueContext,
  needSpecfile: boolean,
): Built {
  const builder = new Builder(env, context, needSpecfile);
  const packages = [...raw.packages].map(([name, layer]) => builder.package(name, layer));
  const jobs = raw.jobs.map((job) => builder.job(job));
  return { packages, jobs };
}

/** Remembers what it has converted: packages and jobs share most of their values. */
class Builder {
  private readonly env: Readonly<Record<string, string | undefined>>;
  private readonly needSpecfile: boolean;
  private readonly strict: ValueContext;
  private readonly lenient: ValueContext;
  private readonly done = new Map<Located, Converted>();
  private readonly doneInJob = new Map<Located, Converted>();
  private readonly withoutSpec = new Set<string>();
  private readonly built = new Map<string, { layer: Layer; pkg: PackageConfig }>();

  constructor(
    env: Readonly<Record<string, string | undefined>>,
    context: ValueContext,
    needSpecfile: boolean,
  ) {
    this.env = env;
    this.needSpecfile = needSpecfile;
    this.strict = { ...context, textIsList: false };
    this.lenient = { ...context, textIsList: true };
  }

  package(name: string, layer: Layer): PackageConfig {
    const pkg: PackageConfig = { ...DEFAULTS, name };
    this.apply(pkg, layer, layer, false);
    this.built.set(name, { layer, pkg });
    return pkg;
  }

  /** A package in a job: what the job does not change is taken over as it is. */
  private packageInJob(name: string, layer: Layer): PackageConfig {
    const base = this.built.get(name);
    if (base === undefined) return this.package(name, layer);
    const changes: Layer = new Map();
    for (const [key, entry] of layer) {
      // One text is a list in jobs, also where it comes from the package.
      if (entry !== base.layer.get(key) || TEXT_OR_LIST.has(key)) changes.set(key, entry);
    }
    const pkg = { ...base.pkg };
    this.apply(pkg, changes, layer, true);
    return pkg;
  }

  /** Sets the keys of `changes`; `layer` is all the package has. */
  private apply(pkg: PackageConfig, changes: Layer, layer: Layer, inJob: boolean): void {
    const values = pkg as unknown as Record<string, unknown>;
    for (const [key, entry] of changes) {
      const field = Object.hasOwn(PACKAGE_FIELDS, key)
        ? PACKAGE_FIELDS[key as keyof PackageValues]
        : undefined;
      if (field === undefined) {
        this.unknown(key, entry, layer);
        continue;
      }
      const value = this.value(key, field, entry, inJob);
      const valid = value === INVALID ? field.default : value;
      values[key] = field.type.kind === 'object' ? withDefaults(field, valid) : valid;
    }
    const spec = changes.get('specfile_path');
    if (spec !== undefined && this.done.get(spec) === INVALID) this.withoutSpec.add(pkg.name);
    if (!inJob || DIST_GIT_KEYS.some((key) => changes.has(key))) this.setDistGit(pkg, layer);
  }

  private setDistGit(pkg: PackageConfig, layer: Layer): void {
    const baseUrl = layer.get('dist_git_base_url');
    const pkgTool = layer.get('pkg_tool');
    const keys = {
      dist_git_base_url: this.text(baseUrl),
      dist_git_namespace: this.text(layer.get('dist_git_namespace')),
    };
    const instance = distGitInstance({ ...keys, pkg_tool: pkg.pkg_tool, sig: pkg.sig }, this.env, {
      problems: this.strict.problems,
      path: baseUrl?.path ?? pkgTool?.path ?? '',
      baseUrl: baseUrl?.value,
      pkgTool: pkgTool?.value,
    });
    pkg.dist_git_base_url = instance.url;
    pkg.dist_git_namespace = instance.namespace;
  }

  private text(entry: Located | undefined): string | null {
    const value = entry === undefined ? null : this.done.get(entry);
    return typeof value === 'string' ? value : null;
  }

  job(raw: RawJob): JobConfig {
    const { problems } = this.strict;
    const before = problems.list.length;
    const values: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(JOB_FIELDS)) {
      if (key === 'packages') continue;
      const entry = raw.fields.get(key);
      if (entry !== undefined) {
        const value = this.value(key, field, entry, true);
        values[key] = value === INVALID ? field.default : value;
        continue;
      }
      values[key] = field.default;
      if (field.required !== true) continue;
      const allowed = field.type.kind === 'enum' ? field.type.values.join(', ') : '';
      problems.error('CONFIG_MISSING_KEY', `This job has no "${key}"`, {
        path: raw.path,
        node: raw.node,
        hint: `Add "${key}:" with one of ${allowed}.`,
      });
    }
    const job = values as unknown as JobValues;
    const packages = [...raw.packages].map(([name, layer]) => this.packageInJob(name, layer));
    const valid = problems.list.slice(before).every((problem) => problem.severity !== 'error');
    if (valid) this.checkSpecfile(raw, job, packages);
    if (job.package !== null && job.package !== '' && !raw.packages.has(job.package)) {
      problems.error('CONFIG_UNKNOWN_PACKAGE', `There is no package "${job.package}" in this job`, {
        path: `${raw.path}.package`,
        node: raw.fields.get('package')?.value,
        hint: didYouMean(job.package, [...raw.packages.keys()]),
      });
    }
    return { ...job, packages };
  }

  private checkSpecfile(raw: RawJob, job: JobValues, packages: readonly PackageConfig[]): void {
    if (!this.needSpecfile || (job.job === 'tests' && job.skip_build)) return;
    for (const pkg of packages) {
      if ((pkg.specfile_path !== null && pkg.specfile_path !== '') || this.withoutSpec.has(pkg.name))
        continue;
      this.withoutSpec.add(pkg.name);
      this.strict.problems.error(
        'CONFIG_NO_SPECFILE',
        `No spec file for the package "${pkg.name}", which this job needs`,
        {
          path: raw.path,
          node: raw.node,
          hint: 'Set specfile_path: "specfile_path: path/to/package.spec".',
        },
      );
    }
  }

  private value(key: string, field: Field, entry: Located, inJob: boolean): Converted {
    const mayBeText = inJob && TEXT_OR_LIST.has(key);
    const done = mayBeText ? this.doneInJob : this.done;
    if (done.has(entry)) return done.get(entry);
    const value = fieldValue(field, entry.value, entry.path, mayBeText ? this.lenient : this.strict);
    done.set(entry, value);
    return value;
  }

  private unknown(key: string, entry: Located, layer: Layer): void {
    if (this.done.has(entry)) return;
    this.done.set(entry, INVALID);
    const { problems } = this.strict;
    const removed = Object.hasOwn(REMOVED_KEYS, key) ? REMOVED_KEYS[key] : undefined;
    const details = { path: entry.path, node: entry.key ?? entry.value };
    if (removed !== undefined) {
      const fix = removedKeyFix(key, entry, layer);
      problems.error('CONFIG_REMOVED_KEY', `The key "${key}" is no longer accepted`, {
        ...details,
        hint: fix === undefined ? removed.hint : `${removed.hint} \`packit config validate --fix\` does it.`,
        ...(fix === undefined ? {} : { fix }),
      });
      return;
    }
    const inJob = /^jobs\[\d+\]\.[^.]+$/.test(entry.path);
    if (!inJob && (key === 'metadata' || (Object.hasOwn(JOB_FIELDS, key) && key !== 'packages'))) {
      problems.error('CONFIG_UNKNOWN_KEY', `The key "${key}" belongs into a job`, {
        ...details,
        hint: 'Move it into an entry of "jobs".',
      });
      return;
    }
    const known = [...Object.keys(PACKAGE_FIELDS), ...(inJob ? Object.keys(JOB_FIELDS) : [])];
    if (!entry.path.includes('.') && !inJob) known.push('packages', 'jobs');
    problems.error('CONFIG_UNKNOWN_KEY', `Unknown key "${key}"`, {
      ...details,
      hint: didYouMean(key, known) ?? newerKeyHint(),
    });
  }
}

/** A key may be one that a later Packit knows. */
function newerKeyHint(): string {
  return `\`packit config schema\` lists every key of Packit ${REFERENCE_VERSION}; if a newer Packit has this one, update packit.`;
}

const TEXT_OR_LIST: ReadonlySet<string> = new Set(['targets', 'dist_git_branches']);
const DIST_GIT_KEYS = ['dist_git_base_url', 'dist_git_namespace', 'pkg_tool', 'sig'] as const;

function withDefaults(field: Field, value: unknown): unknown {
  if (field.type.kind !== 'object') return value === undefined ? field.default : value;
  const given: Record<string, unknown> = typeof value === 'object' && value !== null ? { ...value } : {};
  for (const [key, inner] of Object.entries(field.type.fields)) given[key] = withDefaults(inner, given[key]);
  return given;
}

/**
 * A package of which nothing is said. Made by JSON because V8 copies such an object quickly, and one that grew key by key
 * slowly: a monorepo has hundreds of packages in its jobs.
 */
const DEFAULTS = JSON.parse(
  JSON.stringify({
    name: '',
    ...Object.fromEntries(
      Object.entries(PACKAGE_FIELDS).map(([key, field]) => [key, withDefaults(field, field.default)]),
    ),
  }),
) as PackageConfig;

/** A package of which nothing is said, in Fedora's dist-git. */
export function defaultPackage(): PackageConfig {
  return { ...DEFAULTS, dist_git_base_url: FEDORA.url, dist_git_namespace: FEDORA.namespace };
}

/** The keys that only a job has, of one that says nothing but its type and trigger. */
export function defaultJob(): Omit<JobValues, 'job' | 'trigger'> {
  const values = Object.entries(JOB_FIELDS).map(([key, field]) => [key, field.default]);
  return Object.fromEntries(values) as Omit<JobValues, 'job' | 'trigger'>;
}

function removedKeyFix(key: string, entry: Located, layer: Layer) {
  const removed = REMOVED_KEYS[key];
  if (removed === undefined || entry.key === undefined || entry.key.start < 0) return undefined;
  if (removed.replacement !== undefined) {
    const taken = layer.get(removed.replacement);
    if (taken?.parent === entry.parent)
      return { kind: 'remove-key', key: entry.key, value: entry.value } as const;
    return { kind: 'rename-key', key: entry.key, to: removed.replacement } as const;
  }
  if (removed.action !== undefined) {
    const actions = layer.get('actions');
    const here = actions !== undefined && actions.parent === entry.parent ? actions.value : undefined;
    const { action } = removed;
    return { kind: 'to-action', key: entry.key, value: entry.value, action, actions: here } as const;
  }
  return key === 'dist_git_url' || key === 'checks'
    ? ({ kind: 'remove-key', key: entry.key, value: entry.value } as const)
    : undefined;
}
