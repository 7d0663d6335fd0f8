import type { Command as Commander } from 'commander';
import { addDryRun } from './build-options.ts';
import { PACKAGE_HELP, collect, examples } from './options.ts';
import type { Attach } from './register.ts';

export function registerBuildInImageBuilder(group: Commander, attach: Attach): void {
  const command = group
    .command('in-image-builder <image-name> [path-or-url]')
    .description('create a VM image in Image Builder, as a vm_image_build job says')
    .option(
      '--job-config-index <n>',
      'take the N-th job of the configuration, from 0 (default: the first)',
      Number,
    )
    .option('--wait', 'wait for the image')
    .option('--no-wait', 'submit, say how to come back, and end (the default)')
    .option('--timeout <time>', 'wait no longer than this: 90m, 2h, or seconds (default: no limit)')
    .option('-p, --package <name>', PACKAGE_HELP, collect);
  addDryRun(command).addHelpText(
    'after',
    examples(
      'packit build in-image-builder hello-test --wait',
      'packit build in-image-builder hello-test ../project --job-config-index 2',
    ),
  );
  attach(
    command,
    async () => (await import('../commands/build/in-image-builder.ts')).buildInImageBuilderCommand,
  );
}
