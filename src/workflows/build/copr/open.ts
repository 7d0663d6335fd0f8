/** Copr as a workflow sees it: whose it is, where it is, and a client. */
import type { Context } from '../../../context.ts';
import { createCopr, readCoprConfig } from '../../../remote/copr/index.ts';
import type { Copr, CoprConfig } from '../../../remote/copr/index.ts';
import { createHttpClient } from '../../../remote/http/index.ts';
import type { HttpClient } from '../../../remote/http/index.ts';
import { ensureTicket } from '../../../tools/kerberos/index.ts';

export interface OpenCopr {
  copr: Copr;
  config: CoprConfig;
  http: HttpClient;
  close: () => Promise<void>;
}

/**
 * @param url another instance than the configured one; it gets no login
 * @throws PackitError COPR_CONFIG_INVALID
 */
export async function openCopr(ctx: Context, url?: string): Promise<OpenCopr> {
  const { home } = ctx.paths;
  const own = await readCoprConfig(home);
  const config: CoprConfig =
    url === undefined || url === own.url ? own : { file: own.file, url, gssapi: false };
  // A large SRPM is looked at before Copr says a word.
  const http = createHttpClient({ ...ctx, idleTimeout: IDLE_MS });
  const copr = createCopr({
    http,
    config,
    home,
    cwd: ctx.cwd,
    run: ctx.run,
    now: ctx.now,
    redactor: ctx.redactor,
    ensureTicket: () => ticketFromKeytab(ctx),
  });
  return { copr, config, http, close: () => http.close() };
}

const IDLE_MS = 300_000;

/** Who has a keytab need not think of tickets. */
async function ticketFromKeytab(ctx: Context): Promise<void> {
  const { fas_user: user, keytab_path: keytab, kerberos_realm: realm } = await ctx.userConfig();
  if (user === undefined || keytab === undefined) return;
  await ensureTicket({ run: ctx.run, cwd: ctx.cwd, now: ctx.now, realm, user, keytab });
}

/** For when the user has interrupted everything: a connection of its own, and little time. False if it had ended already. */
export async function cancelCoprBuild(ctx: Context, id: string, url?: string): Promise<boolean> {
  const { copr, close } = await openCopr({ ...ctx, signal: AbortSignal.timeout(CANCEL_MS) }, url);
  try {
    return await copr.cancel(id);
  } finally {
    await close();
  }
}

const CANCEL_MS = 15_000;
