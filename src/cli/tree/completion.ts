import { Argument } from 'commander';
import { SHELLS } from '../completion/shells.ts';
import type { Register } from './register.ts';
import { examples } from './options.ts';

export const registerCompletion: Register = (program, attach) => {
  const command = program
    .command('completion')
    .description('print the script that makes a shell complete commands, options, packages and branches')
    .addArgument(new Argument('<shell>', 'which shell it is for').choices(SHELLS))
    .addHelpText(
      'after',
      examples(
        'source <(packit completion bash)',
        'packit completion zsh > ~/.zfunc/_packit',
        'packit completion fish > ~/.config/fish/completions/packit.fish',
      ),
    );
  attach(command, async () => (await import('../commands/completion.ts')).completionCommand, {
    readsUserConfig: true,
  });
};
