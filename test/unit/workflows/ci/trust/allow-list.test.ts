import { describe, expect, test } from '@jest/globals';
import { PackitError } from '../../../../../src/errors.ts';
import { parseAllowList } from '../../../../../src/workflows/ci/trust/index.ts';
import { allowedBy, deniedBy, placesOf, waits } from '../../../../../src/workflows/ci/trust/standing.ts';

const FILE = '.packit-allow.yaml';

function failure(text: string): PackitError {
  try {
    parseAllowList(text, FILE);
  } catch (error) {
    if (error instanceof PackitError) return error;
    throw error;
  }
  throw new Error('it was read');
}

describe('the file', () => {
  test('lists and the switch for packagers', () => {
    const text = `# who may
allow:
  - GitHub.com/Jane
  - gitlab.com/group/sub/hello.git
  - github.com/dependabot[bot]
  - "127.0.0.1:8080/jo/"
deny: [github.com/mallory]
waiting:
  - github.com/newcomer
packagers: true
`;
    expect(parseAllowList(text, FILE)).toEqual({
      file: FILE,
      allow: [
        'github.com/Jane',
        'gitlab.com/group/sub/hello',
        'github.com/dependabot[bot]',
        '127.0.0.1:8080/jo',
      ],
      deny: ['github.com/mallory'],
      waiting: ['github.com/newcomer'],
      packagers: true,
    });
  });

  test.each(['', '# nothing\n', 'allow:\ndeny: []\n'])('%j allows nobody', (text) => {
    expect(parseAllowList(text, FILE)).toEqual({
      file: FILE,
      allow: [],
      deny: [],
      waiting: [],
      packagers: false,
    });
  });

  test.each([
    ['allow:\n- jane\n', 2, '"jane" does not begin with a host (allow[0])', 'github.com/jane'],
    ['allow:\n- github.com\n', 2, '"github.com" is a whole host (allow[0])', 'github.com/USER'],
    [
      'deny:\n- https://github.com/jane\n',
      2,
      '"https://github.com/jane" is an address (deny[0])',
      'Leave out',
    ],
    ['allow: [github.com/*]\n', 1, '"github.com/*" is a pattern (allow[0])', 'Name each'],
    ['allow:\n- github.com/jane/..\n', 2, 'is no user, namespace or project (allow[0])', 'Write'],
    // A letter that only looks like one of the host's.
    ['allow:\n- gіthub.com/jane\n', 2, 'does not begin with a host (allow[0])', 'Write'],
    ['allow:\n- github.com/jan\u0435\n', 2, 'is no user, namespace or project (allow[0])', 'Write'],
    ['\nallow: github.com/jane\n', 2, 'allow must be a list (allow)', 'Write'],
    ['allow:\n- {github.com: jane}\n', 2, 'An entry must be a text (allow[0])', 'Write'],
    ['allowed:\n- github.com/jane\n', 1, 'Unknown key "allowed" (allowed)', 'Did you mean "allow"?'],
    ['packagers: "yes"\n', 1, 'packagers must be true or false (packagers)', 'packagers: true'],
    ['- github.com/jane\n', 1, 'must be a mapping', 'allow:'],
  ])('%j: file, line, key and remedy', (text, line, message, hint) => {
    expect(failure(text)).toMatchObject({
      code: 'ALLOW_LIST_INVALID',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
      location: { file: FILE, line },
    });
  });

  test('several mistakes are told at once, with their places', () => {
    const error = failure('allow:\n- jane\ndenied: []\n');
    expect(error).toMatchObject({ code: 'ALLOW_LIST_INVALID', message: 'The allow-list has 2 errors' });
    const text = error.details.join('\n');
    expect(text).toContain(`${FILE}:2:3: error: "jane" does not begin with a host (allow[0])`);
    expect(text).toContain(`${FILE}:3:1: error: Unknown key "denied" (denied)`);
  });

  test('what is not YAML', () => {
    expect(failure('allow: [github.com/jane\ndeny: ')).toMatchObject({
      code: 'ALLOW_LIST_SYNTAX',
      location: { file: FILE },
    });
  });

  test('aliases that grow without bound end in an error, soon', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 30; level += 1) {
      lines.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ')}]`);
    }
    lines.push('allow: *a29');
    const began = Date.now();
    expect(failure(lines.join('\n')).code).toMatch(/^ALLOW_LIST_/);
    expect(Date.now() - began).toBeLessThan(5000);
  });
});

describe('who is meant', () => {
  const github = { kind: 'github', host: 'github.com' } as const;
  const gitlab = { kind: 'gitlab', host: 'gitlab.com' } as const;
  const pagure = { kind: 'pagure', host: 'src.fedoraproject.org' } as const;
  const list = (text: string) => parseAllowList(text, FILE);

  test('a project, from itself upward; a fork on Pagure is of its user, not of its namespace', () => {
    expect(placesOf(gitlab, { namespace: 'a/b', name: 'c' })).toEqual([
      'gitlab.com/a/b/c',
      'gitlab.com/a/b',
      'gitlab.com/a',
    ]);
    expect(placesOf(pagure, { namespace: 'rpms', name: 'hello', forkOwner: 'jo' })).toEqual([
      'src.fedoraproject.org/fork/jo/rpms/hello',
      'src.fedoraproject.org/fork/jo/rpms',
      'src.fedoraproject.org/fork/jo',
      'src.fedoraproject.org/jo',
    ]);
  });

  test('the first that does not wait decides', () => {
    const jo = placesOf(github, { namespace: 'jo', name: 'hello' });
    const both = list('allow: [github.com/jo]\nwaiting: [github.com/jo/hello]');
    expect(allowedBy(both, github, jo)).toBe('github.com/jo');
    const waiting = list('waiting: [github.com/jo]');
    expect(allowedBy(waiting, github, jo)).toBeUndefined();
    expect(waits(waiting, github, 'github.com/jo')).toBe(true);
    // Both at once is not yet.
    expect(allowedBy(list('allow: [github.com/jo]\nwaiting: [github.com/jo]'), github, jo)).toBeUndefined();
  });

  test.each([
    ['the same name in another case is the same account', github, 'github.com/JO', 'jo', true],
    ['on Pagure it is another one', pagure, 'src.fedoraproject.org/JO', 'jo', false],
    ['another host', github, 'gitlab.com/jo', 'jo', false],
    ['a host that begins alike', github, 'github.com.evil.example/jo', 'jo', false],
    ['a host with a port', github, 'github.com:8443/jo', 'jo', false],
    ['a name that begins alike', github, 'github.com/jo', 'joanna', false],
    ['a longer name', github, 'github.com/joanna', 'jo', false],
    // Its lower-case form in Unicode is k.
    ['a letter that is another in lower case', github, 'github.com/kim', '\u212aim', false],
    ['a project is no namespace', github, 'github.com/jo/other', 'jo', false],
  ])('%s', (_what, where, entry, namespace, expected) => {
    const place =
      where.kind === 'pagure'
        ? placesOf(where, { namespace: 'rpms', name: 'hello', forkOwner: namespace })
        : placesOf(where, { namespace, name: 'hello' });
    expect(allowedBy(list(`allow: ["${entry}"]`), where, place) !== undefined).toBe(expected);
  });

  test('a namespace of packages on Pagure allows nobody’s forks of them', () => {
    const fork = placesOf(pagure, { namespace: 'rpms', name: 'hello', forkOwner: 'jo' });
    const rpms = list('allow: [src.fedoraproject.org/rpms, src.fedoraproject.org/rpms/hello]');
    expect(allowedBy(rpms, pagure, fork)).toBeUndefined();
  });

  test('a denial takes no notice of case anywhere', () => {
    const denied = list('deny: [src.fedoraproject.org/Mallory]');
    expect(deniedBy(denied, ['src.fedoraproject.org/mallory'])).toBe('src.fedoraproject.org/Mallory');
  });
});
