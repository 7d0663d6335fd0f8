import { initSourceGit } from '../../../workflows/source-git/index.ts';
import { printable } from '../../../ui.ts';
import type { Command } from '../../command.ts';

export interface SourceGitInitFlags {
  upstreamUrl?: string;
  upstreamRemote?: string;
  pkgTool?: string;
  pkgName?: string;
}

export const sourceGitInitCommand: Command<SourceGitInitFlags> = async ({ ctx, args, options }) => {
  const [upstreamRef = '', sourceGit = '.', distGit = '.'] = args;
  const result = await initSourceGit(ctx, { upstreamRef, sourceGit, distGit, ...options });
  const lines = result.patches.flatMap(({ name, commits, subjects }) =>
    commits.map((sha, index) => `${sha.slice(0, 8)} ${name}: ${subjects[index] ?? ''}`),
  );
  return { text: printable(lines.join('\n')), json: result };
};
