/** Flags that the commands of `packit build` share. */
import type { Command as Commander } from 'commander';
import { PACKAGE_HELP, collect } from './options.ts';

/** How the SRPM is made, and of which packages. */
export function addSourceOptions(command: Commander): Commander {
  return command
    .option(
      '--upstream-ref <ref>',
      'last upstream commit of a source-git repository; patches are made from there',
    )
    .option('--release-suffix <suffix>', 'what follows the number in Release')
    .option('--default-release-suffix', 'ignore release_suffix of the configuration')
    .option('-p, --package <name>', PACKAGE_HELP, collect)
    .option('--no-actions', 'do not run the actions of the configuration');
}

/** What can be said about a build that runs elsewhere. */
export function addWaitOptions(command: Commander): Commander {
  return command
    .option('--wait', 'wait for the builds to end (the default)')
    .option('--no-wait', 'submit, say how to come back, and end')
    .option('--timeout <time>', 'wait no longer than this: 90m, 2h, or seconds (default: no limit)')
    .option('--cancel-on-interrupt', 'Ctrl-C cancels the builds (default: they run on)');
}

export function addDryRun(command: Commander): Commander {
  return command.option('-n, --dry-run', 'do everything here and nothing elsewhere; show what would be done');
}
