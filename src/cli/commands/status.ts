import { PackitError } from '../../errors.ts';
import { readStatus } from '../../workflows/status/index.ts';
import type { StatusInput } from '../../workflows/status/index.ts';
import type { Command } from '../command.ts';
import { showScreen } from '../ui/screen.ts';
import { statusReport } from './status-report.ts';

export interface StatusFlags {
  package?: string[];
  /** Seconds, or true for the default. */
  watch?: string | true;
}

const DEFAULT_WATCH = 60;

export const statusCommand: Command<StatusFlags> = async ({ ctx, args, options, global }) => {
  const input: StatusInput = {
    pathOrUrl: args[0],
    packages: options.package,
    configPath: global.config,
    remote: global.remote,
    fasUser: global.fasUser,
    keytab: global.keytab,
  };
  const seconds = watchSeconds(options.watch, global.json === true);
  for (;;) {
    const result = await ctx.ui.step('ask the services', () => readStatus(ctx, input));
    const report = await statusReport(ctx, result);
    if (seconds === undefined) return { ...report, json: result, exitCode: result.exitCode };
    const silent = report.failures.map(({ subject, message }) => `${subject}: ${message}\n`).join('');
    showScreen(`${report.text}\n${silent}\n${result.at}, again in ${seconds} s; Ctrl-C ends it\n`);
    await ctx.sleep(seconds * 1000, ctx.signal);
  }
};

function watchSeconds(watch: StatusFlags['watch'], json: boolean): number | undefined {
  if (watch === undefined) return undefined;
  if (json) {
    throw new PackitError('STATUS_WATCH', '--watch is for people, --json for programs', {
      hint: 'Run packit --json status again and again instead.',
    });
  }
  if (watch === true) return DEFAULT_WATCH;
  if (/^\d+$/.test(watch) && Number(watch) >= 1) return Number(watch);
  throw new PackitError('STATUS_WATCH', `--watch wants seconds, not ${JSON.stringify(watch)}`, {
    hint: `Write --watch ${DEFAULT_WATCH}, or --watch alone.`,
  });
}
