import type { Command as Commander } from 'commander';
import type { Attach } from './register.ts';
import { addDryRun } from './build-options.ts';
import { examples } from './options.ts';

/** For builds that were submitted before, by whomever. */
export function registerBuildWatch(build: Commander, attach: Attach): void {
  const watch = build
    .command('watch <id-or-url...>')
    .description('attach to builds that are running, and end as they end')
    .option('--timeout <time>', 'wait no longer than this: 90m, 2h, or seconds (default: no limit)')
    .option('--cancel-on-interrupt', 'Ctrl-C cancels the builds (default: they run on)')
    .addHelpText(
      'after',
      examples(
        'packit build watch 9012345',
        'packit build watch https://copr.fedorainfracloud.org/coprs/build/9012345/ --timeout 1h',
      ),
    );
  attach(watch, async () => (await import('../commands/build/watch.ts')).buildWatchCommand);

  const cancel = build
    .command('cancel <id-or-url...>')
    .description('cancel builds that are running')
    .addHelpText('after', examples('packit build cancel 9012345'));
  addDryRun(cancel);
  attach(cancel, async () => (await import('../commands/build/watch.ts')).buildCancelCommand);
}
