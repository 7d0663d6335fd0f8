/** Whether a forge's user is one of Fedora's packagers. */
import type { Context } from '../../../context.ts';
import { isPackitError } from '../../../errors.ts';
import { createFasjson } from '../../../remote/fasjson/index.ts';
import type { Fasjson } from '../../../remote/fasjson/index.ts';
import { sameLogin } from '../../../remote/forge/index.ts';
import { ensureTicket, loginCommand } from '../../../tools/kerberos/index.ts';
import type { Where } from './standing.ts';

export const PACKAGERS = 'packager';

/** The name of the account, or in one sentence why it is not known to be a packager's. */
export type PackagerAnswer = { account: string } | { not: string };

type World = Pick<Context, 'run' | 'cwd' | 'env' | 'now' | 'sleep' | 'ui' | 'userConfig'>;

/** Forges whose users log in with their Fedora account: the names are the same. */
const FEDORA_HOSTS = new Set(['src.fedoraproject.org', 'forge.fedoraproject.org', 'pagure.io']);

/**
 * Asks Fedora Accounts. On GitHub the account is the one that names the login as its own, and shows it: what a private account says
 * cannot be seen. Anybody may claim a login there, but only with an account of their own, so that a claim makes nobody a
 * packager who is none. A login that was given up and taken by somebody else is not noticed.
 *
 * Does not throw where there is no answer: that is no answer for yes.
 */
export async function askWhetherPackager(ctx: World, where: Where, login: string): Promise<PackagerAnswer> {
  try {
    return await answer(await openFasjson(ctx), where, login);
  } catch (error) {
    if (!isPackitError(error) || error.code === 'INTERRUPTED') throw error;
    ctx.ui.warn({
      code: error.code,
      message: `Whether ${login} is a packager is not known: ${error.message}`,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
    return { not: 'Fedora Accounts could not be asked.' };
  }
}

async function answer(fasjson: Fasjson, where: Where, login: string): Promise<PackagerAnswer> {
  if (FEDORA_HOSTS.has(where.host)) {
    const member = await fasjson.isMember(PACKAGERS, login);
    return member ? { account: login } : { not: 'This account is not in the packager group.' };
  }
  if (where.kind !== 'github') return { not: 'Packagers are known on GitHub and Fedora’s forges only.' };
  const found = await fasjson.byGitHubLogin(login);
  const named = found.filter((one) => !one.private && sameLogin(one.githubUsername ?? '', login));
  for (const { username } of named) {
    if (await fasjson.isMember(PACKAGERS, username)) return { account: username };
  }
  if (named.length > 0) return { not: 'Their Fedora account is not in the packager group.' };
  return {
    not: found.some((one) => one.private)
      ? 'Their Fedora account is private.'
      : 'No Fedora account names this GitHub login.',
  };
}

/** Fedora Accounts, asked as the user. */
export async function openFasjson(ctx: World): Promise<Fasjson> {
  const { run, cwd, now, env, sleep } = ctx;
  const { fas_user: user, keytab_path: keytab, kerberos_realm: realm } = await ctx.userConfig();
  const delay = env.PACKIT_RETRY_DELAY ?? '';
  return createFasjson({
    run,
    cwd,
    url: env.PACKIT_FASJSON_URL,
    ensureTicket: () => ensureTicket({ run, cwd, now, realm, user, keytab }),
    login: loginCommand(realm, user),
    sleep,
    ...(/^\d+$/.test(delay) ? { retryDelay: Number(delay) } : {}),
  });
}
