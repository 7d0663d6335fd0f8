/** The user at the forges: which forge an address is on, and what lets git read and write there. */
import type { Context } from '../../context.ts';
import { createTokenLookup, mayCarryToken } from '../../project/config/index.ts';
import type { UserConfig } from '../../project/config/index.ts';
import { createForge } from '../../remote/forge/index.ts';
import type { Forge, TokenFor } from '../../remote/forge/index.ts';
import type { HttpClient } from '../../remote/http/index.ts';
import type { Environment } from '../../tools/process/index.ts';
import { createCredentials } from './credentials.ts';

export interface Access {
  /** The forge at an address, with the user's token. */
  readonly forgeAt: (url: string) => Promise<Forge>;
  /** What git needs in its environment for an address. */
  readonly credentials: (url: string) => Promise<Environment>;
  /** The same for writing there: finds out first whose token is good for the address. */
  readonly pushCredentials: (url: string) => Promise<Environment>;
}

export interface AccessOptions {
  ctx: Context;
  http: HttpClient;
  userConfig: UserConfig;
  /** Where programs that give out tokens run. */
  cwd: string;
}

export function createAccess(options: AccessOptions): Access {
  const { ctx, userConfig, cwd } = options;
  const tokenFor = createTokenLookup({
    authentication: userConfig.authentication,
    env: ctx.env,
    redactor: ctx.redactor,
    run: ctx.run,
    cwd,
  });
  const { forUrl, learn, isKnown } = createCredentials(ctx, tokenFor, userConfig);
  const forgeAt = async (url: string): Promise<Forge> => {
    const forge = await openForge(options, url, tokenFor);
    learn(forge);
    return forge;
  };
  return {
    forgeAt,
    credentials: forUrl,
    pushCredentials: async (url) => {
      // Which forge it is says whose token is good for it; without a forge git's own means have to do.
      if (/^https?:/i.test(url) && !isKnown(url)) await forgeAt(url).catch(() => undefined);
      return forUrl(url);
    },
  };
}

async function openForge(
  { ctx, http, userConfig }: AccessOptions,
  url: string,
  tokenFor: TokenFor,
): Promise<Forge> {
  const encrypted = mayCarryToken(url, userConfig.authentication);
  if (!encrypted) {
    ctx.ui.warn({
      code: 'FORGE_NOT_ENCRYPTED',
      message: `No token is sent to ${url}: the connection would not be encrypted`,
      hint: 'Write https:// in the configuration. If the forge has no TLS, name it in the user configuration: instance_url: "http://...".',
    });
  }
  return createForge({
    url,
    fetch: http.fetch,
    ...(encrypted ? { tokenFor } : {}),
    instances: userConfig.authentication.flatMap(({ instanceUrl, kind, kindIsSaid }) => {
      if (instanceUrl === undefined) return [];
      if (kind === undefined) return [{ instanceUrl }];
      return [kindIsSaid ? { instanceUrl, kind } : { instanceUrl, likely: kind }];
    }),
    cacheDir: ctx.paths.cache,
    now: ctx.now,
    dryRun: ctx.dryRun,
    redactor: ctx.redactor,
    signal: ctx.signal,
  });
}
