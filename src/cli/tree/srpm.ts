import { Option } from 'commander';
import type { Command as Commander } from 'commander';
import type { Register } from './register.ts';
import { PACKAGE_HELP, collect, examples } from './options.ts';

export const registerSrpm: Register = (program, attach) => {
  const srpm = program
    .command('srpm [path-or-url]')
    .description('build a source RPM of the upstream repository')
    .option('--output <file>', 'write the SRPM to FILE instead of the current directory');
  addPreparationOptions(srpm).addHelpText(
    'after',
    examples('packit srpm', 'packit srpm --output my.src.rpm', 'packit srpm --reproducible ../project'),
  );
  attach(srpm, async () => (await import('../commands/srpm.ts')).srpmCommand);
};

/** What `srpm` and `prepare-sources` have in common. */
export function addPreparationOptions(command: Commander): Commander {
  return command
    .option(
      '--upstream-ref <ref>',
      'last upstream commit of a source-git repository; patches are made from there',
    )
    .option('--merged-ref <ref>', 'only tags reachable from REF tell the version')
    .option('--update-release', 'set Release to a snapshot one (default: the configuration, else yes)')
    .option('--no-update-release', 'leave Release as the spec has it')
    .option('--preserve-spec', 'do not edit the spec')
    .addOption(new Option('--bump', 'deprecated: --update-release').hideHelp())
    .addOption(new Option('--no-bump', 'deprecated: --no-update-release').hideHelp())
    .option('--release-suffix <suffix>', 'what follows the number in Release')
    .option('--default-release-suffix', 'ignore release_suffix of the configuration')
    .option('-p, --package <name>', PACKAGE_HELP, collect)
    .option('--reproducible', 'same commit, same SRPM, bit for bit: take every time from the commit')
    .option('--submodules', 'put git submodules into the archive')
    .option('--unshallow', 'fetch the missing history of a shallow clone, into a private copy')
    .option('--in-place', 'work in the checkout itself, as the Python Packit does')
    .option('--no-actions', 'do not run the actions of the configuration');
}
