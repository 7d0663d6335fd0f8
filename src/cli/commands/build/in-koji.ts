import { buildInKoji } from '../../../workflows/build/koji/index.ts';
import type { Command } from '../../command.ts';
import { sourceInput, waitInput } from './build-input.ts';
import type { SourceFlags, WaitFlags } from './build-input.ts';
import { buildReport } from './report.ts';

export interface InKojiFlags extends SourceFlags, WaitFlags {
  distGitBranch?: string;
  distGitPath?: string;
  fromUpstream?: boolean;
  kojiTarget?: string;
  scratch?: boolean;
  sideTag?: true | string;
}

export const buildInKojiCommand: Command<InKojiFlags> = async ({ ctx, args, options, global }) => {
  const result = await buildInKoji(ctx, {
    ...sourceInput(args, options, global),
    ...waitInput(options),
    distGitBranch: options.distGitBranch,
    distGitPath: options.distGitPath,
    fromUpstream: options.fromUpstream,
    kojiTarget: options.kojiTarget,
    scratch: options.scratch === true,
    sideTag: options.sideTag,
    fasUser: global.fasUser,
    keytab: global.keytab,
  });
  return buildReport(ctx, result);
};
