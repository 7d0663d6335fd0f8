import { updateSourceGit } from '../../../workflows/source-git/index.ts';
import { printable } from '../../../ui.ts';
import type { Command } from '../../command.ts';

export interface UpdateSourceGitFlags {
  force?: boolean;
  markSynced?: boolean;
}

export const updateSourceGitCommand: Command<UpdateSourceGitFlags> = async ({ ctx, args, options }) => {
  const [distGit = '.', sourceGit = '.', range] = args;
  const result = await updateSourceGit(ctx, {
    distGit,
    sourceGit,
    range,
    force: options.force,
    markSynced: options.markSynced,
  });
  const lines = result.packages.flatMap(({ commits }) =>
    commits.map(({ sha, subject }) => `${sha.slice(0, 8)} ${subject}`),
  );
  return { text: printable(lines.join('\n')), json: result };
};
