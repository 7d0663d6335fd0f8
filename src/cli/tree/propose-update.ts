import type { Command as Commander } from 'commander';
import type { Register } from './register.ts';
import { PACKAGE_HELP, collect, examples } from './options.ts';

export const registerProposeUpdate: Register = (program, attach) => {
  const command = program
    .command('propose-update [path-or-url] [version]')
    .alias('propose-downstream')
    .description('bring an upstream release into dist-git, as pull requests')
    .option('--local-content', 'take the checkout as it is instead of the release tag')
    .option(
      '--upstream-ref <ref>',
      'last upstream commit of a source-git repository; patches are made from there',
    );
  addReleaseOptions(command).addHelpText(
    'after',
    examples(
      'packit propose-update --dry-run',
      'packit propose-update . 1.2.3 --dist-git-branch rawhide,f42',
      'packit propose-update --no-pr -b rhbz#123456',
    ),
  );
  attach(command, async () => (await import('../commands/propose-update.ts')).proposeUpdateCommand);
};

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
    .option('-f, --force', "propose a version again, and replace commits in the fork that are not packit's")
    .option('-b, --resolve-bug <bug>', 'bug the update resolves, such as rhbz#123; repeatable', collect)
    .option('--sync-acls', 'give the committers of the package access to the fork')
    .option('-p, --package <name>', PACKAGE_HELP, collect)
    .option('--no-actions', 'do not run the actions of the configuration');
}
