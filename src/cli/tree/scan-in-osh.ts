import { addDryRun, addSourceOptions } from './build-options.ts';
import { examples } from './options.ts';
import type { Register } from './register.ts';

export const registerScanInOsh: Register = (program, attach) => {
  const command = program
    .command('scan-in-osh [path-or-url]')
    .description('have the source RPM analysed by OpenScanHub')
    .option('--target <chroot>', 'chroot to build in', 'fedora-rawhide-x86_64')
    .option('--base-srpm <file>', 'show only what differs from this source RPM')
    .option('--base-nvr <nvr>', 'show only what differs from this build in Koji')
    .option('--comment <text>', 'comment of the scan', 'Submitted through Packit.')
    .option('--csmock-args <args>', 'further arguments for csmock (default: the configuration)')
    .option('--srpm <file>', 'scan this source RPM instead of making one');
  addDryRun(addSourceOptions(command)).addHelpText(
    'after',
    examples('packit scan-in-osh', 'packit scan-in-osh --base-nvr hello-1.2.2-1.fc44'),
  );
  attach(command, async () => (await import('../commands/scan-in-osh.ts')).scanInOshCommand);
};
