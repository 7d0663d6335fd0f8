import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  findConfigFile,
  findSpecfile,
  loadConfig,
  readConfigText,
} from '../../../../src/project/config/index.ts';
import { tempDir } from '../../../support/temp.ts';

function directory(files: Record<string, string | Uint8Array>): string {
  const root = tempDir();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

describe('finding the configuration', () => {
  test('takes the first of the four names and tells of the others', () => {
    const root = directory({ 'packit.yml': '', '.packit.yml': '', 'packit.yaml': '' });
    expect(findConfigFile({ root })).toEqual({
      file: join(root, '.packit.yml'),
      ignored: ['packit.yaml', 'packit.yml'],
    });
  });

  test('looks in the root first, then in the current directory', () => {
    const root = directory({ 'sub/packit.yaml': '' });
    const cwd = join(root, 'sub');
    expect(findConfigFile({ root, cwd }).file).toBe(join(cwd, 'packit.yaml'));
    writeFileSync(join(root, 'packit.yml'), '');
    expect(findConfigFile({ root, cwd }).file).toBe(join(root, 'packit.yml'));
  });

  test('that of a source-git repository is found last, and its paths are the repository’s', async () => {
    const root = directory({ '.distro/source-git.yaml': 'specfile_path: .distro/x.spec\n', 'sub/x': '' });
    const file = join(root, '.distro/source-git.yaml');
    expect(findConfigFile({ root, cwd: join(root, 'sub') }).file).toBe(file);
    const { directory: base } = await loadConfig({ root, cwd: join(root, 'sub'), env: {} });
    expect(base).toBe(root);
    writeFileSync(join(root, 'packit.yml'), '');
    expect(findConfigFile({ root }).file).toBe(join(root, 'packit.yml'));
  });

  test('-c names a file, relative to the current directory, then to the root', () => {
    const root = directory({ 'a.yaml': '', 'sub/b.yaml': '' });
    const cwd = join(root, 'sub');
    expect(findConfigFile({ root, cwd, configPath: 'a.yaml' }).file).toBe(join(root, 'a.yaml'));
    expect(findConfigFile({ root, cwd, configPath: 'b.yaml' }).file).toBe(join(cwd, 'b.yaml'));
    expect(() => findConfigFile({ root, cwd, configPath: 'c.yaml' })).toThrow('c.yaml does not exist');
  });

  test('says what to do where there is none', () => {
    expect(() => findConfigFile({ root: tempDir() })).toThrow(
      expect.objectContaining({ code: 'CONFIG_NOT_FOUND', hint: expect.stringContaining('packit init') }),
    );
  });

  test('what is neither file nor directory is not read: a pipe would never end', () => {
    const root = tempDir();
    symlinkSync('/dev/null', join(root, '.packit.yaml'));
    expect(() => findConfigFile({ root })).toThrow('a device or a pipe');
    expect(findConfigFile({ root, configPath: '/dev/null' }).file).toBe('/dev/null');
  });

  test('a directory of that name, a loop of links, a dangling link', () => {
    const dir = directory({ '.packit.yaml/x': '' });
    expect(() => findConfigFile({ root: dir })).toThrow('is a directory');
    const loop = tempDir();
    symlinkSync('.packit.yaml', join(loop, '.packit.yaml'));
    expect(() => findConfigFile({ root: loop })).toThrow('leads back to itself');
    const dangling = tempDir();
    symlinkSync('nowhere', join(dangling, '.packit.yaml'));
    expect(() => findConfigFile({ root: dangling })).toThrow('does not exist');
    const both = directory({ '.packit.yaml/x': '', 'packit.yaml': '' });
    expect(findConfigFile({ root: both }).file).toBe(join(both, 'packit.yaml'));
  });
});

describe('reading the file', () => {
  test('10 MB are refused at once', () => {
    const root = directory({ '.packit.yaml': 'x'.repeat(10 * 1024 * 1024) });
    expect(() => readConfigText(join(root, '.packit.yaml'))).toThrow(
      expect.objectContaining({ code: 'CONFIG_TOO_LARGE' }),
    );
  });

  test('a file that is not UTF-8, with the line', () => {
    const root = directory({ '.packit.yaml': Buffer.from([...Buffer.from('a: 1\nb: '), 0xe9, 10]) });
    expect(() => readConfigText(join(root, '.packit.yaml'))).toThrow(
      expect.objectContaining({ code: 'CONFIG_ENCODING', location: expect.objectContaining({ line: 2 }) }),
    );
  });
});

describe('finding the spec file', () => {
  test.each<[string, string[], string | undefined]>([
    ['in the directory itself first', ['a/a.spec', 'b.spec', 'c.spec'], 'b.spec'],
    ['then the nearest below', ['z/y/a.spec', 'z/b.spec'], 'z/b.spec'],
    ['not under tests/', ['tests/a.spec', 'x/tests/b.spec'], 'x/tests/b.spec'],
    ['not under .git', ['.git/a.spec'], undefined],
    ['hidden directories are searched', ['.distro/a.spec'], '.distro/a.spec'],
  ])('%s', (_name, files, expected) => {
    expect(findSpecfile(directory(Object.fromEntries(files.map((file) => [file, '']))))).toBe(expected);
  });
});

describe('loadConfig', () => {
  test('fills in what the file leaves open', async () => {
    const root = directory({ '.packit.yaml': 'upstream_tag_template: v{version}\n', 'hello.spec': '' });
    const config = await loadConfig({ root, env: {}, repositoryName: () => 'hello' });
    expect(config).toMatchObject({ file: join(root, '.packit.yaml'), directory: root, warnings: [] });
    expect(config.packages).toMatchObject([
      {
        name: 'hello',
        specfile_path: 'hello.spec',
        upstream_package_name: 'hello',
        downstream_package_name: 'hello',
        upstream_tag_template: 'v{version}',
        config_file_path: '.packit.yaml',
      },
    ]);
    expect(config.jobs.map(({ job }) => job)).toEqual(['copr_build', 'tests', 'propose_downstream']);
  });

  test('asks for nothing that the file says', async () => {
    const root = directory({
      '.packit.yaml': 'specfile_path: a.spec\nupstream_package_name: a\ndownstream_package_name: b\n',
    });
    const asked = (): never => {
      throw new Error('asked');
    };
    const config = await loadConfig({ root, env: {}, repositoryName: asked, findSpecfile: asked });
    expect(config.packages[0]).toMatchObject({ name: 'b', specfile_path: 'a.spec' });
  });

  test('one error: its message, place, excerpt and cure', async () => {
    const root = directory({ '.packit.yaml': 'specfile_path: a.spec\ncreate_pr: maybe\n' });
    await expect(loadConfig({ root, env: {} })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: 'create_pr must be true or false, not the text "maybe" (create_pr)',
      location: { file: join(root, '.packit.yaml'), line: 2, column: 12 },
      details: ['2 | create_pr: maybe', '  |            ^^^^^'],
    });
  });

  test('all errors at once', async () => {
    const root = directory({ '.packit.yaml': 'specfile_path: a.spec\nfoo: 1\njobs: [{job: x}]\n' });
    await expect(loadConfig({ root, env: {} })).rejects.toMatchObject({
      message: 'The configuration has 3 errors',
      location: { line: 2, column: 1 },
    });
  });

  test('warnings are returned with their place', async () => {
    const root = directory({
      '.packit.yaml':
        'specfile_path: a.spec\njobs:\n- {job: tests, trigger: commit, metadata: {owner: me}}\n',
      'packit.yaml': '',
    });
    const { warnings } = await loadConfig({ root, env: {} });
    expect(warnings).toMatchObject([
      { code: 'CONFIG_SEVERAL_FILES' },
      { code: 'CONFIG_METADATA', location: { line: 3, column: 33 } },
    ]);
  });
});
