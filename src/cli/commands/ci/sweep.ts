import { sweepCi } from '../../../workflows/ci/index.ts';
import type { CiSweepResult } from '../../../workflows/ci/index.ts';
import { printable } from '../../../ui.ts';
import type { Command } from '../../command.ts';
import { unitTable } from './report.ts';
import { runInput } from './run.ts';
import type { CiRunFlags } from './run.ts';

export const ciSweepCommand: Command<CiRunFlags & { repository?: string; start?: boolean }> = async ({
  ctx,
  options,
  global,
}) => {
  const result = await sweepCi(ctx, {
    ...runInput(options, global),
    repository: options.repository,
    start: options.start === true,
  });
  return {
    text: printable(await sweepText(result)),
    json: result,
    failures: result.failed.map(({ what, code, message }) => ({ subject: what, code, message })),
    exitCode: result.exitCode,
  };
};

async function sweepText({ swept }: CiSweepResult): Promise<string> {
  if (swept.length === 0) return 'Nothing is open.';
  const blocks: string[] = [];
  for (const { what, units } of swept) blocks.push(`${what}:\n${await unitTable(units)}`);
  return blocks.join('\n\n');
}
