import type { Command as Commander } from 'commander';
import { PACKAGE_HELP, collect } from './options.ts';

/** What the commands that bring releases to dist-git have in common. */
export function addReleaseOptions(command: Commander): Commander {
  return command
    .option('-n, --dry-run', 'do everything here and nothing elsewhere; show what would be proposed')
    .option(
      '--dist-git-branch <branches>',
      'comma-separated branches or aliases (default: the configuration)',
    )
    .option('--dist-git-path <dir>', 'an existing clone of the dist-git repository to read from')
    .option('--force-new-sources', 'upload sources even if the lookaside cache has files of that name')
    .option('--pr', 'propose pull requests (default: create_pr of the configuration)')
    .option('--no-pr', 'push to the branches themselves')
    .option(
      '-f, --force',
      "propose a version again or a lower one, and replace commits in the fork that are not packit's",
    )
    .option('-b, --resolve-bug <bug>', 'bug the update resolves, such as rhbz#123; repeatable', collect)
    .option('--sync-acls', 'give the committers of the package access to the fork')
    .option('-p, --package <name>', PACKAGE_HELP, collect)
    .option('--no-actions', 'do not run the actions of the configuration');
}
