import type { Command as Commander } from 'commander';
import type { Attach, Register } from './register.ts';
import { collect, examples } from './options.ts';

export const registerCi: Register = (program, attach) => {
  const group = program.command('ci').description('the jobs of the configuration, in any CI');

  const plan = addEventOptions(group.command('plan'))
    .description('what an event would start, and why the other jobs do not start')
    .option('--matrix', 'print the units as a matrix for a CI system')
    .addHelpText(
      'after',
      examples(
        'packit ci plan',
        'packit ci plan --event payload.json --event-name pull_request',
        'packit --json ci plan | jq .leftOut',
      ),
    );
  attach(plan, async () => (await import('../commands/ci/plan.ts')).ciPlanCommand);
  registerCiInit(group, attach);
};

function registerCiInit(group: Commander, attach: Attach): void {
  const init = group
    .command('init [path]')
    .description('write the files that make GitHub, GitLab or Forgejo run the jobs')
    .option('--forge <kind>', 'github, gitlab or forgejo (default: where the remote is)')
    .option('-f, --force', 'replace files that say something else')
    .option('--dry-run', 'print the files, or the differences, instead of writing them')
    .addHelpText(
      'after',
      examples('packit ci init', 'packit ci init --dry-run', 'packit ci init --forge forgejo ../project'),
    );
  attach(init, async () => (await import('../commands/ci/init.ts')).ciInitCommand);
}

/** Where the event comes from, and what narrows the run. */
export function addEventOptions(command: Commander): Commander {
  return command
    .option('--event <file>', 'payload of the event (default: what the CI system names)')
    .option('--event-name <name>', 'what the event is called, such as pull_request')
    .option('--forge <kind>', 'github, gitlab, forgejo or pagure (default: by the environment)')
    .option('--job <type>', 'only jobs of this type; repeatable', collect)
    .option('-p, --package <name>', 'only this package; repeatable', collect)
    .option('--identifier <id>', 'only jobs with this identifier; repeatable', collect)
    .option('--target <name>', 'only this chroot, branch or compose; repeatable', collect)
    .option('--instance <name>', 'which of packit_instances this is (default: prod)')
    .option('--comment-prefix <word>', 'what a command in a comment begins with (default: /packit)')
    .option('--require-config', 'a repository without a configuration is an error');
}
