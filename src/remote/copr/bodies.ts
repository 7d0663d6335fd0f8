/** What is sent to Copr: packit's names to Copr's. */

/** Settings of a project; what is left out stays as it is, or as Copr has it by default. */
export interface ProjectSettings {
  /** All that are to be enabled. */
  chroots?: readonly string[];
  description?: string;
  instructions?: string;
  contact?: string;
  unlisted?: boolean;
  /** Days after which Copr removes a project; -1: never. */
  deleteAfterDays?: number;
  additionalRepos?: readonly string[];
  moduleHotfixes?: boolean;
  bootstrap?: string;
  /** Copr enables the chroots of new Fedoras by itself. */
  followFedoraBranching?: boolean;
}

export interface Upload {
  owner: string;
  project: string;
  /** Absolute path of the SRPM. */
  file: string;
  /** The build runs in these alone. */
  chroots: readonly string[];
  enableNet?: boolean | undefined;
  /** Seconds until Copr gives the build up. */
  timeout?: number | undefined;
  bootstrap?: string | undefined;
  onUpload?: ((done: number, total: number) => void) | undefined;
}

/** A build whose SRPM a script makes, inside Copr. */
export interface CustomBuild {
  owner: string;
  project: string;
  /** What Copr runs; at most `LONGEST_SCRIPT` characters. */
  script: string;
  /** Chroot the script runs in. */
  scriptChroot: string;
  /** Packages installed there. */
  scriptBuilddeps: readonly string[];
  /** Directory with the spec and the sources, relative to the one the script runs in. */
  scriptResultdir: string;
  /** Repositories of those packages: URLs, or `copr://OWNER/PROJECT`. */
  scriptRepos: readonly string[];
  /** The build runs in these alone. */
  chroots: readonly string[];
  enableNet?: boolean | undefined;
  /** Seconds until Copr gives the build up. */
  timeout?: number | undefined;
}

/** Copr refuses longer ones. */
export const LONGEST_SCRIPT = 4096;

/** In Copr's names. The key of the repositories differs between making and editing. */
export function projectBody(
  settings: ProjectSettings,
  repos: 'additional_repos' | 'repos',
): Record<string, unknown> {
  const { chroots, description, instructions, contact, unlisted, deleteAfterDays, additionalRepos } =
    settings;
  const body = {
    chroots,
    description,
    instructions,
    contact,
    unlisted_on_hp: unlisted,
    delete_after_days: deleteAfterDays,
    [repos]: additionalRepos,
    module_hotfixes: settings.moduleHotfixes,
    bootstrap: settings.bootstrap,
    follow_fedora_branching: settings.followFedoraBranching,
  };
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

export function buildOptions({
  chroots,
  enableNet,
  timeout,
  bootstrap,
}: Pick<Upload, 'chroots' | 'enableNet' | 'timeout' | 'bootstrap'>): Record<string, unknown> {
  return {
    chroots,
    ...(enableNet === undefined ? {} : { enable_net: enableNet }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(bootstrap === undefined ? {} : { bootstrap }),
  };
}

export function customBody(build: CustomBuild): Record<string, unknown> {
  const { owner, project, script, scriptChroot, scriptBuilddeps, scriptResultdir, scriptRepos } = build;
  return {
    ownername: owner,
    projectname: project,
    project_dirname: null,
    script,
    chroot: scriptChroot,
    // Copr joins lists with blanks itself; a text is what its interface is described to take.
    builddeps: scriptBuilddeps.join(' '),
    resultdir: scriptResultdir,
    repos: scriptRepos.join(' '),
    ...buildOptions({ ...build, bootstrap: undefined }),
  };
}
