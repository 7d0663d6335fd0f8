import { describe, expect, test } from '@jest/globals';
import { MASK, createSecrets, isSecretHeader, suspicion } from '../../../src/session/secrets.ts';

const SECRET = 'hunter2/with+signs=';

function secretsOf(...known: string[]) {
  return createSecrets(() => known);
}

describe('known secrets', () => {
  test.each([
    ['as it is', SECRET],
    ['percent-encoded', encodeURIComponent(SECRET)],
    ['Base64', Buffer.from(SECRET).toString('base64')],
    ['Base64 behind one byte', Buffer.from(`a${SECRET}`).toString('base64')],
    ['Base64 in user:password', Buffer.from(`jane:${SECRET}`).toString('base64')],
  ])('%s', (_name, spelling) => {
    const masked = secretsOf(SECRET).text(`before ${spelling} after`);
    expect(masked).toContain(MASK);
    expect(masked).not.toContain(spelling.slice(8, -8));
    expect(masked).toMatch(/^before .* after$/);
  });

  test('in bytes of any encoding, which stay as they are around it', () => {
    const bytes = Buffer.concat([Buffer.of(0xff, 0xfe, 0), Buffer.from(SECRET), Buffer.of(0x80)]);
    const expected = Buffer.concat([Buffer.of(0xff, 0xfe, 0), Buffer.from(MASK), Buffer.of(0x80)]);
    expect(secretsOf(SECRET).bytes(bytes)).toEqual(expected);
    const innocent = Buffer.of(0xff, 0xfe);
    expect(secretsOf(SECRET).bytes(innocent)).toBe(innocent);
  });

  test('credentials in URLs, and no other asterisks', () => {
    expect(secretsOf().text('***\nhttps://jane:pw@example.org/x?private_token=abc&page=2\n***')).toBe(
      `***\nhttps://${MASK}@example.org/x?private_token=${MASK}&page=2\n***`,
    );
  });
});

describe('fields', () => {
  test('what a login answers is masked by its names, and known from then on', () => {
    const secrets = secretsOf();
    expect(
      secrets.json({
        access_token: 'zyxwvutsrq',
        nested: [{ password: 'p4ssw0rd99', state: 'open', login: 'octocat', code: 'ENOCODE' }],
        tokens: 3,
      }),
    ).toEqual({
      access_token: MASK,
      nested: [{ password: MASK, state: 'open', login: 'octocat', code: 'ENOCODE' }],
      tokens: 3,
    });
    expect(secrets.text('zyxwvutsrq and p4ssw0rd99')).toBe(`${MASK} and ${MASK}`);
  });

  test('of forms and queries', () => {
    expect(
      secretsOf().fields([
        ['csrf_token', 'abc123'],
        ['code', 'Zk3-92kd_skdk20'],
        ['state', 'closed'],
        ['title', 'Update'],
      ]),
    ).toEqual([
      ['csrf_token', MASK],
      ['code', MASK],
      ['state', 'closed'],
      ['title', 'Update'],
    ]);
  });

  test.each(['Authorization', 'cookie', 'Set-Cookie', 'PRIVATE-TOKEN', 'x-gitlab-token', 'Koji-Session-Key'])(
    'the header %s',
    (name) => expect(isSecretHeader(name)).toBe(true),
  );
  test.each(['content-type', 'link', 'etag', 'x-total'])('not the header %s', (name) =>
    expect(isSecretHeader(name)).toBe(false),
  );
});

describe('what looks like a secret', () => {
  test.each([
    ['a GitHub token', `ghp_${'aB3d'.repeat(9)}`],
    ['a GitHub token', `github_pat_${'aB3d_'.repeat(12)}`],
    ['a GitLab token', `glpat-${'aB3d-'.repeat(4)}x`],
    ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----'],
    ['a JSON web token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.SflKxwRJSMeKKF2QT4'],
    ['a key of Amazon Web Services', 'AKIAIOSFODNN7EXAMPLE'],
    ['a secret with its name', 'api_key = "a8f5f167f44f4964e6c998dee827110c"'],
  ])('%s', (name, text) => expect(suspicion(`x ${text} y`)).toBe(name));

  test.each([
    'commit 0123456789abcdef0123456789abcdef01234567',
    `"token": "${MASK}"`,
    'sha512sum: 991251fd37579711e3f9f43a5dcc0d1d619e32bf283d572b965805d9f7c59f50',
    'token: put-your-own-token-in-here-please',
    'PACKIT_PAGURE_TOKEN',
  ])('not %s', (text) => expect(suspicion(text)).toBeUndefined());
});
