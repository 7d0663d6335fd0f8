import type { Command } from '../command.ts';
import { EXIT } from '../../errors.ts';
import { buildSrpms } from '../../workflows/srpm/index.ts';
import { preparationInput, reportFailures } from './preparation-input.ts';
import type { PreparationFlags } from './preparation-input.ts';

export interface SrpmFlags extends PreparationFlags {
  output?: string;
}

export const srpmCommand: Command<SrpmFlags> = async ({ ctx, args, options, global }) => {
  const input = preparationInput(ctx, args, options, global);
  const { srpms, failed } = await buildSrpms(ctx, {
    ...input,
    ...(options.output === undefined ? {} : { output: options.output }),
  });
  reportFailures(ctx, failed);
  return {
    text: srpms.map(({ path }) => path).join('\n'),
    json: { srpms, failed },
    exitCode: failed.length === 0 ? EXIT.ok : srpms.length === 0 ? EXIT.failure : EXIT.partial,
  };
};
