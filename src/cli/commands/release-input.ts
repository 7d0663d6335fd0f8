import type { CheckoutInput } from '../../workflows/checkout.ts';
import type { ReleaseUpdateInput } from '../../workflows/release-update/index.ts';
import type { GlobalOptions } from '../command.ts';

/** The options of `addReleaseOptions`. */
export interface ReleaseFlags {
  distGitBranch?: string;
  distGitPath?: string;
  forceNewSources?: boolean;
  pr?: boolean;
  force?: boolean;
  resolveBug?: string[];
  syncAcls?: boolean;
  package?: string[];
  /** `--no-actions` makes it false. */
  actions?: boolean;
}

/** What the commands that bring releases to dist-git are told alike. */
export function releaseInput(
  args: readonly string[],
  flags: ReleaseFlags,
  global: GlobalOptions,
): CheckoutInput & ReleaseUpdateInput & { fasUser: string | undefined; keytab: string | undefined } {
  return {
    pathOrUrl: args[0],
    version: args[1],
    distGitBranch: flags.distGitBranch,
    distGitPath: flags.distGitPath,
    forceNewSources: flags.forceNewSources,
    pr: flags.pr,
    force: flags.force,
    resolveBugs: flags.resolveBug,
    syncAcls: flags.syncAcls,
    packages: flags.package,
    noActions: flags.actions === false,
    configPath: global.config,
    remote: global.remote,
    fasUser: global.fasUser,
    keytab: global.keytab,
  };
}
