import { describe, expect, test } from '@jest/globals';
import {
  forgeMessage,
  refusalError,
  tokenVariable,
  unreachableError,
} from '../../../../src/remote/forge/failure.ts';
import type { Errand } from '../../../../src/remote/forge/failure.ts';
import { ServiceError } from '../../../../src/errors.ts';

const ERRAND: Errand = {
  kind: 'github',
  host: 'github.com',
  instanceUrl: 'https://github.com',
  hasToken: true,
  action: 'create a pull request on a/b',
};

describe("the forge's own words", () => {
  test.each([
    [{ message: 'Not Found', documentation_url: 'x' }, 'Not Found'],
    [
      {
        message: 'Validation Failed',
        errors: [
          { resource: 'PullRequest', code: 'custom', message: 'A pull request already exists for a:b.' },
        ],
      },
      'Validation Failed - A pull request already exists for a:b.',
    ],
    [
      { message: 'Validation Failed', errors: [{ field: 'head', code: 'invalid' }] },
      'Validation Failed - field head, code invalid',
    ],
    [{ message: '404 Project Not Found' }, '404 Project Not Found'],
    [{ message: { name: ['has already been taken'] } }, 'name has already been taken'],
    [{ message: ['Another open merge request already exists'] }, 'Another open merge request already exists'],
    [
      { error: 'insufficient_scope', error_description: 'The request requires more' },
      'The request requires more',
    ],
    [{ error: 'Project not found', error_code: 'ENOPROJECT' }, 'Project not found'],
    [
      {
        error: 'Invalid or incomplete input submitted',
        error_code: 'EINVALIDREQ',
        errors: { title: ['This field is required.'] },
      },
      'Invalid or incomplete input submitted - title This field is required.',
    ],
    ['<html><head><title>502 Bad Gateway</title></head><body>x</body></html>', '502 Bad Gateway'],
    ['Not found.\n', 'Not found.'],
    ['<html><body>nothing</body></html>', undefined],
    [undefined, undefined],
  ])('%j', (body, said) => {
    expect(forgeMessage(body)).toBe(said);
  });
});

describe('a refusal says what to do', () => {
  const refuse = (
    status: number,
    headers: Record<string, string> = {},
    errand = ERRAND,
    body: unknown = { message: 'No' },
  ) => refusalError(errand, { status, headers: new Headers(headers), body });

  test.each([
    [401, true, 'FORGE_TOKEN_INVALID', 'GITHUB_TOKEN'],
    [401, false, 'FORGE_TOKEN_MISSING', 'https://github.com/settings/tokens'],
    [403, true, 'FORGE_FORBIDDEN', 'public_repo'],
    [403, false, 'FORGE_TOKEN_MISSING', 'authentication: github.com:'],
    [404, true, 'FORGE_NOT_FOUND', 'may see it'],
    [404, false, 'FORGE_NOT_FOUND', 'hidden without a token'],
    [409, true, 'FORGE_CONFLICT', 'https://github.com'],
    [422, true, 'FORGE_REFUSED', 'https://github.com'],
    [429, true, 'FORGE_RATE_LIMITED', 'again'],
    [500, true, 'FORGE_FAILED', 'again later'],
  ])('%d, token: %s', (status, hasToken, code, hint) => {
    const error = refuse(status, {}, { ...ERRAND, hasToken });
    expect(error.code).toBe(code);
    expect(error.status).toBe(status);
    expect(error.exitCode).toBe(3);
    expect(error.message).toBe(`Could not create a pull request on a/b: github.com says ${status} No`);
    expect(error.hint).toContain(hint);
  });

  test('a 403 with the headers of a limit is no matter of rights', () => {
    const error = refuse(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1709208000' });
    expect(error.code).toBe('FORGE_RATE_LIMITED');
    expect(error.hint).toContain('2024-02-29T12:00:00.000Z');
  });

  test('a secondary limit says so in words only, sometimes', () => {
    const error = refuse(403, {}, ERRAND, { message: 'You have exceeded a secondary rate limit.' });
    expect(error.code).toBe('FORGE_RATE_LIMITED');
  });

  test('the token of GitHub Actions', () => {
    const error = refuse(403, {}, ERRAND, { message: 'Resource not accessible by integration' });
    expect(error.hint).toContain('personal one');
    expect(error.hint).toContain('`permissions:`');
  });

  test('a moved project', () => {
    const error = refuse(301, { location: 'https://github.com/new/name?token=secret' });
    expect(error.code).toBe('FORGE_MOVED');
    expect(error.hint).toContain('https://github.com/new/name:');
    expect(error.hint).not.toContain('secret');
  });
});

test('no answer: the root of the trouble, and the hint of the layer below', () => {
  const socket = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
  const bare = unreachableError(ERRAND, new TypeError('fetch failed', { cause: socket }));
  expect(bare.code).toBe('FORGE_UNREACHABLE');
  expect(bare.message).toContain('connect ECONNREFUSED 127.0.0.1:1');
  const hinted = unreachableError(
    ERRAND,
    new ServiceError('HTTP_TLS', 'The certificate is not trusted', { hint: 'Add it.' }),
  );
  expect([hinted.code, hinted.hint]).toEqual(['FORGE_UNREACHABLE', 'Add it.']);
  expect(hinted.message).toContain('The certificate is not trusted');
});

test.each([
  ['github', 'github.com', 'GITHUB_TOKEN'],
  ['gitlab', 'gitlab.gnome.org', 'PACKIT_TOKEN_GITLAB_GNOME_ORG'],
  ['pagure', 'src.fedoraproject.org', 'PACKIT_PAGURE_TOKEN'],
  ['forgejo', 'src.fedoraproject.org', 'PACKIT_FORGEJO_TOKEN'],
  ['forgejo', 'git.example.com:8443', 'PACKIT_TOKEN_GIT_EXAMPLE_COM_8443'],
  ['gitlab', 'gitlab-gnome.org', 'PACKIT_TOKEN_GITLAB__GNOME_ORG'],
] as const)('the variable for the token of %s at %s', (kind, host, variable) => {
  expect(tokenVariable(kind, host)).toBe(variable);
});
