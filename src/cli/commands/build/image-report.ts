/** Where an image is, beside what every build's report says. */
import type { Context } from '../../../context.ts';
import { printable } from '../../../ui.ts';
import type { BuildResult } from '../../../workflows/build/index.ts';
import type { CommandResult } from '../../command.ts';
import { buildReport } from './report.ts';

export async function imageReport(ctx: Context, result: BuildResult): Promise<CommandResult> {
  const report = await buildReport(ctx, result);
  const images = result.builds.flatMap(({ targets }) =>
    targets.flatMap(({ name, results = [] }) => results.map((where) => `${name}: ${where}`)),
  );
  const lines = [report.text ?? '', ...images.map(printable)].filter((line) => line !== '');
  return { ...report, text: lines.join('\n') };
}
