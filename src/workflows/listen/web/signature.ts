/** Is a webhook from whom it says? Compared in constant time, over the bytes as they came. */
import { createHmac, timingSafeEqual } from 'node:crypto';

export type WebhookForge = 'github' | 'gitlab' | 'forgejo';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * GitHub signs the body with HMAC-SHA256 (`X-Hub-Signature-256: sha256=HEX`), Forgejo and Gitea do (`X-Forgejo-Signature`,
 * `X-Gitea-Signature`: HEX), GitLab sends the secret itself (`X-Gitlab-Token`).
 * @returns undefined if it is right, else what is wrong, in words without a secret
 */
export function signatureProblem(
  forge: WebhookForge,
  secret: string,
  headers: Headers,
  body: Uint8Array,
): string | undefined {
  if (forge === 'gitlab') {
    const token = one(headers, 'x-gitlab-token');
    if (token === undefined) return 'it has no X-Gitlab-Token';
    return sameText(token, secret) ? undefined : 'its X-Gitlab-Token is another one';
  }
  const given =
    forge === 'github'
      ? one(headers, 'x-hub-signature-256')?.replace(/^sha256=/, '')
      : (one(headers, 'x-forgejo-signature') ?? one(headers, 'x-gitea-signature'));
  if (given === undefined) return 'it has no signature';
  const expected = createHmac('sha256', secret).update(body).digest();
  const bytes = /^[0-9a-f]{64}$/i.test(given) ? Buffer.from(given, 'hex') : Buffer.alloc(expected.length);
  return timingSafeEqual(bytes, expected) ? undefined : 'its signature is not that of the secret';
}

/** Texts of any length, without telling by the time it takes where they differ: their digests are compared. */
export function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** A header that is there once; sent twice it is not to be trusted, and none. */
export function one(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
