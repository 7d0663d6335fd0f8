import { PACKAGE_HELP, collect, examples } from './options.ts';
import type { Register } from './register.ts';

export const registerSyncFromDownstream: Register = (program, attach) => {
  const command = program
    .command('sync-from-downstream [path-or-url]')
    .description('bring what changed in dist-git back to the upstream project')
    .option('-n, --dry-run', 'do everything here and nothing elsewhere; show what would be proposed')
    .option(
      '--dist-git-branch <branches>',
      "comma-separated branches or aliases (default: the configuration, else dist-git's default branch)",
    )
    .option('--dist-git-path <dir>', 'an existing clone of the dist-git repository to read from')
    .option('--upstream-branch <branch>', "upstream branch to change (default: upstream's default branch)")
    .option('--no-pr', 'copy the files into the checkout, and leave it at that')
    .option('--fork', 'propose from your fork (the default)')
    .option('--no-fork', 'propose from a branch of the upstream project itself')
    .option('--remote-to-push <remote>', 'remote of the checkout to push to')
    .option('-f, --force', "copy into a checkout with changes, and replace commits that are not packit's")
    .option('-x, --exclude <name>', 'file name that is not copied, wherever it is; repeatable', collect)
    .option('-p, --package <name>', PACKAGE_HELP, collect)
    .addHelpText(
      'after',
      examples(
        'packit sync-from-downstream --dry-run',
        'packit sync-from-downstream --dist-git-branch f42 --upstream-branch main',
        'packit sync-from-downstream --no-pr -x sources',
      ),
    );
  attach(
    command,
    async () => (await import('../commands/sync-from-downstream.ts')).syncFromDownstreamCommand,
  );
};
