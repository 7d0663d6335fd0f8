import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { loadUserConfig } from '../../../../src/project/config/index.ts';
import { createRedactor } from '../../../../src/tools/process/index.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'packit-user-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function load(text?: string, name = 'packit.yaml') {
  if (text !== undefined) writeFileSync(join(directory, name), text);
  const redactor = createRedactor();
  return loadUserConfig({ directory, home: '/home/me', redactor }).then((loaded) => ({
    ...loaded,
    redactor,
  }));
}

describe('the user configuration', () => {
  test('has defaults where there is no file or nothing in it', async () => {
    const { config, warnings } = await load();
    expect(config).toMatchObject({
      file: undefined,
      debug: false,
      kerberos_realm: 'FEDORAPROJECT.ORG',
      koji_build_command: 'koji build',
      pkg_tool: undefined,
      add_repositories_to_repository_cache: true,
      default_parse_time_macros: {},
      authentication: [],
    });
    expect(warnings).toEqual([]);
    expect((await load('')).config.file).toBe(join(directory, 'packit.yaml'));
    expect((await load('# nothing\n---\n')).config.debug).toBe(false);
  });

  test('is the first of the four names', async () => {
    writeFileSync(join(directory, '.packit.yml'), 'fas_user: second');
    writeFileSync(join(directory, 'packit.yaml'), 'fas_user: third');
    mkdirSync(join(directory, '.packit.yaml'));
    expect((await load()).config.fas_user).toBe('second');
    expect(
      (await loadUserConfig({ directory: join(directory, 'absent'), redactor: createRedactor() })).config
        .file,
    ).toBe(undefined);
  });

  test('is read with every key', async () => {
    const { config, redactor } = await load(
      [
        'debug: yes',
        'fas_user: me',
        'fas_password: letmein',
        'keytab_path: ~/me.keytab',
        'kerberos_realm: EXAMPLE.ORG',
        'koji_build_command: koji -p stg build',
        'pkg_tool: centpkg',
        'upstream_git_remote: upstream',
        'package_config_path: .distro/packit.yaml',
        'repository_cache: /var/cache/repos',
        'add_repositories_to_repository_cache: false',
        'default_parse_time_macros: {rhel: "10", fedora: null, n: 007}',
        'command_handler: local',
        'redhat_api_refresh_token: refresh-me',
        'authentication:',
        '  github.com: {token: gh-secret}',
        '  pagure: {token: 00123456, instance_url: "https://src.fedoraproject.org/"}',
        '  https://git.example.org: {token: forge-secret, type: forgejo}',
        '  gitlab.gnome.org: {token: gl-secret}',
      ].join('\n'),
    );
    expect(config).toMatchObject({
      debug: true,
      fas_user: 'me',
      keytab_path: '/home/me/me.keytab',
      pkg_tool: 'centpkg',
      repository_cache: '/var/cache/repos',
      add_repositories_to_repository_cache: false,
      default_parse_time_macros: { rhel: '10', fedora: null, n: '007' },
    });
    expect(config.authentication).toMatchObject([
      { kind: 'github', instanceUrl: 'https://github.com', token: 'gh-secret' },
      { kind: 'pagure', instanceUrl: 'https://src.fedoraproject.org', token: '00123456' },
      { kind: 'forgejo', instanceUrl: 'https://git.example.org', token: 'forge-secret' },
      { kind: 'gitlab', instanceUrl: 'https://gitlab.gnome.org', token: 'gl-secret' },
    ]);
    const secrets = 'letmein refresh-me gh-secret 00123456 forge-secret gl-secret';
    expect(redactor.text(secrets)).toBe('*** *** *** *** *** ***');
  });

  test('takes the tokens of old keys, and says what to write instead', async () => {
    const { config, warnings } = await load(
      'github_token: gh-secret\npagure_user_token: pg-secret\npagure_instance_url: https://pagure.io\n',
    );
    expect(config.authentication).toMatchObject([
      { kind: 'github', token: 'gh-secret' },
      { kind: 'pagure', token: 'pg-secret', instanceUrl: 'https://pagure.io' },
    ]);
    expect(warnings).toHaveLength(3);
    expect(warnings[0]).toMatchObject({
      code: 'USER_CONFIG_DEPRECATED',
      hint: 'Use "authentication: github.com: token" instead.',
      location: { line: 1, column: 1 },
    });
    const both = await load('github_token: old\nauthentication: {github.com: {token: newer}}\n');
    expect(both.config.authentication.map((entry) => entry.token)).toEqual(['newer']);
  });

  test('reports all mistakes at once, with their places and without the secrets', async () => {
    const text = [
      'fas_usr: me',
      'debug: perhaps',
      'keytab_path: [a]',
      'default_parse_time_macros: x',
      'authentication:',
      '  somewhere: {token: top-secret}',
      '  github.com: top-secret',
    ].join('\n');
    const error: unknown = await load(text).catch((error: unknown) => error);
    expect(error).toMatchObject({
      code: 'USER_CONFIG_INVALID',
      exitCode: 2,
      message: expect.stringMatching(/6 mistakes: unknown key "fas_usr", did you mean "fas_user"\?/),
      location: { file: join(directory, 'packit.yaml'), line: 1, column: 1 },
    });
    const { details } = error as { details: string[] };
    expect(details.map((line) => Number(/:(\d+): /.exec(line)?.[1]))).toEqual([2, 3, 4, 6, 7]);
    expect(details.join('\n')).not.toContain('top-secret');
  });

  test.each(['- a\n', 'just text\n'])('is a map, not %j', async (text) => {
    await expect(load(text)).rejects.toMatchObject({ code: 'USER_CONFIG_INVALID', location: { line: 1 } });
  });

  test('that is not YAML names the line', async () => {
    await expect(load('fas_user: a\n\tdebug: true\n')).rejects.toMatchObject({
      code: 'USER_CONFIG_SYNTAX',
      location: { line: 2 },
      hint: expect.stringContaining('spaces'),
    });
  });
});
