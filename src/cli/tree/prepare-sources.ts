import type { Register } from './register.ts';
import { examples } from './options.ts';
import { addPreparationOptions } from './srpm.ts';

export const registerPrepareSources: Register = (program, attach) => {
  const command = program
    .command('prepare-sources [path-or-url]')
    .description('prepare spec and sources of an SRPM in a directory, for build services')
    .option('--result-dir <dir>', 'where they go (default: ./prepare_sources_result)')
    .option('--job-config-index <n>', 'use the values of the nth job of the configuration, counted from 0')
    .option('--ref <ref>', 'branch, tag or commit to check out (in a private copy)')
    .option('--pr-id <id>', 'pull or merge request to check out (in a private copy)')
    .option('--merge-pr', 'merge the pull request into its target branch (the default)')
    .option('--no-merge-pr', 'take the pull request as it is')
    .option('--target-branch <branch>', 'branch the pull request is merged into')
    .option('--create-symlinks', 'link an archive made outside of the spec’s directory (the default)')
    .option('--no-create-symlinks', 'copy it instead');
  addPreparationOptions(command).addHelpText(
    'after',
    examples(
      'packit prepare-sources --result-dir "$PWD"',
      'packit prepare-sources --pr-id 7 https://github.com/owner/project',
    ),
  );
  attach(command, async () => (await import('../commands/prepare-sources.ts')).prepareSourcesCommand);
};
