import { PackitError } from '../../../errors.ts';
import { buildInImageBuilder } from '../../../workflows/build/image-builder/index.ts';
import type { Command } from '../../command.ts';
import { waitInput } from './build-input.ts';
import type { WaitFlags } from './build-input.ts';
import { imageReport } from './image-report.ts';

export interface InImageBuilderFlags extends WaitFlags {
  /** Not a number if it was none. */
  jobConfigIndex?: number;
  package?: string[];
}

export const buildInImageBuilderCommand: Command<InImageBuilderFlags> = async ({
  ctx,
  args,
  options,
  global,
}) => {
  const { jobConfigIndex: index } = options;
  if (index !== undefined && (!Number.isInteger(index) || index < 0)) {
    throw new PackitError('USAGE', '--job-config-index wants a number, 0 for the first job', {
      hint: 'packit config show lists the jobs.',
    });
  }
  const [imageName = '', pathOrUrl] = args;
  const result = await buildInImageBuilder(ctx, {
    ...waitInput(options),
    // Images take half an hour: unlike other builds they are waited for only if that is asked.
    wait: options.wait === true,
    imageName,
    pathOrUrl,
    packages: options.package,
    jobIndex: index,
    configPath: global.config,
    remote: global.remote,
  });
  return imageReport(ctx, result);
};
