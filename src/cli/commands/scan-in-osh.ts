import { scanInOsh } from '../../workflows/scan-in-osh.ts';
import type { Command } from '../command.ts';
import { sourceInput } from './build/build-input.ts';
import type { SourceFlags } from './build/build-input.ts';
import { buildReport } from './build/report.ts';

export interface ScanFlags extends SourceFlags {
  target: string;
  baseSrpm?: string;
  baseNvr?: string;
  comment: string;
  csmockArgs?: string;
}

export const scanInOshCommand: Command<ScanFlags> = async ({ ctx, args, options, global }) => {
  const result = await scanInOsh(ctx, {
    ...sourceInput(args, options, global),
    target: options.target,
    baseSrpm: options.baseSrpm,
    baseNvr: options.baseNvr,
    comment: options.comment,
    csmockArgs: options.csmockArgs,
  });
  const report = await buildReport(ctx, result);
  if (ctx.dryRun) return report;
  return { ...report, text: result.builds.map(({ url }) => url ?? '').join('\n') };
};
