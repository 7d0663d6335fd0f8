import type { Register } from './register.ts';
import { examples } from './options.ts';

export const registerDoctor: Register = (program, attach) => {
  const command = program
    .command('doctor')
    .description('what works on this machine, what does not, and what to do about it')
    .option('--offline', 'ask no service: neither whether it answers nor what it makes of a token')
    .addHelpText('after', examples('packit doctor', 'packit doctor --offline', 'packit --json doctor'));
  attach(command, async () => (await import('../commands/doctor.ts')).doctorCommand, {
    readsUserConfig: true,
  });
};
