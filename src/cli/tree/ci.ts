import type { Command as Commander } from 'commander';
import type { Attach, Register } from './register.ts';
import { addDryRun } from './build-options.ts';
import { collect, examples } from './options.ts';

export const registerCi: Register = (program, attach) => {
  const group = program.command('ci').description('the jobs of the configuration, in any CI');

  addRun(group, attach);
  addResume(group, attach);
  addSweep(group, attach);

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

function addRun(group: Commander, attach: Attach): void {
  const run = addRunOptions(addEventOptions(group.command('run', { isDefault: true })))
    .description('do what an event starts, and report it as statuses')
    .option('--keep-superseded', 'builds and tests of earlier commits of a pull request run on')
    .addHelpText(
      'after',
      examples(
        'packit ci run',
        'packit ci run --no-wait',
        'packit ci run --event payload.json --event-name pull_request --dry-run',
      ),
    );
  attach(addWaiting(run), async () => (await import('../commands/ci/run.ts')).ciRunCommand);
}

function addResume(group: Commander, attach: Attach): void {
  const resume = addRunOptions(addEventOptions(group.command('resume')))
    .description('go on with what an earlier run began and did not see end')
    .option('--pull-request <number>', 'of this pull request (default: of the event)')
    .option('--branch <name>', 'of the newest commit of this branch, as the CI system has it')
    .option('--tag <name>', 'of this release')
    .option('--repository <url>', 'page of the project (default: what the CI system says)')
    .addHelpText(
      'after',
      examples(
        'packit ci resume --pull-request 42',
        'packit ci resume --tag 1.2.0 --repository https://github.com/OWNER/NAME',
      ),
    );
  attach(addWaiting(resume), async () => (await import('../commands/ci/resume.ts')).ciResumeCommand);
}

function addSweep(group: Commander, attach: Attach): void {
  const sweep = addRunOptions(addEventOptions(group.command('sweep')))
    .description('look once at everything that is open, and report what has ended; for a schedule')
    .option('--start', 'begin what nobody has begun for open pull requests')
    .option('--repository <url>', 'page of the project (default: what the CI system says)')
    .addHelpText(
      'after',
      examples('packit ci sweep', 'packit ci sweep --repository https://codeberg.org/OWNER/NAME'),
    );
  attach(sweep, async () => (await import('../commands/ci/sweep.ts')).ciSweepCommand);
}

function addRunOptions(command: Commander): Commander {
  return addDryRun(command)
    .option('--report <how>', 'statuses, or none: nothing is written to the forge (default: statuses)')
    .option('--allow <file>', 'who is trusted (default: .packit-allow.yaml of the default branch)');
}

function addWaiting(command: Commander): Commander {
  return command
    .option('--wait', 'wait for the end of builds and tests (the default)')
    .option('--no-wait', 'submit, and leave the rest to "packit ci sweep"')
    .option('--deadline <time>', 'wait no longer than this: 90m, 5h, or seconds (default: 5h)');
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
