import { relative } from 'node:path';
import { report } from '../../workflows/report/index.ts';
import type { ReportResult } from '../../workflows/report/index.ts';
import { printable } from '../../ui.ts';
import type { Command } from '../command.ts';

export interface ReportFlags {
  output?: string;
  yes?: boolean;
}

export const reportCommand: Command<ReportFlags> = async ({ ctx, args, options, global }) => {
  const result = await report(
    ctx,
    {
      directory: args[0] ?? '.',
      output: options.output,
      yes: options.yes === true,
      configPath: global.config,
    },
    // Shown before the question, on stderr as all of the conversation.
    (found) => {
      for (const line of describe(found)) ctx.ui.info(line);
    },
  );
  if (result.archive === undefined) {
    if (!ctx.dryRun) ctx.ui.info('Nothing was packed.');
    return { text: '', json: result };
  }
  ctx.ui.info('Attach the archive to the bug report. It can be replayed with packit --replay.');
  return { text: relative(ctx.cwd, result.archive), json: result };
};

function describe(found: ReportResult): string[] {
  const size = found.files.reduce((sum, file) => sum + file.size, 0);
  const count = (of: Readonly<Record<string, number>>): string =>
    Object.entries(of)
      .map(([name, times]) => `${name} (${times})`)
      .join(', ') || 'none';
  const versions = Object.entries(found.versions).map(([name, version]) => `${name} ${version}`);
  const ending =
    found.exitCode === undefined
      ? 'broken off'
      : `exit code ${found.exitCode}${found.error === undefined ? '' : `, ${found.error.code}: ${found.error.message}`}`;
  return [
    `Command:       packit ${found.command.join(' ')}`,
    `Ended with:    ${ending}`,
    `Versions:      ${versions.join(', ')}`,
    `Services:      ${count(found.services)}`,
    `Programs:      ${count(found.programs)}`,
    `Variables:     ${found.variables.join(', ') || 'none'}`,
    `Configuration: ${found.configuration ?? 'none in this directory'}`,
    `Files:         ${found.files.length}, ${Math.ceil(size / 1024)} KiB`,
  ].map(printable);
}
