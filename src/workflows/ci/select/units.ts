/** From selected jobs to units: one for each status that will be reported. Pure; names of targets are resolved by the functions given. */
import { createHash } from 'node:crypto';
import type { JobType, PackageConfig, TargetSettings } from '../../../project/config/index.ts';
import { projectPath } from '../../../remote/forge/index.ts';
import type { CiEvent, EventMessage } from '../event/index.ts';
import { testTargets } from './composes.ts';
import { coprProjectName, statusName } from './names.ts';
import type { StatusKind } from './names.ts';
import type { JobView } from './views.ts';

export interface Unit {
  /** The same for the same event, job, package and target, whoever asks and however often: what makes a second run find the first. */
  key: string;
  kind: StatusKind;
  /** Place of its job in the configuration, from 0. */
  index: number;
  package: string;
  identifier: string | undefined;
  /** A chroot, a system to test on, a branch; undefined for an SRPM. */
  target: string | undefined;
  /** Name of its status. */
  status: string;
  /** Chroot whose build it needs. */
  chroot?: string;
  /** Key of the unit that has to succeed first. */
  needs?: string;
  /** The Copr project it is built in, unless the job names another owner. */
  copr?: { owner: string | undefined; project: string };
  /** It cannot be done, and why: reported at once, so that its status does not stay open. */
  problem?: string;
}

export interface Expand {
  /** Chroots of names and aliases; `fedora-stable` for none. */
  chroots(names: readonly string[]): string[];
  /** Branches of dist-git. */
  branches(names: readonly string[]): string[];
  /** Build targets of Koji. */
  kojiTargets(names: readonly string[]): string[];
}

/** @param views those of all selected jobs, in the configuration's order */
export function unitsOf(views: readonly JobView[], event: CiEvent, expand: Expand): Unit[] {
  const builds = views
    .filter(({ job }) => job.job === 'copr_build')
    .map((view) => buildUnits(view, event, expand));
  const units: Unit[] = builds.flatMap(({ units: own }) => own);
  for (const view of views) {
    const { job } = view.job;
    if (job === 'copr_build') continue;
    units.push(
      ...(job === 'tests' ? testUnits(view, event, expand, builds) : otherUnits(view, event, expand, job)),
    );
  }
  return withoutDoubles(units);
}

interface BuildOfView {
  view: JobView;
  targets: Readonly<Record<string, TargetSettings>>;
  units: Unit[];
}

function buildUnits(view: JobView, event: CiEvent, expand: Expand): BuildOfView {
  const { pkg, several } = view;
  const copr = {
    owner: pkg.owner ?? undefined,
    project: pkg.project ?? coprProjectName(event, pkg, several),
  };
  const srpm = { ...unit(view, event, 'srpm', undefined), copr };
  const chroots = expand.chroots(Object.keys(pkg.targets));
  const rpms = chroots.map((chroot) => ({
    ...unit(view, event, 'copr_build', chroot),
    chroot,
    needs: srpm.key,
    copr,
  }));
  return { view, targets: pkg.targets, units: [srpm, ...rpms] };
}

function testUnits(view: JobView, event: CiEvent, expand: Expand, builds: readonly BuildOfView[]): Unit[] {
  const { pkg, job } = view;
  const own = builds.filter(({ view: { pkg: built } }) => built.name === pkg.name);
  // With several builds, the one of the same identifier is meant, else the first.
  const build = own.find(({ view: { identifier } }) => identifier === view.identifier) ?? own[0];
  const names = Object.keys(pkg.targets);
  const inherited =
    names.length === 0 && !job.skip_build && build !== undefined ? Object.keys(build.targets) : names;
  return expand.chroots(inherited).flatMap((chroot) => {
    const needed = job.skip_build
      ? undefined
      : own.flatMap(({ units }) => units).find((one) => one.chroot === chroot);
    const settings = settingsFor(chroot, pkg, expand);
    return testTargets(chroot, settings).map((target): Unit => {
      const base = { ...unit(view, event, 'tests', target), chroot };
      if (job.skip_build) return base;
      if (needed !== undefined) return { ...base, needs: needed.key };
      return { ...base, problem: `No build for ${chroot}: add it to the targets of the copr_build job` };
    });
  });
}

/** The settings of the name in `targets` that stands for this chroot. */
function settingsFor(chroot: string, pkg: PackageConfig, expand: Expand): TargetSettings | undefined {
  const direct = pkg.targets[chroot];
  if (direct !== undefined) return direct;
  return Object.entries(pkg.targets).find(([name]) => expand.chroots([name]).includes(chroot))?.[1];
}

function otherUnits(view: JobView, event: CiEvent, expand: Expand, job: JobType): Unit[] {
  const { pkg } = view;
  if (job === 'upstream_koji_build') {
    return expand.kojiTargets(Object.keys(pkg.targets)).map((target) => {
      const made = unit(view, event, job, target);
      return pkg.scratch ? made : { ...made, problem: 'Non-scratch builds not possible from upstream.' };
    });
  }
  if (BRANCH_JOBS.includes(job)) {
    const kind = event.comment?.command.name === 'koji-tag' ? 'koji_build_tag' : job;
    return branchesOf(view, event, expand).map((branch) => unit(view, event, kind, branch));
  }
  if (job === 'sync_from_downstream') return [unit(view, event, job, event.branch)];
  if (job === 'vm_image_build') return [unit(view, event, job, pkg.copr_chroot ?? undefined)];
  return [];
}

const BRANCH_JOBS: readonly JobType[] = [
  'propose_downstream',
  'pull_from_upstream',
  'koji_build',
  'bodhi_update',
];

/** The branches a job of dist-git is for, as far as the event is about them. */
function branchesOf({ pkg, job }: JobView, event: CiEvent, expand: Expand): string[] {
  const configured = Array.isArray(pkg.dist_git_branches)
    ? pkg.dist_git_branches
    : Object.keys(pkg.dist_git_branches);
  // Rawhide's updates make themselves.
  const names = configured.length === 0 && job.job === 'bodhi_update' ? ['fedora-stable'] : configured;
  const branches = expand.branches(names);
  const { comment, message, pullRequest } = event;
  const all = job.job === 'propose_downstream' || job.job === 'pull_from_upstream';
  if (all || comment?.command.allBranches === true) return branches;
  if (message?.of === 'koji-tag') {
    const [, release = ''] = /^(.+?)-build-side-/.exec(message.tag) ?? [];
    const own = branches.filter((branch) => sameBranch(branch, release));
    if (own.length > 0) return own;
    // Rawhide is called by the number of the release it will be: higher than any branch's.
    const highest = Math.max(0, ...expand.branches(['fedora-all']).map(fedoraNumber));
    return fedoraNumber(release) > highest ? branches.filter((branch) => sameBranch(branch, 'rawhide')) : [];
  }
  if (message?.of === 'koji-build') {
    const target = message.target?.replace(/-candidate$/, '') ?? '';
    return branches.filter((branch) => sameBranch(branch, target));
  }
  const only = comment === undefined ? event.branch : pullRequest?.targetBranch;
  return only === undefined || only === '' ? branches : branches.filter((branch) => sameBranch(branch, only));
}

function fedoraNumber(branch: string): number {
  const [, number] = /^f(\d+)$/.exec(branch) ?? [];
  return number === undefined ? 0 : Number(number);
}

/** Rawhide has two names in dist-git. */
export function sameBranch(one: string | undefined, other: string | undefined): boolean {
  const plain = (branch: string | undefined): string | undefined => (branch === 'main' ? 'rawhide' : branch);
  return plain(one) === plain(other);
}

function unit(view: JobView, event: CiEvent, kind: StatusKind, target: string | undefined): Unit {
  const { index, pkg, identifier } = view;
  return {
    key: unitKey(view, event, kind, target),
    kind,
    index,
    package: pkg.name,
    identifier,
    target,
    status: statusName(
      { kind, target, identifier, template: pkg.status_name_template, packageName: pkg.name },
      event,
    ),
  };
}

/** First 32 hexadecimal digits of the SHA-256 of what makes a unit what it is. No attempt, no time: a second run finds the first. */
function unitKey(
  { pkg, identifier }: JobView,
  event: CiEvent,
  kind: StatusKind,
  target: string | undefined,
): string {
  const ref =
    event.pullRequest?.number ?? event.branch ?? event.tag ?? event.issue ?? announced(event.message) ?? '';
  const parts = [
    event.instanceUrl,
    projectPath(event.project),
    event.message?.of ?? event.trigger ?? 'issue',
    ref,
    event.sha ?? event.pullRequest?.headSha ?? '',
    kind,
    identifier ?? '',
    pkg.name,
    target ?? '',
  ];
  return createHash('sha256').update(parts.join('|')).digest('hex').slice(0, 32);
}

/** What a message is about, however often it comes. */
function announced(message: EventMessage | undefined): string | undefined {
  if (message === undefined) return undefined;
  if (message.of === 'new-release') return message.versions.join(' ');
  return message.of === 'koji-tag' ? `${message.tag} ${message.nvr}` : message.nvr;
}

/** One status belongs to one unit. */
function withoutDoubles(units: readonly Unit[]): Unit[] {
  const seen = new Set<string>();
  return units.filter(({ kind, status }) => {
    const id = kind === 'srpm' ? `${kind} ${status}` : status.toLowerCase();
    return !seen.has(id) && seen.add(id);
  });
}
