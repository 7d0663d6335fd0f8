import { relative } from 'node:path';
import { printable } from '../../../ui.ts';
import { initDistGit } from '../../../workflows/init-dist-git/index.ts';
import type { InitDistGitInput, InitDistGitResult } from '../../../workflows/init-dist-git/index.ts';
import type { Command } from '../../command.ts';
import { readOtherKeys } from './other-keys.ts';

export type DistGitInitFlags = Omit<InitDistGitInput, 'pathOrUrl' | 'otherKeys' | 'remote' | 'fasUser'>;

export const distGitInitCommand: Command<DistGitInitFlags> = async ({ ctx, args, options, global }) => {
  const { keys, rest } = readOtherKeys(args);
  const result = await initDistGit(ctx, {
    ...jobsOf(options),
    pathOrUrl: rest,
    otherKeys: keys,
    remote: global.remote,
    fasUser: global.fasUser,
  });
  if (result.status === 'written') {
    const shown = relative(ctx.cwd, result.config) || result.config;
    ctx.ui.info(`${result.change}: ${shown}`);
    ctx.ui.info(
      'Next: look the configuration over, commit it, then try packit pull-from-upstream --dry-run.',
    );
    return { text: shown, json: result };
  }
  return { text: printable(ctx.redactor.secrets(textOf(result))), json: result };
};

/** A job that nobody left out may be asked about. */
function jobsOf(flags: DistGitInitFlags): DistGitInitFlags {
  const { pull, kojiBuild, bodhiUpdate, ...rest } = flags;
  return {
    ...rest,
    ...(pull === false ? { pull } : {}),
    ...(kojiBuild === false ? { kojiBuild } : {}),
    ...(bodhiUpdate === false ? { bodhiUpdate } : {}),
  };
}

function textOf({ status, config, content, requests, plan }: InitDistGitResult): string {
  if (status === 'planned') {
    if (plan === undefined) return `--- ${config}\n${content}`;
    const to = plan.push.to === 'fork' ? `${plan.push.branch} of the fork` : plan.push.branch;
    const proposed = plan.requests.map(
      ({ targetBranch, title }) => `Pull request to ${targetBranch}: ${title}`,
    );
    return [plan.message, plan.diff, '', `Push ${plan.commit.slice(0, 10)} to ${to}`, ...proposed].join('\n');
  }
  if (status === 'unchanged' && requests.length === 0) return 'dist-git has this configuration already';
  return requests.length === 0 ? `pushed: ${config}` : requests.map(({ url }) => url).join('\n');
}
