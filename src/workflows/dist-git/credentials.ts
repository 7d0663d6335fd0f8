import type { Context } from '../../context.ts';
import type { UserConfig } from '../../project/config/index.ts';
import { kindOf, mayCarryToken } from '../../project/config/index.ts';
import type { ForgeKind, TokenFor } from '../../remote/forge/index.ts';
import type { Environment } from '../../tools/process/index.ts';

export interface Credentials {
  forUrl: (url: string) => Promise<Environment>;
  /** What a host speaks, once it has been asked. */
  learn: (forge: { host: string; kind: ForgeKind }) => void;
  isKnown: (url: string) => boolean;
}

/**
 * Answers git's question for a name and a password from its environment. The empty helper before it takes the user's
 * own ones out: they would store the token.
 */
const HELPER = `!f() { if test "$1" = get; then printf 'username=%s\\npassword=%s\\n' "$PACKIT_GIT_USER" "$PACKIT_GIT_PASSWORD"; fi; }; f`;

/**
 * What git needs to push to an address over http(s): the token, handed over in the environment so that it is in no
 * command line, and as the answer to a question about this very host: git would send a header on to wherever the
 * server redirects it. Other addresses (ssh, file) need nothing from packit.
 */
export function createCredentials(ctx: Context, tokenFor: TokenFor, userConfig: UserConfig): Credentials {
  const known = new Map<string, { kind: ForgeKind }>();
  const forUrl = async (url: string): Promise<Environment> => {
    if (!/^https?:\/\//i.test(url) || !mayCarryToken(url, userConfig.authentication)) return {};
    const { host, origin } = new URL(url);
    const kind = known.get(host)?.kind ?? kindAt(host, origin, userConfig);
    const token = kind === undefined ? undefined : await tokenFor(host, kind);
    if (kind === undefined || token === undefined || token === '') return {};
    ctx.redactor.add(token);
    // Settings the user hands to git in the same way stay.
    const count = /^\d+$/.test(ctx.env.GIT_CONFIG_COUNT ?? '') ? Number(ctx.env.GIT_CONFIG_COUNT) : 0;
    return {
      PACKIT_GIT_USER: accountFor(kind, userConfig),
      PACKIT_GIT_PASSWORD: token,
      GIT_CONFIG_COUNT: String(count + 2),
      [`GIT_CONFIG_KEY_${count}`]: `credential.${origin}.helper`,
      [`GIT_CONFIG_VALUE_${count}`]: '',
      [`GIT_CONFIG_KEY_${count + 1}`]: `credential.${origin}.helper`,
      [`GIT_CONFIG_VALUE_${count + 1}`]: HELPER,
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
