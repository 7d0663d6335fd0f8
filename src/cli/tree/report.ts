import type { Register } from './register.ts';
import { examples } from './options.ts';

export const registerReport: Register = (program, attach) => {
  const command = program
    .command('report <recording>')
    .description('pack a recorded session for a bug report')
    .option('--output <file>', 'archive to write')
    .option('-y, --yes', 'do not ask')
    .option('-n, --dry-run', 'show what would be packed')
    .addHelpText(
      'after',
      examples(
        'packit --record rec propose-update',
        'packit report rec --dry-run',
        'packit --replay rec propose-update',
      ),
    );
  attach(command, async () => (await import('../commands/report.ts')).reportCommand);
};
