/** Of builds on this machine the packages are the result: their paths, one a line. */
import type { Context } from '../../../context.ts';
import type { BuildResult } from '../../../workflows/build/index.ts';
import type { CommandResult } from '../../command.ts';
import { buildReport } from './report.ts';

export async function rpmReport(ctx: Context, result: BuildResult): Promise<CommandResult> {
  const report = await buildReport(ctx, result);
  if (ctx.dryRun) return report;
  const rpms = result.builds.flatMap(({ targets }) => targets.flatMap(({ results = [] }) => results));
  ctx.ui.info(`RPMs: ${rpms.length}`);
  return { ...report, text: rpms.join('\n') };
}
