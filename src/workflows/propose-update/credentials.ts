import type { Context } from '../../context.ts';
import type { UserConfig } from '../../project/config/index.ts';
import { kindOf } from '../../project/config/index.ts';
import type { ForgeKind, TokenFor } from '../../remote/forge/index.ts';
import type { Environment } from '../../tools/process/index.ts';

export interface Credentials {
  forUrl: (url: string) => Promise<Environment>;
  /** What a host speaks, once it has been asked. */
  learn: (forge: { host: string; kind: ForgeKind }) => void;
  isKnown: (url: string) => boolean;
}

/**
 * What git needs to push to an address over http(s): the token as a header, handed over in the environment so
 * that it is in no command line. Other addresses (ssh, file) need nothing from packit.
 */
export function createCredentials(ctx: Context, tokenFor: TokenFor, userConfig: UserConfig): Credentials {
  const known = new Map<string, { kind: ForgeKind }>();
  const forUrl = async (url: string): Promise<Environment> => {
    if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return {};
    const { host, origin } = new URL(url);
    const kind = known.get(host)?.kind ?? kindAt(host, origin, userConfig);
    const token = kind === undefined ? undefined : await tokenFor(host, kind);
    if (kind === undefined || token === undefined || token === '') return {};
    const header = Buffer.from(`${accountFor(kind, userConfig)}:${token}`).toString('base64');
    ctx.redactor.add(header);
    return {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `http.${origin}/.extraHeader`,
      GIT_CONFIG_VALUE_0: `Authorization: Basic ${header}`,
    };
  };
  return {
    forUrl,
    // The forge itself: what was remembered of its kind may yet prove wrong.
    learn: (forge) => void known.set(forge.host, forge),
    isKnown: (url) => URL.canParse(url) && known.has(new URL(url).host),
  };
}

function kindAt(host: string, origin: string, { authentication }: UserConfig): ForgeKind | undefined {
  return authentication.find(({ instanceUrl }) => instanceUrl === origin)?.kind ?? kindOf(host);
}

/** The name beside a token: GitLab and GitHub want a fixed word, the others any. */
function accountFor(kind: ForgeKind, { fas_user }: UserConfig): string {
  if (kind === 'github') return 'x-access-token';
  if (kind === 'gitlab') return 'oauth2';
  return fas_user ?? 'packit';
}
