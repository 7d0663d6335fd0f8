import { Option } from 'commander';
import { addDryRun } from './build-options.ts';
import { PACKAGE_HELP, collect, examples } from './options.ts';
import type { Register } from './register.ts';

export const registerTest: Register = (program, attach) => {
  const command = program
    .command('test [path-or-url]')
    .description('run the tmt plans against packages made from the checkout')
    .option('--rpm-paths <file>', 'test this RPM instead of making some with mock; repeatable', collect)
    .addOption(new Option('--rpm_paths <file>', 'the same').argParser(collect).hideHelp())
    .option('--target <image>', 'container image the tests run in', 'fedora:rawhide')
    .option('--plan <regexp>', 'plan to run; repeatable (default: all)', collect)
    .option(
      '-r, --root <chroot>',
      'mock chroot the packages are made in (default: the one that fits --target)',
    )
    .addOption(
      new Option('--provision <how>', 'where tests run; local is this machine itself')
        .choices(['container', 'virtual', 'local'])
        .default('container'),
    )
    .option('--clean-before', 'run tmt clean first')
    .option('--no-clean-before', 'keep files of earlier runs (the default)')
    .option('--timeout <time>', 'end the tests after this: 90m, 2h, or seconds (default: no limit)')
    .option('-p, --package <name>', PACKAGE_HELP, collect)
    .option('--no-actions', 'do not run the actions of the configuration');
  addDryRun(command).addHelpText(
    'after',
    examples(
      'packit test',
      'packit test --target centos:stream9 --plan /plans/smoke',
      'packit test --rpm-paths x.rpm',
    ),
  );
  attach(command, async () => (await import('../commands/test.ts')).testCommand);
};
