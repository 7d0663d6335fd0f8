/** Checks of the configuration alone: values the reference accepts and stumbles over when it uses them. */
import { isPackitError, messageOf } from '../../errors.ts';
import { actionCommands, ACTION_NAMES } from '../../project/actions/index.ts';
import { joinPath } from '../../project/config/index.ts';
import type {
  Inspection,
  JobConfig,
  JobTrigger,
  JobType,
  Layer,
  Problems,
} from '../../project/config/index.ts';
import { inTime, isRisky } from '../../project/bounded-regex.ts';
import { pythonRegex } from '../../project/version/index.ts';
import { placeOfJob, placeOfKey } from './places.ts';
import type { Subject, Warn } from './places.ts';

/** Which events start which jobs; others are never acted upon. Source: the documentation of each job type. */
const TRIGGERS: Readonly<Record<JobType, readonly JobTrigger[]>> = {
  propose_downstream: ['release'],
  pull_from_upstream: ['release'],
  sync_from_downstream: ['commit'],
  copr_build: ['pull_request', 'commit', 'release'],
  upstream_koji_build: ['pull_request', 'commit', 'release'],
  koji_build: ['commit', 'koji_build', 'pull_request'],
  tests: ['pull_request', 'commit', 'release'],
  bodhi_update: ['commit', 'koji_build'],
  vm_image_build: ['pull_request'],
  koji_build_tag: ['koji_build'],
};

export interface ValueChecks {
  problems: Problems;
  warn: Warn;
}

export async function checkValues(
  inspection: Inspection,
  subjects: readonly Subject[],
  { problems, warn }: ValueChecks,
): Promise<void> {
  for (const subject of subjects) {
    if (subject.concerns('actions')) checkActions(subject, warn);
    if (subject.concerns(...PATTERN_KEYS)) checkPatterns(subject, warn);
    if (subject.concerns(...Object.keys(TEMPLATE_FIELDS))) checkTemplates(subject, warn);
    if (subject.concerns('dist_git_base_url', 'dist_git_namespace', 'pkg_tool', 'sig'))
      checkDistGit(subject, warn);
    if (subject.concerns('files_to_sync')) checkPaths(subject, warn);
    if (subject.concerns('sources')) await checkSources(subject, problems);
  }
  const earlier = new Set<string>();
  for (const [index, job] of inspection.jobs.entries()) {
    checkTrigger(inspection, index, job, warn);
    const same = signatureOf(inspection, index);
    if (earlier.has(same) && job.trigger !== 'ignore') {
      warn('CONFIG_JOB_REPEATED', 'This job is the same as an earlier one', {
        ...placeOfJob(inspection, index),
        hint: 'Remove it, or give it an identifier if it is to run twice.',
      });
    }
    earlier.add(same);
  }
}

/** What a job says beyond what its packages say: equal for equal jobs. */
function signatureOf({ raw, jobs, reader }: Inspection, index: number): string {
  const { packages, ...own } = jobs[index] ?? {};
  const layers = raw?.jobs[index]?.packages ?? new Map<string, Layer>();
  const changes = (packages ?? []).map(({ name }) => {
    const shared = raw?.packages.get(name);
    const entries = [...(layers.get(name) ?? [])].filter(([key, entry]) => shared?.get(key) !== entry);
    return [name, entries.map(([key, { value }]) => [key, reader.data(value)])];
  });
  return JSON.stringify([own, changes]);
}

function checkActions({ pkg, layer }: Subject, warn: Warn): void {
  const { path, node } = placeOfKey(layer, 'actions');
  for (const name of ACTION_NAMES) {
    try {
      actionCommands(pkg.actions, name);
    } catch (error) {
      const pair =
        node?.kind === 'mapping'
          ? node.pairs.find(([key]) => key.kind === 'scalar' && key.value === name)
          : undefined;
      warn('CONFIG_ACTION', messageOf(error), {
        path: joinPath(path, name),
        node: pair?.[0] ?? node,
        hint: `Write a command or a list of commands; "${name}: []" does nothing in this step.`,
      });
    }
  }
}

const PATTERN_KEYS = [
  'upstream_tag_include',
  'upstream_tag_exclude',
  'prerelease_suffix_pattern',
  'version_update_mask',
] as const;

function checkPatterns({ pkg, layer }: Subject, warn: Warn): void {
  for (const key of PATTERN_KEYS) {
    const pattern = pkg[key];
    if (pattern === null || pattern === '' || !layer.has(key)) continue;
    try {
      if (isSlow(pythonRegex(pattern)))
        warn('CONFIG_PATTERN_SLOW', `${key} takes very long to match some texts`, {
          ...placeOfKey(layer, key),
          hint: 'Write it without repeated groups that fit the same text in several ways: a+ instead of (a+)+.',
        });
    } catch (error) {
      warn('CONFIG_PATTERN', messageOf(error), {
        ...placeOfKey(layer, key),
        hint: 'Correct the regular expression; single quotes keep backslashes as they are.',
      });
    }
  }
}

/** Texts that tell a pattern of exponential time: one that repeats what it repeats, and no match at the end. */
const TRYING = ['1', 'a', '0.', '1.2-', 'v1.', 'rc1', '~', '-', '_', ' '];

function isSlow(regex: RegExp): boolean {
  if (!isRisky(regex.source)) return false;
  const pieces = [...TRYING, ...(regex.source.match(/[A-Za-z0-9]+/g) ?? [])].slice(0, 20);
  try {
    inTime('it', () => {
      for (const piece of pieces) regex.test(`${piece.repeat(Math.ceil(48 / piece.length))}\u0001`);
    });
    return false;
  } catch (error) {
    if (isPackitError(error) && error.code === 'REGEX_TOO_SLOW') return true;
    throw error;
  }
}

const TEMPLATE_FIELDS = {
  upstream_tag_template: ['version', 'upstream_package_name'],
  archive_root_dir_template: ['upstream_pkg_name', 'version'],
} as const;

function checkTemplates({ pkg, layer }: Subject, warn: Warn): void {
  for (const [key, fields] of Object.entries(TEMPLATE_FIELDS)) {
    const template = pkg[key as keyof typeof TEMPLATE_FIELDS];
    for (const [, field = ''] of template.matchAll(/\{([^{}]*)\}/g)) {
      if (fields.some((known) => known === field)) continue;
      warn('CONFIG_TEMPLATE', `${key} has no field {${field}}`, {
        ...placeOfKey(layer, key),
        hint: `Fields: ${fields.map((known) => `{${known}}`).join(', ')}.`,
      });
    }
  }
}

function checkDistGit({ pkg, layer }: Subject, warn: Warn): void {
  const namespace = layer.get('dist_git_namespace');
  if (namespace !== undefined && pkg.dist_git_namespace === null) return;
  if (namespace !== undefined && !layer.has('dist_git_base_url')) {
    warn('CONFIG_NO_EFFECT', 'dist_git_namespace has no effect without dist_git_base_url', {
      ...placeOfKey(layer, 'dist_git_namespace'),
      hint: 'Set dist_git_base_url too, or remove it.',
    });
  }
  if (layer.has('sig') && pkg.sig !== null && pkg.pkg_tool !== 'centpkg-sig') {
    warn('CONFIG_NO_EFFECT', 'sig has no effect without "pkg_tool: centpkg-sig"', {
      ...placeOfKey(layer, 'sig'),
      hint: 'Set pkg_tool, or remove it.',
    });
  }
  if (pkg.pkg_tool === 'centpkg-sig' && pkg.sig === null) {
    warn('CONFIG_SIG_MISSING', 'centpkg-sig needs to know the special interest group', {
      ...placeOfKey(layer, 'pkg_tool'),
      hint: 'Add "sig: NAME", for example "sig: Hyperscale".',
    });
  }
}

/** A path that leaves the repository is refused when files are copied. */
function checkPaths({ pkg, layer }: Subject, warn: Warn): void {
  for (const item of pkg.files_to_sync) {
    for (const path of [...item.src, item.dest]) {
      if (!leaves(path)) continue;
      warn('CONFIG_PATH_OUTSIDE', `files_to_sync leaves the repository: ${path}`, {
        ...placeOfKey(layer, 'files_to_sync'),
        hint: 'Paths are relative to the repository and stay in it.',
      });
    }
  }
}

/** What `packit srpm` refuses to download, whatever it would be. */
async function checkSources({ pkg, layer }: Subject, problems: Problems): Promise<void> {
  const sources = pkg.sources ?? [];
  if (sources.length === 0) return;
  const { sourceProblems } = await import('../../project/sources/index.ts');
  const { path, node } = placeOfKey(layer, 'sources');
  for (const [index, source] of sources.entries()) {
    const item = node?.kind === 'sequence' ? node.items[index] : undefined;
    for (const { key, message, hint } of sourceProblems(source)) {
      problems.error('CONFIG_SOURCE', message, {
        path: `${path}[${index}].${key}`,
        node: item ?? node,
        hint,
      });
    }
  }
}

function leaves(path: string): boolean {
  if (path.startsWith('/')) return true;
  let depth = 0;
  for (const part of path.split('/')) {
    if (part === '..') depth -= 1;
    else if (part !== '' && part !== '.') depth += 1;
    if (depth < 0) return true;
  }
  return false;
}

function checkTrigger(inspection: Inspection, index: number, job: JobConfig, warn: Warn): void {
  const place = placeOfJob(inspection, index);
  const triggers: readonly JobTrigger[] | undefined = TRIGGERS[job.job];
  // One of the two may be missing, which was told already.
  if (
    triggers !== undefined &&
    job.trigger !== undefined &&
    job.trigger !== 'ignore' &&
    !triggers.includes(job.trigger)
  ) {
    warn('CONFIG_JOB_NEVER_RUNS', `A ${job.job} job is never started by ${job.trigger}`, {
      ...place,
      hint: `Triggers of ${job.job}: ${triggers.join(', ')}; "ignore" for a template.`,
    });
  }
  for (const pkg of job.packages) {
    const { present, absent } = pkg.require.label;
    const both = present.filter((label) => absent.includes(label));
    if (both.length > 0) {
      warn('CONFIG_JOB_NEVER_RUNS', `This job wants the label ${both.join(', ')} both present and absent`, {
        ...place,
        hint: 'Remove it from require.label.present or require.label.absent.',
      });
    }
    if (pkg.packit_instances.length === 0) {
      warn('CONFIG_JOB_NEVER_RUNS', 'packit_instances is empty: no service runs this job', {
        ...place,
        hint: 'Write [prod], or remove the key.',
      });
    }
  }
}
