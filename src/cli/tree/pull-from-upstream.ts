import { examples } from './options.ts';
import type { Register } from './register.ts';
import { addReleaseOptions } from './release-options.ts';

export const registerPullFromUpstream: Register = (program, attach) => {
  const command = program
    .command('pull-from-upstream [path-or-url] [version]')
    .description('bring an upstream release into the package of a dist-git checkout');
  addReleaseOptions(command).addHelpText(
    'after',
    examples(
      'packit pull-from-upstream --dry-run',
      'packit pull-from-upstream . 1.2.3 --dist-git-branch rawhide,f42',
      'packit pull-from-upstream https://src.fedoraproject.org/rpms/hello',
    ),
  );
  attach(command, async () => (await import('../commands/pull-from-upstream.ts')).pullFromUpstreamCommand);
};
