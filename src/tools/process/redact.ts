/** Replaces secrets in anything that is printed. Secrets are registered as they are read. */
export interface Redactor {
  /** Registers a secret; values shorter than four characters are ignored. */
  add(secret: string | undefined): void;
  /** Without registered secrets and without credentials in URLs. */
  text(value: string): string;
  /** Without registered secrets alone: for results, where a URL is data. */
  secrets(value: string): string;
  /** What is registered, in every spelling. For what must hide it in bytes of its own; never to be shown. */
  known(): readonly string[];
}

/** Up to the last `@` before the path: a password may hold one that should have been encoded. */
const URL_CREDENTIALS = /\b([a-z][a-z0-9+.-]{0,20}:\/\/)([^\s/@:]*)(?::[^\s/]*)?@/gi;
/** Forges and storage services take tokens in the query as well. */
const QUERY_SECRETS =
  /([?&][\w.-]{0,40}(?:token|secret|passw|api_?key|signature|credential)[\w.-]{0,40}=)[^&\s#"'<>]+/gi;
const MASK = '***';

export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  const hide = (value: string): string => {
    let result = value;
    for (const secret of secrets) result = result.replaceAll(secret, MASK);
    return result;
  };
  return {
    add(secret) {
      if (secret === undefined || secret.length < 4) return;
      secrets.add(secret);
      for (const spelling of [encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
        secrets.add(spelling);
      }
    },
    text: (value) => hide(redactUrls(value)),
    secrets: hide,
    known: () => [...secrets],
  };
}

/** Hides `user:password@` and secret parameters in every URL of a text; a user name alone (`git@`) over ssh stays. */
export function redactUrls(value: string): string {
  return value
    .replace(URL_CREDENTIALS, (match, scheme: string, user: string) => {
      if (/^ssh:/i.test(scheme) && !match.slice(scheme.length, -1).includes(':')) return match;
      return `${scheme}${user === '' ? '' : MASK}@`;
    })
    .replace(QUERY_SECRETS, `$1${MASK}`);
}

/** Variables that hold a secret, by the name people give such things. */
const SECRET_VARIABLE = /(?:TOKEN|PASSWORD|PASSWD|SECRET|API_?KEY)$|^PACKIT_TOKEN_/i;
/** What may stand in such a variable and is no secret: a switch, a path. */
const NO_SECRET = /^(?:true|false|none|null|enabled|disabled|required|optional|unlimited)$|^[./~]|\s/i;

/** The secrets in an environment: registered ahead, as actions and tools may print them before packit reads them. */
export function secretsIn(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && value.length >= 8 && SECRET_VARIABLE.test(name) && !NO_SECRET.test(value)
      ? [value]
      : [],
  );
}
