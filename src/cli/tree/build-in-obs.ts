import type { Command as Commander } from 'commander';
import { addDryRun, addWaitOptions } from './build-options.ts';
import { PACKAGE_HELP, collect, examples } from './options.ts';
import type { Attach } from './register.ts';

export function registerBuildInObs(group: Commander, attach: Attach): void {
  const command = group
    .command('in-obs [path-or-url]')
    .description('build in the Open Build Service')
    .option('--owner <name>', 'owner of the project (default: the account)')
    .option('--project <name>', 'OBS project; made if there is none (default: home:OWNER:packit)')
    .option('--targets <targets>', 'comma-separated targets or aliases (default: fedora-rawhide-x86_64)')
    .option('--description <text>', 'description of the project')
    .option(
      '--upstream-ref <ref>',
      'last upstream commit of a source-git repository; patches are made from there',
    )
    .option('-p, --package <name>', PACKAGE_HELP, collect)
    .option('--no-actions', 'do not run the actions of the configuration');
  addDryRun(addWaitOptions(command)).addHelpText(
    'after',
    examples(
      'packit build in-obs --targets fedora-stable,opensuse-tumbleweed',
      'packit build in-obs --project home:jane:hello --dry-run',
    ),
  );
  attach(command, async () => (await import('../commands/build/in-obs.ts')).buildInObsCommand);
}
