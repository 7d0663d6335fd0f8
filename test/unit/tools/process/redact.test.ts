import { describe, expect, test } from '@jest/globals';
import {
  createRedactor,
  displayCommand,
  redactUrls,
  secretsIn,
} from '../../../../src/tools/process/index.ts';

describe('redaction', () => {
  test('registered secrets disappear, encoded ones too', () => {
    const redactor = createRedactor();
    redactor.add('s3cret/+value');
    expect(redactor.text('token s3cret/+value and s3cret%2F%2Bvalue')).toBe('token *** and ***');
  });

  test('short or missing secrets are not registered: they would blank out ordinary text', () => {
    const redactor = createRedactor();
    redactor.add('abc');
    redactor.add(undefined);
    expect(redactor.text('abc undefined')).toBe('abc undefined');
  });

  test.each([
    ['https://jane:token@example.com/x.git', 'https://***@example.com/x.git'],
    ['https://token@example.com/x.git', 'https://***@example.com/x.git'],
    ['ssh://git@example.com/x.git', 'ssh://git@example.com/x.git'],
    ['ssh://jane:secret@example.com/x.git', 'ssh://***@example.com/x.git'],
    ['https://example.com/a@b', 'https://example.com/a@b'],
    [
      'see http://u:p@one.example and http://v:q@two.example',
      'see http://***@one.example and http://***@two.example',
    ],
    ['https://jane:p@ss@example.com/x', 'https://***@example.com/x'],
    ['https://e.example/x?a=1&private_token=abcdef#f', 'https://e.example/x?a=1&private_token=***#f'],
    ['https://e.example/x?X-Amz-Signature=abc', 'https://e.example/x?X-Amz-Signature=***'],
  ])('%s', (url, expected) => {
    expect(redactUrls(url)).toBe(expected);
  });

  test('a command is shortened after its secrets are hidden, not through the middle of one', () => {
    const url = `https://jane:${'s'.repeat(40)}@example.com/x.git`;
    const text = displayCommand(['git', 'clone', '-c', 'x'.repeat(150), url], createRedactor());
    expect(text).not.toContain('sss');
  });

  test('secrets of the environment are known by the names of their variables', () => {
    expect(
      secretsIn({
        GITHUB_TOKEN: 'ghp_0123456789',
        PACKIT_TOKEN_GITLAB_GNOME_ORG: 'glpat-0123456789',
        DB_PASSWORD: 'hunter2hunter2',
        HOME: '/home/jane/with/a/long/path',
        TOKEN: 'true',
        CLIENT_SECRET: '/run/secrets/client',
        TOKENIZER: 'not-a-secret-at-all',
      }),
    ).toEqual(['ghp_0123456789', 'glpat-0123456789', 'hunter2hunter2']);
  });

  test('results keep their URLs and lose registered secrets', () => {
    const redactor = createRedactor();
    redactor.add('quo"ted-secret');
    const json = JSON.stringify({ url: 'https://git@example.com/x', word: 'quo"ted-secret' });
    expect(redactor.secrets(json)).toBe('{"url":"https://git@example.com/x","word":"***"}');
  });
});
