import { PackitError } from '../../../errors.ts';
import type { FollowOptions, SourceRpmInput } from '../../../workflows/build/index.ts';
import type { GlobalOptions } from '../../command.ts';

/** Flags of `addSourceOptions`, and the group's own. */
export interface SourceFlags {
  srpm?: string;
  upstreamRef?: string;
  updateRelease?: boolean;
  releaseSuffix?: string;
  defaultReleaseSuffix?: boolean;
  package?: string[];
  /** `--no-actions` makes it false. */
  actions?: boolean;
}

/** Flags of `addWaitOptions`. */
export interface WaitFlags {
  /** `--no-wait` makes it false. */
  wait?: boolean;
  timeout?: string;
  cancelOnInterrupt?: boolean;
}

/** How the SRPM is made, for a command line. */
export function sourceInput(
  args: readonly string[],
  flags: SourceFlags,
  global: GlobalOptions,
): SourceRpmInput {
  return {
    ...(args[0] === undefined ? {} : { pathOrUrl: args[0] }),
    ...(flags.package === undefined ? {} : { packages: flags.package }),
    ...(global.config === undefined ? {} : { configPath: global.config }),
    ...(global.remote === undefined ? {} : { remote: global.remote }),
    ...(flags.upstreamRef === undefined ? {} : { upstreamRef: flags.upstreamRef }),
    ...(flags.updateRelease === undefined ? {} : { updateRelease: flags.updateRelease }),
    ...(flags.releaseSuffix === undefined ? {} : { releaseSuffix: flags.releaseSuffix }),
    ...(flags.defaultReleaseSuffix === undefined ? {} : { defaultReleaseSuffix: flags.defaultReleaseSuffix }),
    noActions: flags.actions === false,
    srpm: flags.srpm,
  };
}

export interface WaitInput extends Pick<FollowOptions, 'timeout' | 'cancelOnInterrupt'> {
  wait: boolean;
}

/** @throws PackitError USAGE */
export function waitInput(flags: WaitFlags): WaitInput {
  return {
    wait: flags.wait !== false,
    ...(flags.timeout === undefined ? {} : { timeout: parseDuration(flags.timeout) }),
    ...(flags.cancelOnInterrupt === undefined ? {} : { cancelOnInterrupt: flags.cancelOnInterrupt }),
  };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, min: 60, h: 3600 };

/** `90m`, `2h`, `1h30m`, `45 s` or a number of seconds, in seconds. @throws PackitError USAGE */
export function parseDuration(text: string): number {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)\s*(min|[smh])?\s*/gy)];
  const whole = parts.map(([part]) => part).join('') === text.trim();
  const seconds = parts.reduce((sum, [, number, unit = '']) => sum + Number(number) * (UNITS[unit] ?? 0), 0);
  if (!whole || parts.length === 0 || seconds <= 0) {
    throw new PackitError('USAGE', `"${text}" is no time`, {
      hint: 'Write 90m, 2h, 1h30m or a number of seconds.',
    });
  }
  return seconds;
}
