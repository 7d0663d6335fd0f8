import { pushUpdates } from '../../workflows/update/index.ts';
import type { Command } from '../command.ts';
import { reportPushed } from './update-report.ts';

export interface PushUpdatesFlags {
  updateAlias?: string;
  package?: string[];
}

export const pushUpdatesCommand: Command<PushUpdatesFlags> = async ({ ctx, args, options, global }) => {
  const result = await pushUpdates(ctx, {
    pathOrUrl: args[0],
    updateAlias: options.updateAlias,
    packages: options.package,
    configPath: global.config,
    remote: global.remote,
    fasUser: global.fasUser,
    keytab: global.keytab,
  });
  const report = global.json === true ? { text: '', failures: [] } : await reportPushed(ctx, result);
  return { ...report, json: result, exitCode: result.exitCode };
};
