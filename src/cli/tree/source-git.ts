import type { Command as Commander } from 'commander';
import { examples } from './options.ts';
import type { Attach, Register } from './register.ts';

export const registerSourceGit: Register = (program, attach) => {
  const group = program
    .command('source-git')
    .description('keep the patches of a package as commits of the upstream repository');
  addStatus(group, attach);
};

function addStatus(group: Commander, attach: Attach): void {
  const status = group
    .command('status <source-git> <dist-git>')
    .description('which commits one repository has and the other lacks')
    .addHelpText('after', examples('packit source-git status src/acl rpms/acl'));
  attach(status, async () => (await import('../commands/source-git/status.ts')).sourceGitStatusCommand);
}
