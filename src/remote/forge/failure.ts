import { PackitError, ServiceError } from '../../errors.ts';
import type { ForgeKind } from './types.ts';

/** Names for people. */
export const FORGE_NAME: Readonly<Record<ForgeKind, string>> = {
  github: 'GitHub',
  gitlab: 'GitLab',
  pagure: 'Pagure',
  forgejo: 'Forgejo',
};

/** Variables that count for these hosts only: a token must not go to whatever host a configuration names. */
const USUAL_VARIABLE: readonly (readonly [ForgeKind, string, RegExp])[] = [
  ['github', 'GITHUB_TOKEN', /^github\.com$/],
  ['gitlab', 'GITLAB_TOKEN', /^gitlab\.com$/],
  ['pagure', 'PACKIT_PAGURE_TOKEN', /^(src(\.stg)?\.fedoraproject\.org|pagure\.io|git\.centos\.org)$/],
  ['forgejo', 'PACKIT_FORGEJO_TOKEN', /^(codeberg\.org|(src(\.stg)?|forge)\.fedoraproject\.org)$/],
];

/** The environment variable a host's token can be given in: `PACKIT_TOKEN_GITLAB_GNOME_ORG` where there is no usual one. */
export function tokenVariable(kind: ForgeKind, host: string): string {
  const usual = USUAL_VARIABLE.find(([known, , hosts]) => known === kind && hosts.test(host));
  return (
    usual?.[1] ??
    `PACKIT_TOKEN_${host
      .toUpperCase()
      .replaceAll('-', '__')
      .replace(/[^A-Z0-9_]+/g, '_')}`
  );
}

/** Where a token is made, below the instance's address. */
const TOKEN_PAGE: Readonly<Record<ForgeKind, string>> = {
  github: 'settings/tokens',
  gitlab: '-/user_settings/personal_access_tokens',
  pagure: 'settings/token/new',
  forgejo: 'user/settings/applications',
};

/** What the token must be allowed to do, in the words of the page where it is made. */
const TOKEN_RIGHTS: Readonly<Record<ForgeKind, string>> = {
  github:
    'the scope `public_repo` (`repo` for private projects), or a fine-grained one that may write contents and pull requests (for `packit ci` commit statuses and issues)',
  gitlab: 'the scope `api`',
  pagure:
    'the rights to fork a project, to create, update and comment on a pull-request, to modify a project and to commit over HTTP (for `packit ci` to flag a commit)',
  forgejo: 'the scopes `write:repository` and `read:user` (for `packit ci` also `write:issue`)',
};

/** The forge a failure comes from and what was being done. */
export interface Errand {
  kind: ForgeKind;
  host: string;
  instanceUrl: string;
  hasToken: boolean;
  /** An infinitive: `create a fork of rpms/hello`. */
  action: string;
}

/** What came back. */
export interface Refusal {
  status: number;
  headers: Headers;
  /** The body: parsed JSON, or the text as it is. */
  body: unknown;
}

/**
 * The error for an answer that is no success: the forge's own words, and which token, right or setting
 * mends it. Never contains anything that was sent.
 */
export function refusalError(errand: Errand, refusal: Refusal): ServiceError {
  const said = forgeMessage(refusal.body) ?? 'no explanation given';
  const { code, hint } = diagnose(errand, refusal, said);
  return new ServiceError(code, `Could not ${errand.action}: ${errand.host} says ${refusal.status} ${said}`, {
    hint,
    status: refusal.status,
  });
}

function diagnose(errand: Errand, refusal: Refusal, said: string): { code: string; hint: string } {
  const { host, kind } = errand;
  const { status, headers } = refusal;
  if (isRateLimit(status, headers) || (status === 403 && /secondary rate limit/i.test(said))) {
    return { code: 'FORGE_RATE_LIMITED', hint: rateLimitHint(errand, headers) };
  }
  if (status === 401) {
    return errand.hasToken
      ? {
          code: 'FORGE_TOKEN_INVALID',
          hint: `The token for ${host} is wrong, expired or lacks a right. ${tokenAdvice(errand)}`,
        }
      : { code: 'FORGE_TOKEN_MISSING', hint: `This needs a token. ${tokenAdvice(errand)}` };
  }
  if (status === 403) {
    if (!errand.hasToken)
      return { code: 'FORGE_TOKEN_MISSING', hint: `This may need a token. ${tokenAdvice(errand)}` };
    const ofActions = kind === 'github' && /not accessible by integration/i.test(said);
    return {
      code: 'FORGE_FORBIDDEN',
      hint: ofActions
        ? `The token GitHub Actions provides works in its own repository only, writes what \`permissions:\` of the workflow names, and nothing for a pull request from a fork: name the right there, or put a personal one into a secret and set ${tokenVariable(kind, host)} to it.`
        : `The account may not do this, or its token lacks a right. ${tokenAdvice(errand)}`,
    };
  }
  if (status === 404) {
    return {
      code: 'FORGE_NOT_FOUND',
      hint: errand.hasToken
        ? 'Check the name, and that the account of the token may see it.'
        : `Check the name. A private project is hidden without a token. ${tokenAdvice(errand)}`,
    };
  }
  if (status >= 500) {
    return {
      code: 'FORGE_FAILED',
      hint: `${host} has a problem of its own. Run the command again later: what is done already is not done twice.`,
    };
  }
  if (status >= 300 && status < 400) {
    const location = headers.get('location');
    return {
      code: 'FORGE_MOVED',
      hint: `The address has changed${location === null ? '' : ` to ${withoutQuery(location)}`}: correct it in the configuration.`,
    };
  }
  return {
    code: status === 409 ? 'FORGE_CONFLICT' : 'FORGE_REFUSED',
    hint: `Look at the project on ${errand.instanceUrl} and mend what ${FORGE_NAME[kind]} complains about.`,
  };
}

/** How to get a good token and where to put it. */
export function tokenAdvice(errand: Pick<Errand, 'kind' | 'host' | 'instanceUrl'>): string {
  return (
    `Make one with ${TOKEN_RIGHTS[errand.kind]} at ${errand.instanceUrl}/${TOKEN_PAGE[errand.kind]} and set ` +
    `${tokenVariable(errand.kind, errand.host)}, or \`token\` below \`authentication: ${errand.host}:\` in the user configuration (~/.config/packit.yaml).`
  );
}

/** A 403 counts only with the headers of a limit: without them it is about rights. */
export function isRateLimit(status: number, headers: Headers): boolean {
  if (status === 429) return true;
  return status === 403 && (headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0');
}

function rateLimitHint(errand: Errand, headers: Headers): string {
  const reset = Number(headers.get('x-ratelimit-reset') ?? headers.get('ratelimit-reset') ?? Number.NaN);
  const when = Number.isFinite(reset) ? `after ${new Date(reset * 1000).toISOString()}` : 'in a few minutes';
  const more = errand.hasToken ? '' : ` Requests with a token have a higher limit. ${tokenAdvice(errand)}`;
  return `${errand.host} takes no more requests for now. Run the command again ${when}.${more}`;
}

/** No answer at all: the network, a proxy, a certificate, a wrong host. */
export function unreachableError(errand: Pick<Errand, 'host' | 'action'>, cause: unknown): PackitError {
  if (cause instanceof PackitError && !(cause instanceof ServiceError)) return cause;
  if (cause instanceof ServiceError && cause.hint !== undefined) {
    const { hint, details, status } = cause;
    return new ServiceError('FORGE_UNREACHABLE', `Could not ${errand.action}: ${cause.message}`, {
      hint,
      details,
      cause,
      ...(status === undefined ? {} : { status }),
    });
  }
  const reason = rootCause(cause);
  return new ServiceError(
    'FORGE_UNREACHABLE',
    `Could not ${errand.action}: no answer from ${errand.host} (${reason})`,
    {
      hint: 'Check the network, and HTTPS_PROXY and NO_PROXY if there is a proxy; then run the command again: what is done already is not done twice.',
      cause,
    },
  );
}

/** An answer that is not what this kind of forge says: a login page, a captive portal, another program. */
export function notAForgeError(errand: Errand, detail: string): ServiceError {
  return new ServiceError(
    'FORGE_ANSWER_INVALID',
    `Could not ${errand.action}: ${errand.host} does not answer like ${FORGE_NAME[errand.kind]} (${detail})`,
    {
      hint: `If ${errand.host} is another kind of forge, say so with \`type\` and \`instance_url\` below \`authentication\` in the user configuration (~/.config/packit.yaml); else a proxy or a login page is in the way.`,
    },
  );
}

/** fetch hides the reason ("fetch failed") in a chain of causes. */
function rootCause(error: unknown): string {
  let current = error;
  for (let depth = 0; depth < 8 && current instanceof Error && current.cause !== undefined; depth += 1) {
    current = current.cause;
  }
  if (!(current instanceof Error)) return String(current);
  const code = 'code' in current && typeof current.code === 'string' ? current.code : undefined;
  const message = current.message === '' ? current.name : current.message;
  return code === undefined || message.includes(code) ? message : `${message}, ${code}`;
}

/** The sentence in an error body of any of the four forges; a page's title if it is HTML. */
export function forgeMessage(body: unknown): string | undefined {
  if (typeof body === 'string') return pageMessage(body);
  if (!isRecord(body)) return undefined;
  const main = flatten(body.message ?? body.error_description ?? body.error);
  const more = flatten(body.errors);
  const text = [main, more].filter((part) => part !== '' && part !== undefined).join(' - ');
  return text === '' ? undefined : text;
}

function pageMessage(text: string): string | undefined {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(text)?.[1];
  const first = (title ?? (text.includes('<') ? '' : text)).trim().split('\n')[0] ?? '';
  return first === '' ? undefined : first.slice(0, 200);
}

/** GitLab nests (`{message: {path: ["is taken"]}}`), GitHub lists (`errors: [{message}]`), Pagure maps (`errors: {title: ["..."]}`). */
function flatten(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value))
    return value
      .map(flatten)
      .filter((part) => part !== '')
      .join(', ');
  if (!isRecord(value)) return JSON.stringify(value);
  if (typeof value.message === 'string') return value.message;
  return Object.entries(value)
    .map(([key, inner]) => `${key} ${flatten(inner)}`)
    .join(', ');
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withoutQuery(url: string): string {
  return url.split(/[?#]/)[0] ?? url;
}
