import type { Context } from '../../context.ts';
import type { Git } from '../../tools/git/index.ts';
import { chooseIdentity } from '../dist-git/index.ts';

/** Who commits in the user's repository, and when: `Name <address> <seconds> <zone>`, its bytes as `latin1`. */
export async function committerIn(ctx: Context, git: Git): Promise<string> {
  const { exitCode, stdout } = await git.exec(
    ['-c', 'user.useConfigOnly=true', 'var', 'GIT_COMMITTER_IDENT'],
    {
      okExitCodes: [0, 1, 128],
    },
  );
  if (exitCode === 0) return stdout.toString('latin1').trim();
  const { name, email } = await chooseIdentity(ctx, git);
  const person = Buffer.from(`${name} <${email}>`).toString('latin1');
  return `${person} ${Math.floor(ctx.now().getTime() / 1000)} +0000`;
}
