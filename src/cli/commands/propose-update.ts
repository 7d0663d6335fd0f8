import { proposeUpdate } from '../../workflows/propose-update/index.ts';
import type { ProposeUpdateInput } from '../../workflows/propose-update/index.ts';
import type { Command, GlobalOptions } from '../command.ts';
import { reportUpdates } from './propose-update-report.ts';

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

export interface ProposeUpdateFlags extends ReleaseFlags {
  localContent?: boolean;
  upstreamRef?: string;
}

export const proposeUpdateCommand: Command<ProposeUpdateFlags> = async ({ ctx, args, options, global }) => {
  const input: ProposeUpdateInput = {
    ...releaseInput(args, options, global),
    localContent: options.localContent,
    upstreamRef: options.upstreamRef,
  };
  const result = await proposeUpdate(ctx, input, process.env.PACKIT_CLI_VERSION ?? '0.0.0');
  // With --json the document is all there is to say.
  const report = global.json === true ? { text: '', failures: [] } : await reportUpdates(ctx, result);
  return { ...report, json: result, exitCode: result.exitCode };
};

/** What the commands that bring releases to dist-git are told alike. */
export function releaseInput(
  args: readonly string[],
  flags: ReleaseFlags,
  global: GlobalOptions,
): ProposeUpdateInput {
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
