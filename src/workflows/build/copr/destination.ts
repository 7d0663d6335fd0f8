/** Which Copr project a package is built in, and what its configuration asks of it. Pure. */
import { PackitError } from '../../../errors.ts';
import type { LoadedConfig, PackageConfig } from '../../../project/config/index.ts';
import type { Warning } from '../../../ui.ts';

/** What the command line says of the project. */
export interface CoprOptionsInput {
  owner?: string | undefined;
  project?: string | undefined;
  /** Comma separated. */
  targets?: string | undefined;
  description?: string | undefined;
  instructions?: string | undefined;
  listOnHomepage?: boolean | undefined;
  preserveProject?: boolean | undefined;
  /** Comma separated. */
  additionalRepos?: string | undefined;
  bootstrap?: string | undefined;
  moduleHotfixes?: boolean | undefined;
  enableNet?: boolean | undefined;
}

export interface Destination {
  owner: string;
  project: string;
  /** Names of chroots and aliases; empty where neither options nor jobs name any. */
  targets: string[];
  /** Where they are named, for messages. */
  targetsFrom: string;
  /** Asked for by an option or by the job: what is undefined is left to Copr. */
  wanted: WantedSettings;
  enableNet: boolean | undefined;
  /** Seconds. */
  timeout: number | undefined;
  warnings: Warning[];
}

export interface WantedSettings {
  description: string | undefined;
  instructions: string | undefined;
  listOnHomepage: boolean | undefined;
  preserve: boolean | undefined;
  additionalRepos: string[] | undefined;
  moduleHotfixes: boolean | undefined;
  bootstrap: string | undefined;
}

export interface DestinationFacts {
  config: LoadedConfig;
  pkg: PackageConfig;
  options: CoprOptionsInput;
  /** Account of the login; undefined where nobody is logged in. */
  account: string | undefined;
  /** Name of the repository, and the branch or commit that is checked out. */
  repository: string;
  ref: string;
}

const DEFAULT_TIMEOUT = 7200;

/** @throws PackitError COPR_OWNER_UNKNOWN, USAGE */
export function chooseDestination(facts: DestinationFacts): Destination {
  const { options, account } = facts;
  const jobs = coprJobs(facts);
  const warnings: Warning[] = [];
  const named = jobs.find(({ project }) => project !== null);
  const project = options.project ?? named?.project ?? defaultProject(facts.repository, facts.ref);
  const others = new Set(jobs.flatMap((job) => (job.project === null ? [] : [job.project])));
  if (options.project === undefined && others.size > 1) {
    warnings.push({
      code: 'COPR_PROJECTS_SEVERAL',
      message: `The copr_build jobs name several projects (${[...others].join(', ')}): ${project} it is`,
      hint: 'Name one with --project.',
    });
  }
  // Settings of a job belong to its project, and to no other one.
  const own = jobs.filter((job) =>
    options.project === undefined
      ? job.project === (named?.project ?? null)
      : job.project === options.project,
  );
  const job = own[0];
  const owner = options.owner ?? job?.owner ?? account;
  if (owner === undefined || owner === '') {
    throw new PackitError('COPR_OWNER_UNKNOWN', 'It is not known whose Copr project is meant', {
      hint: 'Name the owner with --owner, or log in: ~/.config/copr.',
    });
  }
  const fromOption = list(options.targets);
  const relevant = own.length > 0 ? own : jobs;
  const repos = options.additionalRepos === undefined ? job?.additional_repos : list(options.additionalRepos);
  const bootstrap =
    checkBootstrap(options.bootstrap) ?? (job?.bootstrap === 'default' ? undefined : job?.bootstrap);
  return {
    owner,
    project,
    targets:
      fromOption.length > 0
        ? fromOption
        : [...new Set(relevant.flatMap(({ targets }) => Object.keys(targets)))],
    targetsFrom: fromOption.length > 0 ? '--targets' : 'the copr_build jobs',
    wanted: {
      description: options.description,
      instructions: options.instructions,
      listOnHomepage: options.listOnHomepage ?? asked(job?.list_on_homepage),
      preserve: options.preserveProject ?? asked(job?.preserve_project),
      additionalRepos: repos === undefined || repos.length === 0 ? undefined : repos,
      moduleHotfixes: options.moduleHotfixes ?? asked(job?.module_hotfixes),
      bootstrap,
    },
    enableNet: options.enableNet ?? asked(job?.enable_net),
    timeout: job === undefined || job.timeout === DEFAULT_TIMEOUT ? undefined : job.timeout,
    warnings,
  };
}

/** The package as each copr_build job sees it. Jobs that nobody wrote say nothing about the project. */
function coprJobs({ config, pkg }: DestinationFacts): PackageConfig[] {
  if (config.defaultJobs === true) return [];
  return config.jobs
    .filter(({ job }) => job === 'copr_build')
    .flatMap(({ packages }) => packages.filter(({ name }) => name === pkg.name));
}

/** `packit-cli-REPO-REF`, as the reference calls it. Copr's names have none of these characters. */
export function defaultProject(repository: string, ref: string): string {
  return `packit-cli-${repository}-${ref}`.replace(/[!@#$%&*()={[}\]|\\'":;<,>/?`^~+]/g, '-');
}

/** A switch of the configuration that is off is not asked for: nobody can tell it from one that is left out. */
function asked(value: boolean | undefined): true | undefined {
  return value === true ? true : undefined;
}

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function checkBootstrap(value: string | undefined): string | undefined {
  if (value === undefined || ['default', 'on', 'off', 'image'].includes(value)) return value;
  throw new PackitError('USAGE', `--bootstrap cannot be "${value}"`, {
    hint: 'Choose default, on, off or image.',
  });
}
