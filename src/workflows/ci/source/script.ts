/** What Copr runs to make the SRPM of an event: `packit prepare-sources`, in a sandbox of its own. Pure. */
import { PackitError } from '../../../errors.ts';
import type { PackageConfig } from '../../../project/config/index.ts';
import type { ForgeKind } from '../../../remote/forge/index.ts';
import { LONGEST_SCRIPT } from '../../../remote/copr/index.ts';
import type { CiEvent } from '../event/index.ts';
import type { JobView } from '../select/index.ts';
import { markerLines, sourceRef } from './marker.ts';
import { shellQuote } from './quote.ts';

export interface CoprSourceInput {
  pkg: PackageConfig;
  view: JobView;
  /** With its commit, as far as the forge could say. */
  event: CiEvent;
  /** Of the SRPM's unit. */
  key: string;
  /** `event`, `comment:ID` or `run:ID.ATTEMPT`. */
  cause: string;
  /** What can be cloned without a login: of the project the event happened in. */
  repositoryUrl: string;
  /** Where the script runs: the newest stable Fedora. */
  sourceChroot: string;
}

export interface CoprScript {
  script: string;
  scriptChroot: string;
  scriptBuilddeps: string[];
  scriptRepos: string[];
  scriptResultdir: string;
}

/** Where Copr gets packit from. */
const REPOSITORIES = ['copr://packit/packit-stable'];
const IDENTITY = { email: 'hello@packit.dev', name: 'Packit' };

/**
 * Only options that the Python Packit has as well are used: it is what that repository holds. Everything of the event and of the
 * configuration is quoted. The script is of the event's commit or it fails: what a maintainer has allowed is that commit and no other.
 * @throws PackitError `SOURCE_SCRIPT_TOO_LONG`
 */
export function coprSource(input: CoprSourceInput): CoprScript {
  const { pkg, key, cause, repositoryUrl } = input;
  const { sha } = input.event;
  const lines = [
    ...markerLines({ key, cause, ref: sourceRef(input.event), ...(sha === undefined ? {} : { sha }) }),
    'set -eu',
    `git config --global user.email ${shellQuote(IDENTITY.email)}`,
    `git config --global user.name ${shellQuote(IDENTITY.name)}`,
    `url=${shellQuote(repositoryUrl)}`,
    ...checkLines(input.event),
    `packit --debug prepare-sources ${optionsOf(input).join(' ')} -- "$url"`,
  ];
  const script = `${lines.join('\n')}\n`;
  if (script.length > LONGEST_SCRIPT) {
    throw new PackitError(
      'SOURCE_SCRIPT_TOO_LONG',
      `The script for Copr has ${script.length} characters; ${LONGEST_SCRIPT} are the most it takes`,
      { hint: 'Shorten release_suffix, or the name of the branch.' },
    );
  }
  return {
    script,
    scriptChroot: input.sourceChroot,
    scriptBuilddeps: ['packit', ...packagesIn(pkg.srpm_build_deps ?? [])],
    scriptRepos: [...REPOSITORIES],
    // Where the script is started.
    scriptResultdir: '.',
  };
}

/**
 * Lines that see to it that the commit is the event's. A pull request is checked out by its number, so its head must not have moved; of a
 * branch the name is used, which becomes part of Release, while it is still at the commit, and then the commit itself.
 */
function checkLines({ forge, pullRequest, branch, sha, trigger }: CiEvent): string[] {
  const commit = sha ?? pullRequest?.headSha;
  if (pullRequest !== undefined) {
    if (commit === undefined) return [];
    const moved = `The pull request is no longer at ${commit}: its newer commit has a build of its own.`;
    return [
      ...refLines(requestRef(forge, pullRequest.number), commit),
      `if ! at_commit; then echo ${shellQuote(moved)} >&2; exit 1; fi`,
    ];
  }
  if (trigger === 'release' || branch === undefined) return [];
  if (commit === undefined) return [`ref=${shellQuote(branch)}`];
  return [
    ...refLines(`refs/heads/${branch}`, commit),
    `if at_commit; then ref=${shellQuote(branch)}; else ref=${shellQuote(commit)}; fi`,
  ];
}

/** `at_commit` compares whole lines: a pattern of `ls-remote` finds every ref that ends like it. */
function refLines(ref: string, commit: string): string[] {
  return [
    `found=$(git ls-remote -- "$url" ${shellQuote(ref)})`,
    `wanted=$(printf '%s\\t%s' ${shellQuote(commit)} ${shellQuote(ref)})`,
    'at_commit() { printf \'%s\\n\' "$found" | grep -qxF -e "$wanted"; }',
  ];
}

function requestRef(forge: ForgeKind, number: number): string {
  return forge === 'gitlab' ? `refs/merge-requests/${number}/head` : `refs/pull/${number}/head`;
}

function optionsOf({ pkg, view, event }: CoprSourceInput): string[] {
  const { pullRequest, branch, tag, trigger } = event;
  const option = (name: string, value: string): string => `--${name}=${shellQuote(value)}`;
  const options = ['--result-dir="$PWD"', ...(view.several ? [option('package', pkg.name)] : [])];
  if (pullRequest !== undefined) {
    options.push(option('pr-id', String(pullRequest.number)));
    options.push(
      ...(pkg.merge_pr_in_ci
        ? ['--merge-pr', option('target-branch', pullRequest.targetBranch)]
        : ['--no-merge-pr']),
    );
  } else if (trigger === 'release' && tag !== undefined) {
    options.push(option('ref', tag));
  } else if (branch !== undefined) {
    options.push('--ref="$ref"');
  }
  options.push(option('job-config-index', String(view.packageIndex)));
  if (trigger === 'release') options.push('--no-update-release');
  if (pkg.release_suffix !== null && pkg.release_suffix !== '') {
    options.push(option('release-suffix', pkg.release_suffix));
  }
  const merged = mergedRef(event);
  if (merged !== undefined) options.push(option('merged-ref', merged));
  // A link out of the directory would lead nowhere once Copr has copied it.
  options.push('--no-create-symlinks');
  return options;
}

/** Only tags that can be reached from here tell the version. */
function mergedRef({ pullRequest, trigger, tag, sha, branch }: CiEvent): string | undefined {
  if (pullRequest !== undefined) return pullRequest.targetBranch;
  return trigger === 'release' ? tag : (sha ?? branch);
}

/** Names alone: Copr hands the words to mock, which would take one that begins with `-` for an option. */
function packagesIn(words: readonly string[]): string[] {
  return words.flatMap((one) => one.split(/\s+/)).filter((word) => word !== '' && !word.startsWith('-'));
}
