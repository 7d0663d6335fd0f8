import { runTests } from '../../workflows/tests/index.ts';
import type { TestInput } from '../../workflows/tests/index.ts';
import type { Command } from '../command.ts';
import { parseDuration } from './build/build-input.ts';
import { buildReport } from './build/report.ts';

export interface TestFlags {
  rpmPaths?: string[];
  /** The reference's spelling. */
  rpm_paths?: string[];
  target: string;
  plan?: string[];
  root?: string;
  provision: TestInput['how'];
  cleanBefore?: boolean;
  timeout?: string;
  package?: string[];
  /** `--no-actions` makes it false. */
  actions?: boolean;
}

export const testCommand: Command<TestFlags> = async ({ ctx, args, options, global }) => {
  const result = await runTests(ctx, {
    pathOrUrl: args[0],
    packages: options.package,
    configPath: global.config,
    remote: global.remote,
    noActions: options.actions === false,
    rpms: [...(options.rpmPaths ?? []), ...(options.rpm_paths ?? [])],
    target: options.target,
    root: options.root,
    plans: options.plan ?? [],
    how: options.provision,
    cleanBefore: options.cleanBefore === true,
    timeout: options.timeout === undefined ? undefined : parseDuration(options.timeout),
  });
  return buildReport(ctx, result);
};
