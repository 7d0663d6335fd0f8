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
