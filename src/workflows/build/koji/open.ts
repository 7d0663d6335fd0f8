/** Koji as a workflow sees it: a client that logs in with Kerberos when it has to. */
import type { Context } from '../../../context.ts';
import type { UserConfig } from '../../../project/config/index.ts';
import { createHttpClient } from '../../../remote/http/index.ts';
import type { HttpClient } from '../../../remote/http/index.ts';
import { createKoji } from '../../../remote/koji/index.ts';
import type { Koji } from '../../../remote/koji/index.ts';
import { createRun } from '../../../tools/process/index.ts';
import { ensureTicket, loginCommand } from '../../../tools/kerberos/index.ts';

export interface OpenKoji {
  koji: Koji;
  http: HttpClient;
  /** For when the user has interrupted everything: a connection of its own, and little time. */
  cancel: (task: number) => Promise<void>;
  close: () => Promise<void>;
}

/** The part of the user's configuration that says who logs in. */
export type KojiAccount = Pick<UserConfig, 'fas_user' | 'keytab_path' | 'kerberos_realm'>;

const CANCEL_MS = 30_000;

export function openKoji(ctx: Context, account: KojiAccount): OpenKoji {
  const { http, koji } = connect(ctx, account);
  return {
    koji,
    http,
    async cancel(task) {
      const signal = AbortSignal.timeout(CANCEL_MS);
      // The programs that log in must not end with the context's signal either.
      const run = createRun({ env: ctx.env, signal, redactor: ctx.redactor });
      const late = connect({ ...ctx, signal, run }, account);
      try {
        await late.koji.cancelTask(task);
      } finally {
        await late.http.close();
      }
    },
    close: () => http.close(),
  };
}

function connect(ctx: Context, account: KojiAccount): { http: HttpClient; koji: Koji } {
  const { fas_user: user, keytab_path: keytab, kerberos_realm: realm } = account;
  const { run, cwd, now, redactor, signal, env } = ctx;
  const http = createHttpClient(ctx);
  const koji = createKoji({
    http,
    run,
    cwd,
    now,
    redactor,
    signal,
    url: env.PACKIT_KOJI_URL,
    login: loginCommand(realm, user),
    ensureTicket: () => ensureTicket({ run, cwd, now, realm, user, keytab }),
    sleep: ctx.sleep,
    ...(/^\d+$/.test(env.PACKIT_RETRY_DELAY ?? '') ? { retryDelay: Number(env.PACKIT_RETRY_DELAY) } : {}),
  });
  return { http, koji };
}
