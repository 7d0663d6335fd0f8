/** What Testing Farm is asked for: from a target, its build and the event to a request, or the reason why there is none. Pure. */
import type { PackageConfig } from '../../../project/config/index.ts';
import { CAUSE_VARIABLE, KEY_VARIABLE } from '../../../remote/testing-farm/index.ts';
import type {
  FarmArtifact,
  FarmEnvironment,
  FarmFields,
  FarmSubmission,
  FarmTmt,
} from '../../../remote/testing-farm/index.ts';
import type { CiEvent } from '../event/index.ts';
import type { JobView, Unit } from '../select/index.ts';
import { composeFor, hasArchitecture } from './composes.ts';
import type { Ranch } from './composes.ts';
import { isMapping, mergeExtra } from './merge-extra.ts';
import type { TestFacts, TestedBuild } from './types.ts';
import { packageNames, testVariables, textOf } from './variables.ts';

export interface TestInput {
  /** Of the kind `tests`. */
  unit: Unit;
  view: JobView;
  event: CiEvent;
  /** `event`, `comment:ID` or `run:ID.ATTEMPT`. */
  cause: string;
  /** Of the `ranchOf` the view. */
  composes: readonly string[];
  /** The good build of the unit's chroot; undefined with `skip_build`. */
  build: TestedBuild | undefined;
  /** There is a `.fmf/version` at the commit, below `fmf_path`. */
  hasFmf: boolean;
  facts: TestFacts;
}

/** A request, or a state with at most 140 characters for the status. */
export type TestDecision =
  | { submission: FarmSubmission; state?: never; description?: never }
  | { submission?: never; state: 'neutral' | 'error' | 'failure'; description: string };

/** What tests a project that has none of its own: that its packages can be installed. */
const INSTALLATION: FarmTmt = {
  url: 'https://gitlab.com/testing-farm/tests',
  ref: 'main',
  name: '/packit/installation',
};

export function ranchOf({ pkg }: Pick<JobView, 'pkg'>): Ranch {
  return pkg.use_internal_tf ? 'redhat' : 'public';
}

export function testSubmission(input: TestInput): TestDecision {
  const { unit, view, build, hasFmf, facts } = input;
  const { pkg, job } = view;
  const ranch = ranchOf(view);
  const { distro, arch } = systemOf(unit.target ?? '');
  if (!hasArchitecture(ranch, arch)) {
    return error(`The architecture ${arch} is not available in the ${ranch} Testing Farm infrastructure.`);
  }
  const { compose, found } = composeFor(distro, input.composes, ranch);
  if (!found) {
    return pkg.skip_missing_branched_composes && facts.branched?.includes(distro) === true
      ? neutral(`Compose not yet available for ${distro}. Skipping.`)
      : error(`The compose ${compose} is not available in the ${ranch} Testing Farm infrastructure.`);
  }
  if (build === undefined && !job.skip_build) {
    return neutral('Missing successful Copr build for this target, please trigger the build first.');
  }
  if (facts.otherBuilds?.length === 0) {
    return { state: 'failure', description: 'No latest successful Copr build from the other PR(s) found.' };
  }
  const system = { distro, arch, compose };
  if (pkg.fmf_url !== null || hasFmf) return { submission: ownTests(input, system) };
  return build === undefined
    ? neutral('No FMF metadata found. Please, initialize the metadata tree with `fmf init`.')
    : { submission: installationTest(input, build, system) };
}

interface System {
  distro: string;
  arch: string;
  compose: string;
}

function ownTests(input: TestInput, system: System): FarmSubmission {
  const { view, event, facts, build } = input;
  const { pkg, job } = view;
  const own = job.skip_build ? undefined : build;
  const others = facts.otherBuilds ?? [];
  const artifacts = [...(own === undefined ? [] : [own]), ...others].map((one) =>
    artifact(one, job.skip_install),
  );
  const script = pkg.tf_post_install_script ?? '';
  return completed(input, testOf(pkg, event, facts), {
    ...environment(system),
    variables: testVariables(pkg, event, facts, { own, others }),
    ...(artifacts.length === 0 ? {} : { artifacts }),
    ...(script === '' ? {} : { settings: { provisioning: { post_install_script: script } } }),
  });
}

function installationTest(input: TestInput, { owner, project }: TestedBuild, system: System): FarmSubmission {
  return completed(input, INSTALLATION, {
    ...environment(system),
    variables: { REPOSITORY: `${owner}/${project}` },
  });
}

/**
 * The job's own parameters, and last of all the key: no configuration can take it away. A further environment has to be whole (Testing Farm
 * asks for an architecture): real configurations have halves of one there, which would make the whole request invalid.
 */
function completed({ unit, view, cause }: TestInput, tmt: FarmTmt, own: FarmEnvironment): FarmSubmission {
  const merged = mergeExtra({ test: { tmt }, environments: [own] }, view.pkg.tf_extra_params ?? {});
  const [first = own, ...further] = (merged.environments as unknown[]).filter(isMapping);
  const key = { [KEY_VARIABLE]: unit.key, [CAUSE_VARIABLE]: cause };
  return {
    test: merged.test as FarmFields,
    environments: [
      { ...first, variables: { ...foreignVariables(first.variables), ...key } },
      ...further
        .filter(({ arch }) => typeof arch === 'string')
        .map((one) => ('variables' in one ? { ...one, variables: foreignVariables(one.variables) } : one)),
    ],
    ...(isMapping(merged.settings) ? { settings: merged.settings } : {}),
  };
}

/**
 * Where the tests are: in `fmf_url`, else in the repository of the pull request's branch, else in the project; there at the event's
 * commit, merged into the target branch as the build was.
 */
function testOf(pkg: PackageConfig, event: CiEvent, facts: TestFacts): FarmTmt {
  const path = testPath(pkg.fmf_path);
  const name = pkg.tmt_plan === null || pkg.tmt_plan === '' ? {} : { name: pkg.tmt_plan };
  if (pkg.fmf_url !== null) {
    const ref = pkg.fmf_ref ?? '';
    return { url: pkg.fmf_url, path, ...(ref === '' ? {} : { ref }), ...name };
  }
  const { pullRequest, sha, tag } = event;
  const fromBranch = pullRequest !== undefined && !pkg.use_target_repo_for_fmf_url;
  const ref = sha ?? pullRequest?.headSha ?? tag;
  const merged = pkg.merge_pr_in_ci && pullRequest !== undefined ? facts.targetSha : undefined;
  return {
    url: (fromBranch ? facts.sourceUrl : undefined) ?? facts.projectUrl,
    path,
    ...(ref === undefined ? {} : { ref }),
    ...(ref === undefined || merged === undefined ? {} : { merge_sha: merged }),
    ...name,
  };
}

/** Relative to the repository: `/`, `./` and nothing are its top. */
function testPath(path: string | null): string {
  const given = path ?? '';
  if (given === '' || given === '/' || given === './' || given === '.') return '.';
  return given.replace(/^\.\//, '').replace(/^\//, '').replace(/\/$/, '');
}

function environment({ distro, arch, compose }: System): Pick<FarmEnvironment, 'arch' | 'os' | 'tmt'> {
  return {
    arch,
    os: { compose },
    tmt: { context: { distro, arch, trigger: 'commit', initiator: 'packit' } },
  };
}

function artifact({ id, chroot, packages }: TestedBuild, skipInstall: boolean): FarmArtifact {
  const names = packageNames(packages ?? []);
  return {
    id: `${id}:${chroot}`,
    type: 'fedora-copr-build',
    ...(names.length === 0 ? {} : { packages: names }),
    ...(skipInstall ? { install: false } : {}),
  };
}

/** `centos-stream-9-x86_64` is the system `centos-stream-9` on `x86_64`. */
function systemOf(target: string): { distro: string; arch: string } {
  const cut = target.lastIndexOf('-');
  return { distro: target.slice(0, Math.max(cut, 0)), arch: target.slice(cut + 1) };
}

/** All but those that say whose request it is, as texts. */
function foreignVariables(variables: unknown): Record<string, string> {
  const kept = Object.entries(isMapping(variables) ? variables : {}).filter(
    ([name]) => name !== KEY_VARIABLE && name !== CAUSE_VARIABLE,
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, textOf(value)]));
}

function neutral(description: string): TestDecision {
  return { state: 'neutral', description: description.slice(0, LONGEST) };
}

function error(description: string): TestDecision {
  return { state: 'error', description: description.slice(0, LONGEST) };
}

const LONGEST = 140;
