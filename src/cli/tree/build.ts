import { registerBuildHere } from './build-here.ts';
import { registerBuildInCopr } from './build-in-copr.ts';
import { registerBuildInImageBuilder } from './build-in-image-builder.ts';
import { registerBuildInKoji } from './build-in-koji.ts';
import { registerBuildInObs } from './build-in-obs.ts';
import { registerBuildWatch } from './build-watch.ts';
import type { Register } from './register.ts';

/** Every place a package can be built in is a command of this group. */
export const registerBuild: Register = (program, attach) => {
  const group = program
    .command('build')
    .description('build RPMs, here or elsewhere')
    .option('--srpm <file>', 'build this source RPM instead of making one');
  registerBuildHere(program, group, attach);
  registerBuildInCopr(program, group, attach);
  registerBuildInKoji(group, attach);
  registerBuildInObs(group, attach);
  registerBuildInImageBuilder(group, attach);
  registerBuildWatch(group, attach);
};
