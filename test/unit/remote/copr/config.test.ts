import { describe, expect, test } from '@jest/globals';
import {
  buildIdIn,
  coprState,
  parseCoprConfig,
  projectPage,
  readCoprConfig,
} from '../../../../src/remote/copr/index.ts';

const FILE = '/home/jane/.config/copr';

describe('~/.config/copr', () => {
  test('as the API page of Copr gives it', () => {
    const text = `[copr-cli]
login = qwertyuiop
username = jane
token = asdfghjkl
copr_url = https://copr.fedorainfracloud.org/
# expiration date: 2027-01-01
`;
    expect(parseCoprConfig(text, FILE)).toEqual({
      file: FILE,
      url: 'https://copr.fedorainfracloud.org',
      expires: '2027-01-01',
      username: 'jane',
      login: 'qwertyuiop',
      token: 'asdfghjkl',
      gssapi: false,
    });
  });

  test('with Kerberos, other sections, colons and CRLF', () => {
    const text =
      '[other]\r\ntoken = no\r\n[copr-cli]\r\nCOPR_URL: https://copr.example.org\r\ngssapi: True\r\n';
    expect(parseCoprConfig(text, FILE)).toEqual({
      file: FILE,
      url: 'https://copr.example.org',
      gssapi: true,
    });
  });

  test('none: Fedora’s Copr without a login', async () => {
    expect(await readCoprConfig('/no/such/home')).toMatchObject({
      url: 'https://copr.fedorainfracloud.org',
      gssapi: false,
    });
  });

  test.each([
    ['no section', 'login = x\n'],
    ['http without encrypted = False', '[copr-cli]\ncopr_url = http://copr.example.org\n'],
    ['no address', '[copr-cli]\ncopr_url = copr.example.org\n'],
    ['no boolean', '[copr-cli]\ngssapi = perhaps\n'],
  ])('%s is an error with the file', (_name, text) => {
    expect(() => parseCoprConfig(text, FILE)).toThrow(
      expect.objectContaining({ code: 'COPR_CONFIG_INVALID', location: { file: FILE } }),
    );
  });
});

test.each([
  ['9012345', '9012345'],
  ['https://copr.fedorainfracloud.org/coprs/build/9012345/', '9012345'],
  ['https://copr.fedorainfracloud.org/coprs/build/9012345', '9012345'],
  ['https://copr.fedorainfracloud.org/coprs/jane/hello/build/9012345/', '9012345'],
  ['https://copr.fedorainfracloud.org/coprs/g/team/hello/build/9012345/?x=1', '9012345'],
  ['https://koji.fedoraproject.org/koji/taskinfo?taskID=1', undefined],
  ['https://copr.fedorainfracloud.org/coprs/jane/hello/', undefined],
  ['hello', undefined],
])('the build in %s is %s', (text, id) => {
  expect(buildIdIn(text)).toBe(id);
});

test('pages of people and of groups', () => {
  expect(projectPage('https://c', 'jane', 'p')).toBe('https://c/coprs/jane/p/');
  expect(projectPage('https://c', '@team', 'p')).toBe('https://c/coprs/g/team/p/');
});

test.each([
  ['importing', 'queued'],
  ['waiting', 'queued'],
  ['starting', 'running'],
  ['canceled', 'cancelled'],
  ['skipped', 'skipped'],
  ['a word of tomorrow', 'queued'],
])('Copr’s %s is %s', (word, state) => {
  expect(coprState(word)).toBe(state);
});
