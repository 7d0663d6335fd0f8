/** What Copr runs to make the SRPM of an event: `packit prepare-sources`, in a sandbox of its own. Pure. */
import { PackitError } from '../../../errors.ts';
import type { PackageConfig } from '../../../project/config/index.ts';
import type { ForgeKind } from '../../../remote/forge/index.ts';
import { LONGEST_SCRIPT } from '../../../remote/copr/index.ts';
import { shellWord } from '../../../tools/process/index.ts';
import type { CiEvent } from '../event/index.ts';
import type { JobView } from '../select/index.ts';
import { markerLines, sourceRef } from './marker.ts';

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
 * The script makes the checkout itself, where the hosted service leaves that to packit: the build is then of the event's commit and of no
 * other, which is what a maintainer has looked at, however often its author pushes meanwhile; and pull requests work on forges whose
 * name the Python Packit does not know. Only options that the Python Packit has as well are used: it is what the repository holds.
 * Everything of the event and of the configuration is quoted.
 * @throws PackitError `SOURCE_SCRIPT_TOO_LONG`
 */
export function coprSource(input: CoprSourceInput): CoprScript {
  const { pkg, key, cause, event, repositoryUrl } = input;
  const { sha } = event;
  const lines = [
    ...markerLines({ key, cause, ref: sourceRef(event), ...(sha === undefined ? {} : { sha }) }),
    'set -eu',
    `git config --global user.email ${shellWord(IDENTITY.email)}`,
    `git config --global user.name ${shellWord(IDENTITY.name)}`,
    'result=$PWD',
    // The name of the directory is the project's: some defaults of the configuration come from it.
    `checkout=$(mktemp -d)/${shellWord(event.project.name)}`,
    `git clone --quiet --no-checkout -- ${shellWord(repositoryUrl)} "$checkout"`,
    'cd "$checkout"',
    ...checkoutLines(event, pkg.merge_pr_in_ci),
    `packit --debug prepare-sources ${optionsOf(input).join(' ')} .`,
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

/** The name of the branch becomes part of Release: `pr/7`, or the branch that was pushed. */
function checkoutLines({ forge, pullRequest, branch, tag, sha, trigger }: CiEvent, merge: boolean): string[] {
  if (pullRequest !== undefined) {
    const { number, targetBranch, headSha } = pullRequest;
    const own = shellWord(`pr/${number}`);
    const target = shellWord(`refs/remotes/origin/${targetBranch}`);
    return [
      `git fetch --quiet origin ${requestRef(forge, number)}`,
      ...commitLines(sha ?? headSha, 'FETCH_HEAD', `pull request ${number}`),
      // Tags are looked for from there.
      `git update-ref ${shellWord(`refs/heads/${targetBranch}`)} ${target}`,
      ...(merge
        ? [`git checkout --quiet -B ${own} ${target} --`, 'git merge --quiet --no-edit "$commit"']
        : [`git checkout --quiet -B ${own} "$commit" --`]),
    ];
  }
  if (trigger === 'release' && tag !== undefined) {
    return [`git checkout --quiet --detach ${shellWord(`refs/tags/${tag}`)} --`];
  }
  if (branch === undefined) return ['git reset --quiet --hard'];
  const head = `refs/remotes/origin/${branch}`;
  return [
    ...commitLines(sha, head, 'the repository'),
    `git checkout --quiet -B ${shellWord(branch)} "$commit" --`,
  ];
}

/** Sets `commit`: the event's own, which may lie below what was fetched, or that if the event does not say. */
function commitLines(sha: string | undefined, fetched: string, place: string): string[] {
  if (sha === undefined) return [`commit=$(git rev-parse --verify ${shellWord(`${fetched}^{commit}`)})`];
  const gone = `The commit ${sha} is no longer in ${place}: it was replaced by a forced push.`;
  return [
    `commit=${shellWord(sha)}`,
    `git cat-file -e "$commit^{commit}" || { echo ${shellWord(gone)} >&2; exit 1; }`,
  ];
}

function requestRef(forge: ForgeKind, number: number): string {
  return forge === 'gitlab' ? `refs/merge-requests/${number}/head` : `refs/pull/${number}/head`;
}

function optionsOf({ pkg, view, event }: CoprSourceInput): string[] {
  const option = (name: string, value: string): string => `--${name}=${shellWord(value)}`;
  const suffix = pkg.release_suffix ?? '';
  const merged = mergedRef(event);
  return [
    '--result-dir="$result"',
    ...(view.several ? [option('package', pkg.name)] : []),
    option('job-config-index', String(view.packageIndex)),
    ...(event.trigger === 'release' ? ['--no-update-release'] : []),
    ...(suffix === '' ? [] : [option('release-suffix', suffix)]),
    ...(merged === undefined ? [] : [option('merged-ref', merged)]),
    // A link out of the directory would lead nowhere once Copr has copied it.
    '--no-create-symlinks',
  ];
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
