import { relative } from 'node:path';
import {
  configError,
  describeValues,
  diagnose,
  inspectConfig,
  readConfigText,
  selectPackages,
  toDump,
} from '../../../project/config/index.ts';
import type { DescribedPackage } from '../../../project/config/index.ts';
import { printable } from '../../../ui.ts';
import type { Command } from '../../command.ts';
import { configTarget } from './target.ts';

/** The flags of `packit config show` as commander hands them over. */
export interface ShowOptions {
  package?: string[];
}

export const configShowCommand: Command<ShowOptions> = async ({ ctx, args, options, global }) => {
  const { file, directory } = configTarget(args[0], global.config, ctx.cwd);
  const text = readConfigText(file);
  const inspection = await inspectConfig({ file, directory, text, env: ctx.env, cache: ctx.paths.cache });
  const diagnostics = diagnose(inspection.problems, text, file);
  if (diagnostics.some(({ severity }) => severity === 'error')) throw configError(diagnostics, text, ctx.cwd);
  const { packages: all, jobs: allJobs } = inspection;
  const packages = selectPackages(
    { file, directory: '', packages: all, jobs: allJobs, warnings: [] },
    options.package,
  );
  const wanted = new Set(packages.map(({ name }) => name));
  const jobs = allJobs
    .map((job) => ({ ...job, packages: job.packages.filter(({ name }) => wanted.has(name)) }))
    .filter((job) => job.packages.length > 0);
  if (global.json === true) return { json: toDump({ packages, jobs }) };
  const name = relative(ctx.cwd, file) || file;
  const described = await describeValues(inspection, wanted);
  return {
    json: undefined,
    text: printable(
      [...described.packages, ...described.jobs].flatMap((part) => table(part, name)).join('\n'),
    ),
  };
};

function table({ title, values }: DescribedPackage, file: string): string[] {
  const rows = values.map(({ key, value, line, origin }) => ({
    from: line === undefined ? origin : `${file}:${line}`,
    text: `${key}: ${value}`,
  }));
  const width = Math.max(0, ...rows.map(({ from }) => from.length));
  return [title, ...rows.map(({ from, text }) => `  ${from.padEnd(width)}  ${text}`), ''];
}
