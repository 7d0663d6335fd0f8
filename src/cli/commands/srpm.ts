import type { Command } from '../command.ts';
import { EXIT } from '../../errors.ts';
import { buildSrpms } from '../../workflows/srpm/index.ts';
import { preparationInput } from './preparation-input.ts';
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
  return {
    text: srpms.map(({ path }) => path).join('\n'),
    json: { srpms, failed },
    failures: failed.map(({ package: subject, ...failure }) => ({ subject, ...failure })),
    exitCode: failed.length === 0 ? EXIT.ok : srpms.length === 0 ? EXIT.failure : EXIT.partial,
  };
};
