import { EXIT, PackitError } from '../../errors.ts';
import { prepareSources } from '../../workflows/prepare-sources.ts';
import type { Command } from '../command.ts';
import { preparationInput } from './preparation-input.ts';
import type { PreparationFlags } from './preparation-input.ts';

export interface PrepareSourcesFlags extends PreparationFlags {
  resultDir?: string;
  jobConfigIndex?: string;
  ref?: string;
  prId?: string;
  mergePr?: boolean;
  targetBranch?: string;
  createSymlinks?: boolean;
}

export const prepareSourcesCommand: Command<PrepareSourcesFlags> = async ({ ctx, args, options, global }) => {
  const { prepared, failed } = await prepareSources(ctx, {
    ...preparationInput(ctx, args, options, global),
    mergePr: options.mergePr !== false,
    createSymlinks: options.createSymlinks !== false,
    ...(options.resultDir === undefined ? {} : { resultDir: options.resultDir }),
    ...(options.jobConfigIndex === undefined ? {} : { jobConfigIndex: jobIndex(options.jobConfigIndex) }),
    ...(options.ref === undefined ? {} : { ref: options.ref }),
    ...(options.prId === undefined ? {} : { prId: options.prId }),
    ...(options.targetBranch === undefined ? {} : { targetBranch: options.targetBranch }),
  });
  return {
    text: prepared.map(({ resultDir }) => resultDir).join('\n'),
    json: { prepared, failed },
    failures: failed.map(({ package: subject, ...failure }) => ({ subject, ...failure })),
    exitCode: failed.length === 0 ? EXIT.ok : prepared.length === 0 ? EXIT.failure : EXIT.partial,
  };
};

function jobIndex(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new PackitError('USAGE', `--job-config-index is not a number: ${text}`, {
    hint: 'Give the place of the job in the configuration, counted from 0.',
  });
}
