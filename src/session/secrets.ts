/** Keeps secrets out of recordings: what is known is masked before anything is written, what looks like one is refused. */
import { redactUrls } from '../tools/process/index.ts';

/** Stands for a secret. A plain word: it must be valid wherever a token is. */
export const MASK = 'masked-by-packit';

/** Headers that are never recorded. */
const SECRET_HEADER =
  /^(?:authorization|proxy-authorization|cookie|set-cookie|private-token|job-token|x-.*(?:token|key|secret).*|koji-session-(?:id|key)|www-authenticate)$/i;
/** Fields of JSON, forms and queries whose value is masked, whatever it is. */
const SECRET_FIELD =
  /(?:^|[_-])(?:token|secret|passw(?:or)?d|api[_-]?key|private[_-]?key|session[_-]?key|credentials?|assertion|code[_-]?(?:verifier|challenge)|nonce)$|^(?:code|state|login|auth_tkt|sid)$/i;
/** `state` of a pull request or a build is none. */
const PLAIN_VALUE = /^(?:[a-z_ -]{0,24}|\d{1,9}|true|false|null)$/i;

/** What tokens look like; the name is for the message. */
const TOKEN_SHAPES: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['a GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})/],
  ['a GitLab token', /\bgl(?:pat|dt|rt|ptt|cbt|ft|soat|agent)-[A-Za-z0-9_-]{20,}/],
  ['a private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----/],
  ['a JSON web token', /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
  ['a key of Amazon Web Services', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['an npm token', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['a PyPI token', /\bpypi-AgEI[A-Za-z0-9_-]{50,}/],
  ['a Slack token', /\bxox[abprs]-[A-Za-z0-9-]{20,}/],
  [
    'a secret with its name',
    /(?:token|secret|passw(?:or)?d|api[_-]?key)["']?\s*[:=]\s*["']?(?!masked-by-packit)(?=[A-Za-z0-9+/_.-]*\d)(?=[A-Za-z0-9+/_.-]*[A-Za-z])[A-Za-z0-9+/_.-]{24,}/i,
  ],
];

export interface Secrets {
  /** Registers a value that was learned on the way. */
  learn(value: string): void;
  /** Masks every known secret, in plain, percent-encoded, JSON and Base64 spelling, and credentials in URLs. */
  text(value: string): string;
  /** The same for bytes, whatever their encoding. */
  bytes(value: Buffer): Buffer;
  /** Masks secret fields of a JSON value and learns what they held. */
  json(value: unknown): unknown;
  /** Form fields and query parameters, masked. */
  fields(values: Iterable<[string, string]>): [string, string][];
  /** True if the bytes hold a known secret in plain or percent-encoded spelling. */
  holds(value: Buffer): boolean;
}

/** @param known the redactor's list: it grows while packit runs */
export function createSecrets(known: () => readonly string[]): Secrets {
  const learned = new Set<string>();
  const all = (): string[] => [...new Set([...known(), ...learned])].filter((one) => one !== MASK);
  const spellings = (): string[] =>
    all()
      .flatMap((secret) => [secret, encodeURIComponent(secret), ...base64Cores(secret)])
      .toSorted((one, other) => other.length - one.length);
  const hide = (value: string, names: readonly string[]): string => {
    let result = value;
    for (const name of names) result = result.replaceAll(name, MASK);
    return result;
  };
  const secrets: Secrets = {
    learn(value) {
      if (value.length < 8 || value === MASK) return;
      learned.add(value);
    },
    text: (value) => maskUrls(hide(value, spellings())),
    bytes(value) {
      const latin1 = value.toString('latin1');
      const names = spellings().map((name) => Buffer.from(name).toString('latin1'));
      const hidden = hide(latin1, names);
      return hidden === latin1 ? value : Buffer.from(hidden, 'latin1');
    },
    json: (value) => maskJson(value, secrets),
    fields: (values) =>
      [...values].map(([name, value]) => [name, isSecretField(name, value) ? MASK : secrets.text(value)]),
    holds: (value) =>
      all().some((secret) => value.includes(secret) || value.includes(encodeURIComponent(secret))),
  };
  return secrets;
}

/** Credentials in URLs, in a spelling that is still a URL. Three asterisks that were in the text stay. */
function maskUrls(value: string): string {
  const hidden = redactUrls(value);
  if (hidden === value) return value;
  return hidden
    .replaceAll('://***@', `://${MASK}@`)
    .replace(/([?&][\w.-]+=)\*\*\*(?=[&\s#"'<>]|$)/g, `$1${MASK}`);
}

/** Headers worth keeping; the rest varies from run to run or is secret. */
export function isSecretHeader(name: string): boolean {
  return SECRET_HEADER.test(name);
}

function isSecretField(name: string, value: unknown): boolean {
  if (!SECRET_FIELD.test(name)) return false;
  return typeof value === 'string' && value !== '' && !(isMild(name) && PLAIN_VALUE.test(value));
}

/** Names that are secret in a login and harmless elsewhere: their plain words and small numbers stay. */
function isMild(name: string): boolean {
  return /^(?:code|state|login|sid)$/i.test(name);
}

function maskJson(value: unknown, secrets: Secrets): unknown {
  if (typeof value === 'string') return secrets.text(value);
  if (Array.isArray(value)) return value.map((one) => maskJson(one, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      if (!isSecretField(name, one)) return [name, maskJson(one, secrets)];
      if (!isMild(name)) secrets.learn(one as string);
      return [name, isMild(name) ? secrets.text(one as string) : MASK];
    }),
  );
}

/**
 * The parts of a secret's Base64 spelling that do not depend on what stands beside it, for its three positions in a group
 * of three bytes (`user:token` in a header).
 */
function base64Cores(secret: string): string[] {
  const bytes = Buffer.from(secret);
  if (bytes.length < 8) return [];
  return [0, 1, 2].flatMap((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes]);
    const end = Math.floor(whole.length / 3) * 4;
    const core = whole.toString('base64').slice(offset === 0 ? 0 : 4, end);
    return core.length < 8 ? [] : [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** What in a text looks like a secret that nobody named: for people, without the value. */
export function suspicion(text: string): string | undefined {
  return TOKEN_SHAPES.find(([, pattern]) => pattern.test(text))?.[0];
}
