import { describe, expect, test } from '@jest/globals';
import { createTokenLookup, findToken, tokenHint } from '../../../../src/project/config/index.ts';
import {
  credentialsFor,
  credentialsOf,
  kindOf,
  mayCarryToken,
} from '../../../../src/project/config/user-authentication.ts';
import { createRedactor } from '../../../../src/tools/process/index.ts';
import type { Run } from '../../../../src/tools/process/index.ts';

function lookup(env: Record<string, string> = {}, run?: Run) {
  return {
    authentication: [credentialsOf('gitlab.gnome.org', { token: 'from-config' })],
    env,
    redactor: createRedactor(),
    cwd: '/',
    ...(run === undefined ? {} : { run }),
  };
}

/** Answers like `git credential fill`. */
function helper(answer: string | undefined): { run: Run; calls: unknown[] } {
  const calls: unknown[] = [];
  return {
    calls,
    run: (argv, options) => {
      calls.push({ argv, input: options.input, env: options.env });
      if (answer === undefined) return Promise.reject(new Error('terminal prompts disabled'));
      return Promise.resolve({ argv, exitCode: 0, stdout: Buffer.from(answer), stderr: Buffer.alloc(0) });
    },
  };
}

describe('the kind of a forge', () => {
  test.each([
    ['github.com', 'github'],
    ['https://gitlab.gnome.org/GNOME', 'gitlab'],
    ['pagure', 'pagure'],
    ['src.fedoraproject.org', 'pagure'],
    ['salsa.debian.org', 'gitlab'],
    ['codeberg.org', 'forgejo'],
    ['gitea.example.org', 'forgejo'],
    ['git.example.org', undefined],
  ])('%s is %s', (name, kind) => {
    expect(kindOf(name)).toBe(kind);
  });
});

describe('credentials for a host', () => {
  test('are those of the host, whatever its kind will be', () => {
    const entries = [credentialsOf('https://src.fedoraproject.org:8443', { token: 'a', type: 'forgejo' })];
    expect(credentialsFor('src.fedoraproject.org:8443', entries)?.token).toBe('a');
    expect(credentialsFor('src.fedoraproject.org', entries)).toBeUndefined();
  });

  test('named by kind are those of its usual host', () => {
    expect(credentialsFor('src.fedoraproject.org', [credentialsOf('pagure', { token: 'a' })])?.token).toBe(
      'a',
    );
    expect(
      credentialsFor('src.fedoraproject.org', [credentialsOf('pagure.io', { token: 'a' })]),
    ).toBeUndefined();
    const given = [credentialsOf('pagure', { token: 'a', instance_url: 'https://pagure.io' })];
    expect(credentialsFor('src.fedoraproject.org', given)).toBeUndefined();
    expect(credentialsFor('pagure.io', given)?.token).toBe('a');
  });
});

describe('a token', () => {
  test('comes from the user configuration first', async () => {
    const options = lookup({ PACKIT_TOKEN_GITLAB_GNOME_ORG: 'from-env' });
    expect(await findToken('gitlab.gnome.org', 'gitlab', options)).toEqual({
      token: 'from-config',
      source: 'user configuration',
    });
    expect(options.redactor.text('from-config')).toBe('***');
  });

  test.each([
    ['github.com', 'github', { GITHUB_TOKEN: 'x1234', GH_TOKEN: 'y1234' }, 'GITHUB_TOKEN'],
    ['github.com', 'github', { PACKIT_GITHUB_TOKEN: 'x1234', GITHUB_TOKEN: 'y1234' }, 'PACKIT_GITHUB_TOKEN'],
    [
      'ghe.example.org',
      'github',
      { GITHUB_TOKEN: 'x1234', GITHUB_SERVER_URL: 'https://ghe.example.org' },
      'GITHUB_TOKEN',
    ],
    ['gitlab.com', 'gitlab', { GITLAB_TOKEN: ' x1234\n' }, 'GITLAB_TOKEN'],
    ['src.fedoraproject.org', 'pagure', { PACKIT_PAGURE_TOKEN: 'x1234' }, 'PACKIT_PAGURE_TOKEN'],
    ['src.fedoraproject.org', 'forgejo', { PACKIT_FORGEJO_TOKEN: 'x1234' }, 'PACKIT_FORGEJO_TOKEN'],
    ['127.0.0.1:8080', 'pagure', { PACKIT_PAGURE_TOKEN: 'x1234' }, 'PACKIT_PAGURE_TOKEN'],
    ['git.example.org', 'forgejo', { PACKIT_TOKEN_GIT_EXAMPLE_ORG: 'x1234' }, 'PACKIT_TOKEN_GIT_EXAMPLE_ORG'],
  ] as const)('for %s (%s) comes from the environment', async (host, kind, env, source) => {
    expect(await findToken(host, kind, lookup(env))).toEqual({ token: 'x1234', source });
  });

  test('does not go to a host it is not for', async () => {
    const env = { GITHUB_TOKEN: 'x1234', PACKIT_PAGURE_TOKEN: 'x1234' };
    expect(await findToken('github.evil.example', 'github', lookup(env))).toBeUndefined();
    expect(await findToken('pagure.evil.example', 'pagure', lookup(env))).toBeUndefined();
  });

  test('comes from a credential helper last, which may not ask', async () => {
    const { run, calls } = helper(
      'protocol=https\nhost=git.example.org\nusername=me\npassword=from-helper\n',
    );
    const tokenFor = createTokenLookup(lookup({}, run));
    expect(await tokenFor('git.example.org', 'forgejo')).toBe('from-helper');
    expect(await tokenFor('git.example.org', 'forgejo')).toBe('from-helper');
    expect(calls).toEqual([
      {
        argv: ['git', 'credential', 'fill'],
        input: 'protocol=https\nhost=git.example.org\n\n',
        env: expect.objectContaining({ GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '' }),
      },
    ]);
  });

  test('is missing where no helper knows one', async () => {
    expect(await findToken('git.example.org', 'forgejo', lookup({}, helper(undefined).run))).toBeUndefined();
    expect(
      await findToken('git.example.org', 'forgejo', lookup({}, helper('protocol=https\n').run)),
    ).toBeUndefined();
  });

  test('that is missing can be given as the hint says', () => {
    expect(tokenHint('github.com', 'github')).toMatch(/PACKIT_GITHUB_TOKEN/);
    expect(tokenHint('git.example.org', 'forgejo')).toMatch(
      /PACKIT_TOKEN_GIT_EXAMPLE_ORG.*git\.example\.org: token/,
    );
  });
});

describe('a connection that is not encrypted', () => {
  const own = [credentialsOf('mine', { instance_url: 'http://git.intern:3000/', type: 'forgejo' })];

  test.each([
    ['https://github.com/a/b', true],
    ['ssh://git@github.com/a/b', true],
    ['http://github.com/a/b', false],
    ['HTTP://GitHub.com/a/b', false],
    ['http://127.0.0.1.evil.example/a', false],
    ['http://localhost.evil.example/a', false],
    ['http://127.0.0.1:8080/a', true],
    ['http://git.intern:3000/a/b', true],
    ['http://git.intern/a/b', false],
  ])('%s carries a token: %s', (url, expected) => {
    expect(mayCarryToken(url, own)).toBe(expected);
  });
});

test('a token in the environment is for one host, not for one that is spelt alike', async () => {
  const options = lookup({ PACKIT_TOKEN_GIT_EXAMPLE_ORG: 'for-git-example' });
  expect((await findToken('git.example.org', 'forgejo', options))?.token).toBe('for-git-example');
  expect(await findToken('git-example.org', 'forgejo', options)).toBeUndefined();
  expect(await findToken('git.example-org', 'forgejo', options)).toBeUndefined();
});
