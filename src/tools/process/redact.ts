/** Replaces secrets in anything that is printed. Secrets are registered as they are read. */
export interface Redactor {
  /** Registers a secret; values shorter than four characters are ignored. */
  add(secret: string | undefined): void;
  text(value: string): string;
}

const URL_CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)([^\s/@:]*)(?::[^\s/@]*)?@/gi;
const MASK = '***';

export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  return {
    add(secret) {
      if (secret === undefined || secret.length < 4) return;
      secrets.add(secret);
      const encoded = encodeURIComponent(secret);
      if (encoded !== secret) secrets.add(encoded);
    },
    text(value) {
      let result = redactUrls(value);
      for (const secret of secrets) result = result.replaceAll(secret, MASK);
      return result;
    },
  };
}

/** Hides `user:password@` in every URL of a text; a user name alone (`git@`) over ssh stays. */
export function redactUrls(value: string): string {
  return value.replace(URL_CREDENTIALS, (match, scheme: string, user: string) => {
    if (/^ssh:/i.test(scheme) && !match.slice(scheme.length, -1).includes(':')) return match;
    return `${scheme}${user === '' ? '' : MASK}@`;
  });
}
