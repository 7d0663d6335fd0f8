/** OBS as a workflow sees it: the account, and a client. */
import type { Context } from '../../../context.ts';
import { createHttpClient } from '../../../remote/http/index.ts';
import type { HttpClient } from '../../../remote/http/index.ts';
import { createObs, openAccess, readObsAccount } from '../../../remote/obs/index.ts';
import type { Obs, ObsAccount } from '../../../remote/obs/index.ts';

export interface OpenObs {
  obs: Obs;
  account: ObsAccount;
  http: HttpClient;
  /** For when the user has interrupted everything: a connection of its own, and little time. */
  cancel: (project: string, name: string) => Promise<void>;
  close: () => Promise<void>;
}

const CANCEL_MS = 15_000;

/** @throws PackitError OBS_NO_ACCOUNT, OBS_NO_PASSWORD */
export async function openObs(ctx: Context): Promise<OpenObs> {
  const account = await readObsAccount(ctx.env, ctx.paths.config);
  const { run, cwd, redactor, now } = ctx;
  const access = await openAccess({ account, run, cwd, redactor, now });
  const http = createHttpClient(ctx);
  const { apiUrl, user } = account;
  return {
    obs: createObs({ http, access, apiUrl, user }),
    account,
    http,
    async cancel(project, name) {
      const late = createHttpClient({ ...ctx, signal: AbortSignal.timeout(CANCEL_MS) });
      try {
        await createObs({ http: late, access, apiUrl, user }).abort(project, name);
      } finally {
        await late.close();
      }
    },
    close: () => http.close(),
  };
}
