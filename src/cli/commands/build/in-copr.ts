import { PackitError } from '../../../errors.ts';
import { buildInCopr } from '../../../workflows/build/copr/index.ts';
import type { Command } from '../../command.ts';
import { sourceInput, waitInput } from './build-input.ts';
import type { SourceFlags, WaitFlags } from './build-input.ts';
import { buildReport } from './report.ts';

export interface InCoprFlags extends SourceFlags, WaitFlags {
  owner?: string;
  project?: string;
  targets?: string;
  description?: string;
  instructions?: string;
  listOnHomepage?: boolean;
  preserveProject?: boolean;
  additionalRepos?: string;
  bootstrap?: string;
  moduleHotfixes?: boolean;
  requestAdminIfNeeded?: boolean;
  enableNet?: boolean;
  disableNet?: boolean;
}

export const buildInCoprCommand: Command<InCoprFlags> = async ({ ctx, args, options, global }) => {
  const result = await buildInCopr(ctx, {
    ...sourceInput(args, options, global),
    ...waitInput(options),
    owner: options.owner,
    project: options.project,
    targets: options.targets,
    description: options.description,
    instructions: options.instructions,
    listOnHomepage: options.listOnHomepage,
    preserveProject: options.preserveProject,
    additionalRepos: options.additionalRepos,
    bootstrap: options.bootstrap,
    moduleHotfixes: options.moduleHotfixes,
    enableNet: network(options),
    requestAdminIfNeeded: options.requestAdminIfNeeded,
  });
  return buildReport(ctx, result);
};

function network({ enableNet, disableNet }: InCoprFlags): boolean | undefined {
  if (enableNet === true && disableNet === true) {
    throw new PackitError('USAGE', '--enable-net and --disable-net are opposites', {
      hint: 'Give one of them.',
    });
  }
  return disableNet === true ? false : enableNet;
}
