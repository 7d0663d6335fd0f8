/** The filters of a job: branch, labels, manual trigger, instance, tags. Each says in a sentence why it holds a job back. */
import type { JobType, PackageConfig } from '../../../project/config/index.ts';
import { pythonRegex } from '../../../project/version/index.ts';
import type { CiEvent } from '../event/index.ts';
import type { JobView } from './views.ts';

export interface FilterOptions {
  /** `prod`, `stg`: one of the job's `packit_instances`. */
  instance: string;
  /** Of the event's project: what a `commit` job without `branch` is for. */
  defaultBranch: string;
  /** What narrows the run on the command line. Empty: everything. */
  jobs?: readonly string[];
  packages?: readonly string[];
  identifiers?: readonly string[];
}

/** @throws PackitError `REGEX_INVALID`, `REGEX_TOO_SLOW` for what is no expression in the configuration */
export function whyFiltered(view: JobView, event: CiEvent, options: FilterOptions): string | undefined {
  return (
    byCommandLine(view, options) ??
    byInstance(view, options) ??
    byManualTrigger(view, event) ??
    byBranch(view, event, options) ??
    byTag(view, event) ??
    bySideTag(view, event) ??
    bySpec(view, event) ??
    byLabels(view, event) ??
    byCommand(view, event) ??
    byRerun(view, event)
  );
}

function byCommandLine({ job, pkg, identifier }: JobView, options: FilterOptions): string | undefined {
  const { jobs = [], packages = [], identifiers = [] } = options;
  if (jobs.length > 0 && !jobs.includes(job.job)) return 'another --job was asked for';
  if (packages.length > 0 && !packages.includes(pkg.name)) return 'another --package was asked for';
  if (identifiers.length > 0 && !identifiers.includes(identifier ?? ''))
    return 'another --identifier was asked for';
  return undefined;
}

function byInstance({ pkg }: JobView, { instance }: FilterOptions): string | undefined {
  if (pkg.packit_instances.includes(instance)) return undefined;
  return `packit_instances is ${pkg.packit_instances.join(', ') || 'empty'}; this is ${instance}`;
}

function byManualTrigger({ job }: JobView, event: CiEvent): string | undefined {
  if (!job.manual_trigger || event.kind === 'comment' || event.kind === 'rerun') return undefined;
  // The other messages are results of what was begun by hand.
  if (event.message !== undefined && event.message.of !== 'new-release') return undefined;
  return 'manual_trigger is set: it starts by a comment';
}

function byBranch(
  { job, pkg }: JobView,
  event: CiEvent,
  { defaultBranch }: FilterOptions,
): string | undefined {
  // In dist-git every branch is a release of its own: dist_git_branches says which are meant.
  if (DIST_GIT_JOBS.includes(job.job) && pkg.branch === null) return undefined;
  if (job.trigger === 'commit' && event.trigger === 'commit') {
    const pattern = pkg.branch ?? escaped(defaultBranch);
    const branch = event.branch ?? defaultBranch;
    if (matches(pattern, branch, 'branch')) return undefined;
    return pkg.branch === null
      ? `it is for the default branch ${defaultBranch}; this is ${branch}`
      : `its branch "${pkg.branch}" does not match ${branch}`;
  }
  if (job.trigger === 'pull_request' && event.trigger === 'pull_request' && pkg.branch !== null) {
    const target = event.pullRequest?.targetBranch ?? '';
    return matches(pkg.branch, target, 'branch')
      ? undefined
      : `its branch "${pkg.branch}" does not match the target branch ${target}`;
  }
  return undefined;
}

const DIST_GIT_JOBS: readonly JobType[] = ['koji_build', 'bodhi_update', 'sync_from_downstream'];

/** Builds of a group are made, and updated, in its side tag; all others outside. */
function bySideTag({ job }: JobView, { message, comment }: CiEvent): string | undefined {
  const grouped = job.sidetag_group !== null;
  if (message?.of === 'koji-build' && grouped)
    return `it waits for the builds of sidetag_group ${job.sidetag_group ?? ''}`;
  const needsGroup = message?.of === 'koji-tag' || comment?.command.name === 'koji-tag';
  return needsGroup && !grouped ? 'it has no sidetag_group' : undefined;
}

/** A push that changes no spec needs no build. One without any file is a rebuild that somebody asked for. */
function bySpec({ job }: JobView, { kind, changedFiles }: CiEvent): string | undefined {
  if (kind !== 'commit' || (job.job !== 'koji_build' && job.job !== 'sync_from_downstream')) return undefined;
  if (changedFiles === undefined || changedFiles.length === 0) return undefined;
  return changedFiles.some((file) => file.endsWith('.spec')) ? undefined : 'the push changes no spec file';
}

function byTag({ job, pkg }: JobView, event: CiEvent): string | undefined {
  if (event.message?.of === 'new-release') {
    const { versions } = event.message;
    return versionsWanted(pkg, versions).length > 0
      ? undefined
      : `upstream_tag_include or upstream_tag_exclude leaves out ${versions.join(', ')}`;
  }
  if (event.tag === undefined || job.job !== 'propose_downstream') return undefined;
  const { upstream_tag_include: include, upstream_tag_exclude: exclude } = pkg;
  if (include !== '' && !matches(include, event.tag, 'upstream_tag_include')) {
    return `upstream_tag_include "${include}" does not match the tag ${event.tag}`;
  }
  if (exclude !== '' && matches(exclude, event.tag, 'upstream_tag_exclude')) {
    return `upstream_tag_exclude "${exclude}" matches the tag ${event.tag}`;
  }
  return undefined;
}

function byLabels({ pkg }: JobView, event: CiEvent): string | undefined {
  const { present, absent } = pkg.require.label;
  if (event.pullRequest === undefined) return undefined;
  const { labels } = event.pullRequest;
  if (event.label !== undefined && !present.includes(event.label)) {
    return `the label ${event.label} that was added is not one it requires`;
  }
  if (present.length > 0 && !present.some((label) => labels.includes(label))) {
    return `it requires one of the labels ${present.join(', ')}`;
  }
  const unwanted = absent.find((label) => labels.includes(label));
  return unwanted === undefined ? undefined : `the label ${unwanted} keeps it from running`;
}

/** What a comment narrows: packages, identifier and labels of tests. */
function byCommand({ job, pkg, identifier }: JobView, { comment }: CiEvent): string | undefined {
  if (comment === undefined) return undefined;
  const { command } = comment;
  if (command.packages.length > 0 && !command.packages.includes(pkg.name))
    return 'the comment names another package';
  if (job.job !== 'tests') return undefined;
  const wanted =
    command.identifier ??
    (command.labels === undefined ? (pkg.test_command.default_identifier ?? undefined) : undefined);
  if (wanted !== undefined && wanted !== identifier) return `the comment is for the tests "${wanted}"`;
  const labels =
    command.labels ?? (command.identifier === undefined ? (pkg.test_command.default_labels ?? []) : []);
  if (labels.length > 0 && !labels.some((label) => job.labels?.includes(label) === true)) {
    return `the comment is for tests labelled ${labels.join(', ')}`;
  }
  return undefined;
}

/** The check that is to run again ends in the identifier of its job. */
function byRerun({ identifier }: JobView, { rerun }: CiEvent): string | undefined {
  if (rerun?.status === undefined || identifier === undefined) return undefined;
  return rerun.status.endsWith(`:${identifier}`) ? undefined : `the check ${rerun.status} is another job's`;
}

/** The announced versions whose tags the job is for. @throws PackitError `REGEX_INVALID`, `REGEX_TOO_SLOW` */
export function versionsWanted(
  { upstream_tag_template: template, upstream_tag_include: include, upstream_tag_exclude: exclude }: TagRules,
  versions: readonly string[],
): string[] {
  return versions.filter((version) => {
    const tag = template.replaceAll('{version}', version);
    if (include !== '' && !matches(include, tag, 'upstream_tag_include')) return false;
    return exclude === '' || !matches(exclude, tag, 'upstream_tag_exclude');
  });
}

type TagRules = Pick<
  PackageConfig,
  'upstream_tag_template' | 'upstream_tag_include' | 'upstream_tag_exclude'
>;

/** As Python's `re.match`: from the start, not to the end. */
function matches(pattern: string, text: string, name: string): boolean {
  return pythonRegex(pattern, { name }).test(text);
}

/** The default branch is a name, not an expression; the service takes it as one, so that `main` also fits `main-2`. */
function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
