import { examples } from './options.ts';
import type { Register } from './register.ts';
import { addReleaseOptions } from './release-options.ts';

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
