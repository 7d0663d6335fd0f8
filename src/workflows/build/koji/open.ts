/** Koji as a workflow sees it: a client that logs in with Kerberos when it has to. */
import type { Context } from '../../../context.ts';
import { createHttpClient } from '../../../remote/http/index.ts';
import type { HttpClient } from '../../../remote/http/index.ts';
import type { Koji } from '../../../remote/koji/index.ts';
import { createRun } from '../../../tools/process/index.ts';
import { openKoji as openKojiClient } from '../../packaging-services/index.ts';
import type { Account } from '../../packaging-services/index.ts';

export interface OpenKoji {
  koji: Koji;
  http: HttpClient;
  /** For when the user has interrupted everything: a connection of its own, and little time. */
  cancel: (task: number) => Promise<void>;
  close: () => Promise<void>;
}

export type KojiAccount = Account;

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

function connect(ctx: Context, userConfig: KojiAccount): { http: HttpClient; koji: Koji } {
  const http = createHttpClient(ctx);
  return { http, koji: openKojiClient({ ctx, http, userConfig }) };
}
