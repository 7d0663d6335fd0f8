import { createUpdates } from '../../workflows/update/index.ts';
import type { Command } from '../command.ts';
import { reportCreated } from './update-report.ts';

export interface CreateUpdateFlags {
  distGitBranch?: string;
  kojiBuild?: string[];
  fromTag?: string;
  updateNotes?: string;
  updateType?: string;
  severity?: string;
  edit?: string;
  resolveBug?: string[];
  package?: string[];
}

export const createUpdateCommand: Command<CreateUpdateFlags> = async ({ ctx, args, options, global }) => {
  const result = await createUpdates(ctx, {
    pathOrUrl: args[0],
    distGitBranch: options.distGitBranch,
    kojiBuilds: options.kojiBuild,
    fromTag: options.fromTag,
    updateNotes: options.updateNotes,
    updateType: options.updateType,
    severity: options.severity,
    edit: options.edit,
    resolveBugs: options.resolveBug,
    packages: options.package,
    configPath: global.config,
    remote: global.remote,
    fasUser: global.fasUser,
    keytab: global.keytab,
  });
  const report = global.json === true ? { text: '', failures: [] } : await reportCreated(ctx, result);
  return { ...report, json: result, exitCode: result.exitCode };
};
