import { commitTable } from '../../../project/source-git/index.ts';
import { sourceGitStatus } from '../../../workflows/source-git/index.ts';
import type { PairStatus } from '../../../workflows/source-git/index.ts';
import { printable } from '../../../ui.ts';
import type { Command } from '../../command.ts';

export const sourceGitStatusCommand: Command = async ({ ctx, args }) => {
  const [sourceGit = '.', distGit = '.'] = args;
  const result = await sourceGitStatus(ctx, { sourceGit, distGit });
  return { text: printable(result.packages.map(describe).join('\n\n')), json: result };
};

function describe(status: PairStatus): string {
  const table = commitTable(status);
  return [...summary(status), ...(table.length === 0 ? [] : ['', ...table])].join('\n');
}

function summary({ repositories, relation, sourceGit, distGit }: PairStatus): string[] {
  const [source, dist] = [`'${repositories.sourceGit}'`, `'${repositories.distGit}'`];
  const first = (side: string, [commit]: PairStatus['sourceGit']): string =>
    `The first ${side} commit to be synced is '${commit?.sha.slice(0, 8) ?? ''}'.`;
  if (relation === 'up-to-date') return [`${source} is up to date with ${dist}.`];
  if (relation === 'diverged') {
    return [
      `${source} and ${dist} have diverged.`,
      first('source-git', sourceGit),
      first('dist-git', distGit),
      'Sync status needs to be reestablished manually, see',
      'https://packit.dev/source-git/work-with-source-git/fix-diverged-history',
    ];
  }
  if (relation === 'ahead') {
    return [
      `${source} is ahead of ${dist} by ${counted(sourceGit.length)}.`,
      `Use "packit source-git update-dist-git ${word(repositories.sourceGit)} ${word(repositories.distGit)}"`,
      `to transform changes from ${source} to ${dist}.`,
      first('source-git', sourceGit),
    ];
  }
  return [
    `${source} is behind of ${dist} by ${counted(distGit.length)}.`,
    `Use "packit source-git update-source-git ${word(repositories.distGit)} ${word(repositories.sourceGit)}"`,
    `to transform changes from ${dist} to ${source}.`,
    first('dist-git', distGit),
  ];
}

function counted(count: number): string {
  return `${count} commit${count === 1 ? '' : 's'}`;
}

/** As a shell takes it. */
function word(text: string): string {
  return /^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
