import type { Command as Commander } from 'commander';
import { addDryRun, addSourceOptions, addWaitOptions } from './build-options.ts';
import { examples } from './options.ts';
import type { Attach } from './register.ts';

export function registerBuildInKoji(group: Commander, attach: Attach): void {
  const command = group
    .command('in-koji [path-or-url]')
    .description('build in Koji: commits of dist-git, or SRPMs of the checkout')
    .option(
      '--dist-git-branch <branches>',
      'comma-separated branches or aliases (default: the default branch)',
    )
    .option('--dist-git-path <dir>', 'an existing clone of the dist-git repository to read from')
    .option('--from-upstream', 'build an SRPM of the checkout instead')
    .option('--koji-target <targets>', 'comma-separated targets or aliases (default: the one of the branch)')
    .option('--scratch', 'build, but keep and tag nothing')
    .option('--side-tag [tag]', 'build in this side tag; without a name a new one is made');
  addDryRun(addWaitOptions(addSourceOptions(command))).addHelpText(
    'after',
    examples(
      'packit build in-koji --dist-git-branch fedora-stable',
      'packit build in-koji --side-tag --dist-git-branch f42',
      'packit build in-koji --from-upstream --scratch --koji-target rawhide',
    ),
  );
  attach(command, async () => (await import('../commands/build/in-koji.ts')).buildInKojiCommand);
}
