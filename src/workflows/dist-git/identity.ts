import type { Context } from '../../context.ts';
import { changelogAuthor } from '../../project/changelog-author.ts';
import { readIdentity } from '../../tools/git/index.ts';
import type { Git } from '../../tools/git/index.ts';

export interface Identity {
  name: string;
  email: string;
}

/** Who commits: the environment's author, git's (as `git`'s repository has it), a name of packit's own. */
export async function chooseIdentity(ctx: Context, git: Git): Promise<Identity> {
  const { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email } = ctx.env;
  if (name !== undefined && name !== '' && email !== undefined && email !== '') return { name, email };
  const configured = await readIdentity(git);
  if (configured !== undefined) return configured;
  ctx.ui.warn({
    code: 'NO_GIT_IDENTITY',
    message: 'git does not know who you are: the commits are by "Packit <hello@packit.dev>"',
    hint: 'git config --global user.name "Your Name" && git config --global user.email you@example.org',
  });
  return { name: 'Packit', email: 'hello@packit.dev' };
}

/**
 * Who signs changelog entries, `Name <address>`: the commits' author where the environment names one, else who signs
 * them anywhere else. `cwd` is a directory of the repository whose git configuration counts.
 */
export async function chooseAuthor(ctx: Context, cwd: string, identity: Identity): Promise<string> {
  const { RPM_PACKAGER: packager, GIT_AUTHOR_NAME: author } = ctx.env;
  const isNamed = packager === undefined && author !== undefined && author === identity.name;
  if (isNamed) return `${identity.name} <${identity.email}>`;
  return changelogAuthor({ run: ctx.run, env: ctx.env, cwd });
}
