/** Checks that need git, rpm or a service; each is given the question as a function and is left out without it. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { isPackitError } from '../../errors.ts';
import { nearest } from '../../project/config/index.ts';
import type { DistGitBranches, Inspection, Problems } from '../../project/config/index.ts';
import { expandAliases, knownDistros } from '../../project/distro-aliases/index.ts';
import type { Aliases } from '../../project/distro-aliases/index.ts';
import { filterTags, versionFromTag } from '../../project/version/index.ts';
import { specfileOf } from './check-files.ts';
import { placeOfJob, placeOfKey } from './places.ts';
import type { Subject, Warn } from './places.ts';

export interface SpecProblem {
  line?: number;
  message: string;
}

export interface Monitoring {
  /** The package is known to release monitoring. */
  mapped: boolean;
  /** Releases are watched; undefined if that could not be found out. */
  monitored: boolean | undefined;
  scratchBuild: boolean;
}

/** Questions to the rest of the world. What is absent is not checked; undefined is "could not be found out". */
export interface WorldQuestions {
  /** The repository's tags, newest first. */
  tags?: () => Promise<readonly string[] | undefined>;
  /** What is wrong with a spec file. */
  specProblems?: (spec: Uint8Array, path: string) => Promise<readonly SpecProblem[]>;
  aliases?: () => Promise<Aliases | undefined>;
  /** Whether the package is in dist-git. */
  packageExists?: (name: string) => Promise<boolean | undefined>;
  monitoring?: (name: string) => Promise<Monitoring | undefined>;
}

export interface WorldChecks {
  inspection: Inspection;
  directory: string;
  subjects: readonly Subject[];
  questions: WorldQuestions;
  problems: Problems;
  warn: Warn;
}

export async function checkWorld(checks: WorldChecks): Promise<void> {
  await Promise.all([checkTags(checks), checkSpecs(checks), checkNames(checks), checkServices(checks)]);
}

async function checkTags({ questions, subjects, problems, warn }: WorldChecks): Promise<void> {
  const tags = await questions.tags?.();
  if (tags === undefined || tags.length === 0) return;
  for (const { pkg, layer, concerns } of subjects) {
    if (!concerns('upstream_tag_template', 'upstream_tag_include', 'upstream_tag_exclude', 'actions'))
      continue;
    if (Object.hasOwn(pkg.actions, 'get-current-version')) continue;
    const place = placeOfKey(layer, 'upstream_tag_template');
    try {
      const passing = filterTags(tags, pkg);
      if (passing.length === 0) {
        warn(
          'CONFIG_NO_TAG',
          `None of ${tags.length} tags passes upstream_tag_include and upstream_tag_exclude`,
          {
            ...placeOfKey(
              layer,
              layer.has('upstream_tag_include') ? 'upstream_tag_include' : 'upstream_tag_exclude',
            ),
            hint: `The newest tag is ${tags[0] ?? ''}.`,
          },
        );
      } else if (!passing.some((tag) => versionFromTag(tag, pkg) !== undefined)) {
        const example = passing[0] ?? '';
        warn('CONFIG_NO_TAG', `No tag fits upstream_tag_template "${pkg.upstream_tag_template}"`, {
          ...place,
          hint: `The newest tag is ${example}${suggestTemplate(example)}.`,
        });
      }
    } catch (error) {
      if (isPackitError(error) && error.code === 'REGEX_TOO_SLOW') {
        const key = layer.has('upstream_tag_include') ? 'upstream_tag_include' : 'upstream_tag_exclude';
        problems.error('CONFIG_PATTERN', error.message, {
          ...placeOfKey(layer, key),
          ...(error.hint === undefined ? {} : { hint: error.hint }),
        });
      }
      // A template without {version} names one tag for all versions; a bad pattern has been told already.
    }
  }
}

function suggestTemplate(tag: string): string {
  const match = /^(.*?)(\d+(?:\.\d+)+)$/.exec(tag);
  return match === null ? '' : `: write upstream_tag_template: "${match[1] ?? ''}{version}"`;
}

async function checkSpecs({ questions, subjects, directory, warn }: WorldChecks): Promise<void> {
  const ask = questions.specProblems;
  if (ask === undefined) return;
  const files = new Map<string, Subject>();
  for (const subject of subjects) {
    const file = specfileOf(subject.pkg, directory);
    if (file !== undefined && !files.has(file)) files.set(file, subject);
  }
  const inTurn = pLimit(availableParallelism());
  const found = await inTurn.map(files, async ([file, subject]) => {
    const [problem] = await ask(readFileSync(file), file);
    return { subject, problem };
  });
  for (const { subject, problem } of found) {
    if (problem === undefined) continue;
    const { pkg, layer } = subject;
    const line = problem.line === undefined ? '' : `:${problem.line}`;
    warn(
      'CONFIG_SPEC_INVALID',
      `The spec file does not parse: ${pkg.specfile_path ?? ''}${line}: ${problem.message}`,
      {
        ...placeOfKey(layer, 'specfile_path'),
        hint: 'Correct the spec file. One that is a template is parsed only after the actions have filled it in.',
      },
    );
  }
}

/** Targets and branches of distributions that are gone, and names that are no distribution. */
async function checkNames({ inspection, questions, subjects, warn }: WorldChecks): Promise<void> {
  const aliases = await questions.aliases?.();
  if (aliases === undefined) return;
  const known = new Set(Object.keys(aliases));
  for (const { namever, branch } of knownDistros(aliases)) known.add(namever).add(branch);
  for (const { pkg, layer, jobIndex } of subjects) {
    const job = jobIndex === undefined ? undefined : inspection.jobs[jobIndex];
    for (const target of Object.keys(pkg.targets)) {
      const name = target.replace(/-(?:aarch64|armhfp|i386|i686|ppc64le|s390x|x86_64|riscv64)$/, '');
      const problem = nameProblem(name, aliases, known, /^(?:fedora|epel)-?/);
      if (problem === undefined) continue;
      warn('CONFIG_TARGET_UNKNOWN', `The target ${target} ${problem.message}`, {
        ...placeOfKey(layer, 'targets'),
        hint: problem.hint,
      });
    }
    if (
      job === undefined ||
      !['propose_downstream', 'pull_from_upstream', 'koji_build', 'bodhi_update'].includes(job.job)
    )
      continue;
    for (const branch of branchNames(pkg.dist_git_branches)) {
      const problem = nameProblem(branch, aliases, known, /^(?:fedora-|epel-?|f\d|el\d)/);
      if (problem === undefined) continue;
      warn('CONFIG_BRANCH_UNKNOWN', `The branch ${branch} ${problem.message}`, {
        ...placeOfKey(layer, 'dist_git_branches'),
        hint: problem.hint,
      });
    }
  }
}

function branchNames(branches: DistGitBranches): string[] {
  return Array.isArray(branches) ? branches : Object.keys(branches);
}

/** Names of Fedora and EPEL only: what else there is we do not know. */
function nameProblem(
  name: string,
  aliases: Aliases,
  known: ReadonlySet<string>,
  ours: RegExp,
): { message: string; hint: string } | undefined {
  if (!ours.test(name) || known.has(name)) return undefined;
  const [first] = expandAliases(aliases, [name], { fallback: null });
  if (first !== undefined && typeof first !== 'string') return undefined;
  // The EPEL of an alias without its minor version, and names that only a chroot has.
  if (
    /^epel-?(?:\d+)(?:\.\d+)?$/.test(name) &&
    Object.keys(aliases).includes(name.replace(/^epel-?/, 'epel-'))
  )
    return undefined;
  if (/^(?:fedora-\d+|f\d+|epel-?\d+|el\d+)$/.test(name)) {
    return {
      message: 'is not of an active release',
      hint: `Write an alias such as ${/^(?:fedora|f)/.test(name) ? 'fedora-all' : 'epel-all'}, which follows the releases.`,
    };
  }
  const similar = nearest(name, known);
  return {
    message: 'does not exist',
    hint:
      similar === undefined
        ? 'See the documentation for the aliases there are.'
        : `Did you mean "${similar}"?`,
  };
}

async function checkServices({ inspection, questions, subjects, warn }: WorldChecks): Promise<void> {
  const pulled = new Set(
    inspection.jobs.flatMap((job) =>
      job.job === 'pull_from_upstream' ? job.packages.map((pkg) => pkg.name) : [],
    ),
  );
  const packages = subjects.filter(({ jobIndex }) => jobIndex === undefined);
  await Promise.all(
    packages.map(async ({ pkg, layer }) => {
      const name = pkg.downstream_package_name;
      if (name === null) return;
      const place = placeOfKey(layer, 'downstream_package_name');
      if ((await questions.packageExists?.(name)) === false) {
        warn('CONFIG_PACKAGE_UNKNOWN', `The package ${name} is not in dist-git`, {
          ...place,
          hint: 'Correct downstream_package_name; a new package goes through a package review first.',
        });
      }
      if (!pulled.has(pkg.name)) return;
      const monitoring = await questions.monitoring?.(name);
      if (monitoring === undefined) return;
      const index = inspection.jobs.findIndex((job) => job.job === 'pull_from_upstream');
      const job = placeOfJob(inspection, index);
      if (!monitoring.mapped) {
        warn('CONFIG_NOT_MAPPED', `release-monitoring.org has no mapping for the Fedora package ${name}`, {
          ...job,
          hint: 'Create one at https://release-monitoring.org/, otherwise pull_from_upstream is never started.',
        });
      }
      if (monitoring.monitored === false) {
        warn(
          'CONFIG_NOT_MONITORED',
          `Release monitoring of ${name} is switched off, or could not be found out`,
          {
            ...job,
            hint: `Add a monitoring.toml to dist-git, or set "Monitoring status" at https://src.fedoraproject.org/rpms/${name}, otherwise pull_from_upstream is never started.`,
          },
        );
      } else if (monitoring.scratchBuild) {
        warn('CONFIG_SCRATCH_BUILDS', `Release monitoring of ${name} makes scratch builds too`, {
          ...job,
          hint: `Switch them off in monitoring.toml or at https://src.fedoraproject.org/rpms/${name}: pull_from_upstream builds already.`,
        });
      }
    }),
  );
}
