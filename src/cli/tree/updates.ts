import { Option } from 'commander';
import type { Register } from './register.ts';
import { PACKAGE_HELP, collect, examples } from './options.ts';

/** What is done with builds when they are there. */
export const registerUpdates: Register = (program, attach) => {
  const create = program
    .command('create-update [path-or-url]')
    .description('make Bodhi updates of Koji builds')
    .option('-n, --dry-run', 'show what Bodhi would be sent')
    .option(
      '--dist-git-branch <branches>',
      'comma-separated branches or aliases (default: the configuration, else the default branch)',
    )
    .option('--koji-build <nvr>', 'build to take instead of the newest of each branch; repeatable', collect)
    .option('--from-tag <tag>', 'take the builds of a side tag')
    .option('--update-notes <text>', 'notes, {version} is the version (default: made from the changelogs)')
    .option(
      '--update-type <type>',
      'enhancement, security, bugfix or newpackage (default: the configuration, else enhancement)',
    )
    .option('--severity <severity>', 'urgent, high, medium or low; a security update needs one')
    .option('--edit <alias>', 'change this update instead of making one')
    .option('-b, --resolve-bug <bug>', 'bug the update resolves, such as rhbz#123; repeatable', collect)
    .option('-p, --package <name>', PACKAGE_HELP, collect)
    .addOption(new Option('--dist-git-path <dir>', 'not needed: no clone is').hideHelp())
    .addHelpText(
      'after',
      examples(
        'packit create-update --dist-git-branch f42,f41',
        'packit create-update --koji-build hello-1.1-1.fc42 -b rhbz#123456',
        'packit create-update --from-tag f43-build-side-1234 --dry-run',
      ),
    );
  attach(create, async () => (await import('../commands/create-update.ts')).createUpdateCommand);

  const push = program
    .command('push-updates [path-or-url]')
    .description('ask for updates to become stable that were in testing long enough')
    .option('-n, --dry-run', 'show which would be pushed')
    .option('--update-alias <alias>', 'only this update')
    .option('-p, --package <name>', PACKAGE_HELP, collect)
    .addHelpText(
      'after',
      examples('packit push-updates --dry-run', 'packit push-updates --update-alias FEDORA-2024-0123456789'),
    );
  attach(push, async () => (await import('../commands/push-updates.ts')).pushUpdatesCommand);

  const status = program
    .command('status [path-or-url]')
    .description('dist-git, Koji, Bodhi, pull requests, upstream and Copr at a glance')
    .option('--watch [seconds]', 'ask again and again, until Ctrl-C (default: every 60 s)')
    .option('-p, --package <name>', PACKAGE_HELP, collect)
    .addHelpText(
      'after',
      examples('packit status', 'packit status --watch 30', 'packit --json status -p cli'),
    );
  attach(status, async () => (await import('../commands/status.ts')).statusCommand);
};
