/** Names of statuses, the hosted service's own, so that required checks keep working; and of Copr projects. */
import type { JobType, PackageConfig } from '../../../project/config/index.ts';
import { projectPath } from '../../../remote/forge/index.ts';
import type { CiEvent } from '../event/index.ts';

/** `srpm` is ours: the service mirrors the SRPM in every chroot's status. */
export type StatusKind =
  | 'srpm'
  | Extract<
      JobType,
      | 'copr_build'
      | 'tests'
      | 'upstream_koji_build'
      | 'koji_build'
      | 'propose_downstream'
      | 'vm_image_build'
      | 'sync_from_downstream'
      | 'pull_from_upstream'
      | 'bodhi_update'
      | 'koji_build_tag'
    >;

const WORD: Readonly<Record<StatusKind, string>> = {
  srpm: 'srpm-build',
  copr_build: 'rpm-build',
  tests: 'testing-farm',
  upstream_koji_build: 'koji-build',
  koji_build: 'koji-build',
  propose_downstream: 'propose-downstream',
  vm_image_build: 'vm-image-build',
  sync_from_downstream: 'sync-from-downstream',
  pull_from_upstream: 'pull-from-upstream',
  bodhi_update: 'bodhi-update',
  koji_build_tag: 'koji-tag',
};

/** Their names are those of branches: one release is one pull request for each. */
const WITHOUT_EVENT: readonly StatusKind[] = ['propose_downstream', 'pull_from_upstream'];

export interface NameParts {
  kind: StatusKind;
  /** A chroot, a compose with architecture, a branch; undefined for the SRPM. */
  target: string | undefined;
  identifier: string | undefined;
  /** `status_name_template` of the job. */
  template?: string | null;
  packageName: string;
}

/**
 * `rpm-build[:EVENT]:TARGET[:IDENTIFIER]`. EVENT is nothing for a pull request, the branch for a push, the tag for a release, with `-`
 * for `:`. A template that cannot be filled gives the usual name.
 */
export function statusName(parts: NameParts, event: CiEvent): string {
  const { kind, target, identifier, template, packageName } = parts;
  const word = eventWord(event);
  // In dist-git a push to a branch is for that branch.
  const happened = WITHOUT_EVENT.includes(kind) || word === target ? undefined : word;
  if (template !== undefined && template !== null && template !== '') {
    const filled = fill(template, {
      job_name: WORD[kind],
      chroot: target ?? '',
      event: happened ?? '',
      identifier: identifier ?? '',
      package: packageName,
    });
    if (filled !== undefined) return kind === 'srpm' ? `${filled}:srpm` : filled;
  }
  return [WORD[kind], happened, target, identifier].filter((part) => part !== undefined).join(':');
}

/** The start of every status name of a kind and event, for finding those of earlier runs. */
export function eventWord({ trigger, branch, tag }: CiEvent): string | undefined {
  if (trigger === 'commit') return branch?.replaceAll(':', '-');
  return trigger === 'release' ? tag?.replaceAll(':', '-') : undefined;
}

/** Python's format with names alone: `{job_name}-{chroot}`; `{{` is a brace. Undefined if it asks for anything else. */
function fill(template: string, values: Readonly<Record<string, string>>): string | undefined {
  let known = true;
  const result = template.replace(/\{\{|\}\}|\{([^{}]*)\}/g, (match, name: string | undefined) => {
    if (match === '{{') return '{';
    if (match === '}}') return '}';
    const value = name === undefined ? undefined : values[name];
    if (value === undefined) known = false;
    return value ?? '';
  });
  const left = template.replace(/\{\{|\}\}|\{[^{}]*\}/g, '');
  return known && !/[{}]/.test(left) && result.trim() !== '' ? result : undefined;
}

/**
 * `[HOST-]NAMESPACE-REPOSITORY-REF[-IDENTIFIER]`: HOST off github.com, REF the number, the branch, or the word `releases`. What Copr
 * does not allow in a name becomes `-`.
 * @param several the view is one of a monorepo, whose packages share a project
 */
export function coprProjectName(
  event: CiEvent,
  { identifier }: Pick<PackageConfig, 'identifier'>,
  several: boolean,
): string {
  const host = new URL(event.instanceUrl).hostname;
  const ref =
    event.pullRequest === undefined
      ? event.trigger === 'release'
        ? 'releases'
        : (event.branch ?? '')
      : String(event.pullRequest.number);
  const parts = [
    host === 'github.com' ? undefined : host,
    projectPath(event.project),
    ref,
    several ? undefined : identifier,
  ];
  return parts
    .filter((part) => part !== undefined && part !== null && part !== '')
    .join('-')
    .replace(/[^\w.-]/g, '-');
}
