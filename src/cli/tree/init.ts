import type { Register } from './register.ts';
import { examples } from './options.ts';

export const registerInit: Register = (program, attach) => {
  const init = program
    .command('init [path]')
    .description('write a first packit configuration for a project')
    .option('-f, --force', 'replace a configuration that is there')
    .option('--without-precommit', 'leave .pre-commit-config.yaml alone')
    .option('--force-precommit', 'add the pre-commit hook even if there is no .pre-commit-config.yaml yet')
    .option('--no-spec', 'write no first spec file where there is none')
    .option('--dry-run', 'print the files instead of writing them')
    .addHelpText(
      'after',
      examples('packit init', 'packit init packaging/hello.spec --dry-run', 'packit init --force ../project'),
    );
  attach(init, async () => (await import('../commands/init.ts')).initCommand);
};
