import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Context } from '../../../context.ts';
import { PackitError, messageOf } from '../../../errors.ts';
import { decodeText } from '../../../spec/index.ts';
import { printable } from '../../../ui.ts';
import { updateDistGit } from '../../../workflows/source-git/index.ts';
import type { DistGitUpdate } from '../../../workflows/source-git/index.ts';
import type { Command } from '../../command.ts';

export interface UpdateDistGitFlags {
  upstreamRef?: string;
  pkgTool?: string;
  message?: string;
  file?: string;
  force?: boolean;
  /** `--no-actions` makes it false. */
  actions?: boolean;
}

export const updateDistGitCommand: Command<UpdateDistGitFlags> = async ({ ctx, args, options }) => {
  const [sourceGit = '.', distGit = '.'] = args;
  if (options.message !== undefined && options.file !== undefined) {
    throw new PackitError('OPTIONS_CONFLICT', 'Option -m cannot be combined with -F', {
      hint: 'Give the message in one of the two.',
    });
  }
  const result = await updateDistGit(ctx, {
    sourceGit,
    distGit,
    upstreamRef: options.upstreamRef,
    pkgTool: options.pkgTool,
    message: options.file === undefined ? options.message : readMessage(ctx, options.file),
    force: options.force,
    noActions: options.actions === false,
  });
  return { text: printable(result.packages.map(describe).join('\n\n')), json: result };
};

/** The bytes of the file, those that are not UTF-8 as the spec library keeps them. */
function readMessage(ctx: Context, file: string): string {
  try {
    return decodeText(readFileSync(file === '-' ? 0 : resolve(ctx.cwd, file)));
  } catch (error) {
    throw new PackitError(
      'MESSAGE_UNREADABLE',
      `The message cannot be read from ${file}: ${messageOf(error)}`,
      {
        hint: 'Name a file with -F, or - for the standard input.',
        cause: error,
      },
    );
  }
}

function describe({ outcome, commit, files, uploads, repositories }: DistGitUpdate): string {
  const { distGit } = repositories;
  const summary: Record<DistGitUpdate['outcome'], string> = {
    committed: `${distGit}: committed as ${commit?.slice(0, 8) ?? ''}`,
    changed: `${distGit}: changed, not committed (-m MESSAGE commits)`,
    planned: `${distGit}: would change`,
    unchanged: `${distGit}: nothing changes`,
    'up-to-date': `'${repositories.sourceGit}' is up to date with '${distGit}'.`,
  };
  return [
    summary[outcome],
    ...files.map(({ change, path }) => `  ${change} ${path}`),
    ...uploads.map((name) => `  ${outcome === 'planned' ? 'to be uploaded' : 'uploaded'}: ${name}`),
  ].join('\n');
}
