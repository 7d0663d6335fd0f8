import type { Command as Commander } from 'commander';
import type { Attach } from './register.ts';
import { addDryRun, addSourceOptions, addWaitOptions } from './build-options.ts';
import { examples } from './options.ts';

export function registerBuildInCopr(program: Commander, group: Commander, attach: Attach): void {
  addInCopr(group.command('in-copr [path-or-url]'), attach);
  // The name of 2019. There `--srpm` has no group to belong to.
  addInCopr(
    program
      .command('copr-build [path-or-url]', { hidden: true })
      .option('--srpm <file>', 'build this source RPM instead of making one'),
    attach,
  );
}

function addInCopr(command: Commander, attach: Attach): void {
  command
    .description('build in Copr')
    .option(
      '--owner <name>',
      'owner of the project, @NAME for a group (default: the configuration, else you)',
    )
    .option('--project <name>', 'Copr project; made if there is none (default: the configuration)')
    .option(
      '--targets <targets>',
      "comma-separated chroots or aliases (default: the configuration's jobs, else the project's chroots)",
    )
    .option('--description <text>', 'description of the project')
    .option('--instructions <text>', 'installation instructions of the project')
    .option('--list-on-homepage', "show the project on Copr's home page")
    .option('--no-list-on-homepage', "hide the project from Copr's home page")
    .option('--preserve-project', 'a new project is kept for ever, not for 60 days')
    .option(
      '--additional-repos <urls>',
      'comma-separated repositories the builds may use; added to those there',
    )
    .option('--bootstrap <mode>', 'bootstrap of mock: default, on, off or image')
    .option('--module-hotfixes', 'make packages of the repository override those of modules')
    .option('--no-module-hotfixes', 'the opposite')
    .option('--request-admin-if-needed', 'ask for admin permission of the project where it is missing')
    .option('--enable-net', 'let this build use the network')
    .option('--disable-net', 'keep this build off the network');
  addDryRun(addWaitOptions(addSourceOptions(command))).addHelpText(
    'after',
    examples(
      'packit build in-copr --targets fedora-stable,epel-9 --timeout 2h',
      'packit build in-copr --project hello --dry-run',
      'packit build --srpm hello-1.0-1.src.rpm in-copr --no-wait',
    ),
  );
  attach(command, async () => (await import('../commands/build/in-copr.ts')).buildInCoprCommand);
}
