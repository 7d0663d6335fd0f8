import { examine } from '../../workflows/doctor/index.ts';
import type { Command } from '../command.ts';
import { doctorReport } from './doctor-report.ts';

export interface DoctorFlags {
  offline?: boolean;
}

export const doctorCommand: Command<DoctorFlags> = async ({ ctx, options, global }) => {
  const result = await ctx.ui.step('look at this machine', () =>
    examine(ctx, {
      offline: options.offline,
      configPath: global.config,
      remote: global.remote,
      fasUser: global.fasUser,
      keytab: global.keytab,
    }),
  );
  return { text: doctorReport(result), json: result, exitCode: result.exitCode };
};
