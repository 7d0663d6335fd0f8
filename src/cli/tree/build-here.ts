import type { Command as Commander } from 'commander';
import { addDryRun, addSourceOptions } from './build-options.ts';
import { examples } from './options.ts';
import type { Attach } from './register.ts';

/** Builds on this machine. */
export function registerBuildHere(program: Commander, group: Commander, attach: Attach): void {
  const here = group
    .command('locally [path-or-url]')
    .description('build RPMs with rpmbuild, on this machine');
  addLocalOptions(here).addHelpText(
    'after',
    examples(
      'packit build locally',
      'packit build locally ../project',
      'packit build --srpm x.src.rpm locally',
    ),
  );
  const old = program
    .command('local-build [path-or-url]', { hidden: true })
    .description('old name of build locally')
    .option('--srpm <file>', 'build this source RPM instead of making one');
  for (const command of [here, addLocalOptions(old)]) {
    attach(command, async () => (await import('../commands/build/locally.ts')).buildLocallyCommand);
  }

  const mock = group
    .command('in-mock [path-or-url]')
    .description('build RPMs in a clean chroot, with mock')
    .option('-r, --root <chroot>', 'name of the chroot, or path of a .cfg file', 'default')
    .option('--resultdir <dir>', 'where results and logs go (default: mock-results/CHROOT/PACKAGE)')
    .option('--default-resultdir', 'leave the choice of the result directory to mock');
  addLimit(addDryRun(addSourceOptions(mock))).addHelpText(
    'after',
    examples('packit build in-mock', 'packit build in-mock -r fedora-rawhide-x86_64 --resultdir out'),
  );
  attach(mock, async () => (await import('../commands/build/in-mock.ts')).buildInMockCommand);
}

function addLocalOptions(command: Commander): Commander {
  return addLimit(
    addDryRun(
      addSourceOptions(command)
        .option('--update-release', 'set Release to a snapshot one (default: the configuration, else yes)')
        .option('--no-update-release', 'leave Release as the spec has it'),
    ),
  );
}

function addLimit(command: Commander): Commander {
  return command.option(
    '--timeout <time>',
    'end the build after this: 90m, 2h, or seconds (default: no limit)',
  );
}
