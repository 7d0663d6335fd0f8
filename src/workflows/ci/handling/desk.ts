/** What every run needs, opened once: HTTP, the forge with the user's token, and whose that is. */
import type { Context } from '../../../context.ts';
import { isPackitError } from '../../../errors.ts';
import type { Forge } from '../../../remote/forge/index.ts';
import { createHttpClient } from '../../../remote/http/index.ts';
import type { HttpClient } from '../../../remote/http/index.ts';
import { createAccess } from '../../dist-git/index.ts';
import type { CiEvent } from '../event/index.ts';

export interface Desk {
  ctx: Context;
  http: HttpClient;
  forge: Forge;
  /** Account of the token; undefined without one. */
  me: string | undefined;
}

/** Opens what every run needs, for the event's project. */
export async function atDesk<T>(
  ctx: Context,
  { instanceUrl, project }: Pick<CiEvent, 'instanceUrl' | 'project'>,
  work: (desk: Desk) => Promise<T>,
): Promise<T> {
  const http = createHttpClient(ctx);
  try {
    const access = createAccess({ ctx, http, userConfig: await ctx.userConfig(), cwd: ctx.cwd });
    const forge = await access.forgeAt(`${instanceUrl}/${project.namespace}/${project.name}`);
    const me = await forge.whoami().catch((error: unknown) => {
      if (ctx.dryRun && isPackitError(error) && error.code === 'FORGE_TOKEN_MISSING') return undefined;
      throw error;
    });
    return await work({ ctx, http, forge, me });
  } finally {
    await http.close();
  }
}
