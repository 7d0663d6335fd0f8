/** A configuration that may say what is built and tested, and nothing about where and with whose rights. Pure. */
import { isDeepStrictEqual } from 'node:util';
import { defaultJob, defaultPackage } from '../../../project/config/index.ts';
import type {
  JobConfig,
  LoadedConfig,
  PackageConfig,
  PackageValues,
  TargetSettings,
} from '../../../project/config/index.ts';
import { FREE_TARGET_SETTINGS, JOB_POWER_KEYS, PACKAGE_POWER_KEYS } from './power.ts';

/** A key of the head's configuration that has no effect. */
export interface Ignored {
  package: string;
  /** Place of the job in the head's configuration, from 0; undefined for a key of the package itself. */
  job: number | undefined;
  key: string;
}

export interface WithoutPower {
  config: LoadedConfig;
  ignored: Ignored[];
}

/**
 * The head's configuration with every powerful key replaced by the target branch's: for each package by those of the package of the
 * same name, for each job by those of the same job, which is the one of the same type, trigger, identifier and
 * package (the first for the first, where there are several). What the target branch does not have gets what a key means that
 * is not written: a new job has no power, not even that of its package, which may be meant for other jobs.
 */
export function withoutPower(head: LoadedConfig, base: LoadedConfig | undefined): WithoutPower {
  const ignored: Ignored[] = [];
  const packages = head.packages.map((pkg) => {
    const own = base?.packages.find(({ name }) => name === pkg.name) ?? defaultPackage();
    const { value, keys } = weakPackage(pkg, own);
    ignored.push(...keys.map((key) => ({ package: pkg.name, job: undefined, key })));
    return value;
  });
  const find = createFinder(base?.jobs ?? []);
  const jobs = head.jobs.map((job, index) => {
    const found = find(job);
    const value: JobConfig = { ...job, packages: [] };
    const own = found.job ?? defaultJob();
    for (const key of JOB_POWER_KEYS) {
      if (!isDeepStrictEqual(job[key], own[key])) ignored.push({ package: namesOf(job), job: index, key });
      Object.assign(value, { [key]: own[key] });
    }
    job.packages.forEach((pkg, at) => {
      const weak = weakPackage(pkg, found.packages[at] ?? defaultPackage());
      value.packages.push(weak.value);
      const shared = head.packages.find(({ name }) => name === pkg.name);
      for (const key of weak.keys) {
        // What it has from the package was told there.
        const told = ignored.some(
          (one) => one.package === pkg.name && one.job === undefined && one.key === key,
        );
        if (told && shared !== undefined && isDeepStrictEqual(shared[key], pkg[key])) continue;
        ignored.push({ package: pkg.name, job: index, key });
      }
    });
    return value;
  });
  return { config: { ...head, packages, jobs }, ignored };
}

function namesOf({ packages }: JobConfig): string {
  return packages.map(({ name }) => name).join(', ');
}

/** What makes a job, for one of its packages, the same job in two configurations. */
function identityOf({ job, trigger }: JobConfig, { name, identifier }: PackageConfig): string {
  return JSON.stringify([job, trigger, name, identifier]);
}

interface Counterpart {
  /** Whose gates hold: only of a job that has all the packages. */
  job: JobConfig | undefined;
  packages: (PackageConfig | undefined)[];
}

/** Finds for one job after the other what it was before; each place is given away once. */
function createFinder(jobs: readonly JobConfig[]): (job: JobConfig) => Counterpart {
  const places = new Map<string, { job: JobConfig; pkg: PackageConfig }[]>();
  for (const job of jobs) {
    for (const pkg of job.packages) {
      const id = identityOf(job, pkg);
      places.set(id, [...(places.get(id) ?? []), { job, pkg }]);
    }
  }
  return (job) => {
    const found = job.packages.map((pkg) => places.get(identityOf(job, pkg))?.shift());
    const [first] = found;
    // Packages that were in different jobs have different gates: then none of them keeps its power.
    const one = first !== undefined && found.every((place) => place?.job === first.job);
    return one
      ? { job: first.job, packages: found.map((place) => place?.pkg) }
      : { job: undefined, packages: found.map(() => undefined) };
  };
}

function weakPackage(
  head: PackageConfig,
  base: PackageConfig,
): { value: PackageConfig; keys: (keyof PackageValues)[] } {
  const value = { ...head };
  const keys: (keyof PackageValues)[] = [];
  for (const key of PACKAGE_POWER_KEYS) {
    if (!isDeepStrictEqual(head[key], base[key])) keys.push(key);
    Object.assign(value, { [key]: base[key] });
  }
  const targets = weakTargets(head.targets, base.targets);
  if (!isDeepStrictEqual(targets, head.targets)) keys.push('targets');
  value.targets = targets;
  return { value, keys };
}

/** The head's names, each with the base's settings but for those that are the test's own. */
export function weakTargets(
  head: Readonly<Record<string, TargetSettings>>,
  base: Readonly<Record<string, TargetSettings>>,
): Record<string, TargetSettings> {
  const settings = (of: TargetSettings | undefined, free: boolean): [string, unknown][] =>
    Object.entries(of ?? {}).filter(([name]) => FREE_TARGET_SETTINGS.has(name) === free);
  return Object.fromEntries(
    Object.entries(head).map(([name, own]) => {
      const before = Object.hasOwn(base, name) ? base[name] : undefined;
      return [name, Object.fromEntries([...settings(before, false), ...settings(own, true)])];
    }),
  );
}
