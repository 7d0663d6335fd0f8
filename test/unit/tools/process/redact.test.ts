import { describe, expect, test } from '@jest/globals';
import { createRedactor, redactUrls } from '../../../../src/tools/process/index.ts';

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
  ])('%s', (url, expected) => {
    expect(redactUrls(url)).toBe(expected);
  });
});
