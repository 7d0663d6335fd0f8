import type { Register } from './register.ts';

/** Every place a package can be built in is a command of this group. */
export const registerBuild: Register = (program) => {
  program
    .command('build', { hidden: true })
    .description('build RPMs, here or elsewhere')
    .option('--srpm <file>', 'build this source RPM instead of making one');
};
