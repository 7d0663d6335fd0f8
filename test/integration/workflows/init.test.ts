import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createContext } from '../../../src/context.ts';
import { loadConfig } from '../../../src/project/config/index.ts';
import { silentUi } from '../../../src/ui.ts';
import { init } from '../../../src/workflows/init/index.ts';
import { createRepository, testEnvironment } from '../../support/git.ts';
import { tempDir } from '../../support/temp.ts';

let dir: string;
beforeEach(() => {
  dir = tempDir();
});

function context(options: { dryRun?: boolean; answers?: readonly (string | boolean)[] } = {}) {
  const env = testEnvironment(dir);
  const { answers } = options;
  const left = [...(answers ?? [])];
  const ui = {
    ...silentUi(),
    interactive: answers !== undefined,
    ask: (_question: string, fallback: string) => Promise.resolve(String(left.shift() ?? fallback)),
    confirm: (_question: string, fallback: boolean) => Promise.resolve(Boolean(left.shift() ?? fallback)),
  };
  return createContext({ cwd: dir, env, ui, dryRun: options.dryRun ?? false });
}

function project(): string {
  const directory = join(dir, 'checkout');
  mkdirSync(join(directory, 'rpm'), { recursive: true });
  const repository = createRepository(directory, dir);
  writeFileSync(join(directory, 'rpm', 'x.spec'), 'Name:     python-hello\nVersion: 1\n');
  repository.write('README', 'hello\n');
  repository.commit('First');
  repository.tag('v1.0');
  repository.git('remote', 'add', 'origin', 'git@github.com:me/hello.git');
  return directory;
}

describe('packit init', () => {
  test('writes a configuration that loads, without a question', async () => {
    const directory = project();
    writeFileSync(join(directory, '.gitignore'), '*.pyc');
    const result = await init(context(), { path: 'checkout' });
    expect(result).toMatchObject({ config: join(directory, '.packit.yaml'), written: true });
    expect(result.files.map(({ change }) => change)).toEqual(['created', 'changed']);
    const config = await loadConfig({ root: directory, env: {} });
    expect(config.warnings).toEqual([]);
    expect(config.packages[0]).toMatchObject({
      specfile_path: 'rpm/x.spec',
      upstream_package_name: 'hello',
      downstream_package_name: 'python-hello',
      upstream_project_url: 'https://github.com/me/hello',
      upstream_tag_template: 'v{version}',
    });
    expect(readFileSync(join(directory, '.gitignore'), 'utf8')).toBe('*.pyc\nprepare_sources_result*/\n');
  });

  test('keeps a configuration unless told to replace it, and is idempotent then', async () => {
    const directory = project();
    writeFileSync(join(directory, 'packit.yml'), 'mine: true\n');
    await expect(init(context(), { path: directory })).rejects.toMatchObject({
      code: 'INIT_CONFIG_EXISTS',
      hint: expect.stringContaining('--force'),
      location: { file: join(directory, 'packit.yml') },
    });
    await init(context(), { path: directory, force: true });
    const first = readFileSync(join(directory, 'packit.yml'), 'utf8');
    expect(first).toContain('specfile_path: rpm/x.spec');
    const again = await init(context(), { path: directory, force: true });
    expect(again.files.map(({ path }) => path)).toEqual([join(directory, 'packit.yml')]);
    expect(readFileSync(join(directory, 'packit.yml'), 'utf8')).toBe(first);
    expect(existsSync(join(directory, '.packit.yaml'))).toBe(false);
  });

  test('adds the pre-commit hook where there are hooks, or where it is asked to', async () => {
    const directory = project();
    await init(context(), { path: directory });
    expect(existsSync(join(directory, '.pre-commit-config.yaml'))).toBe(false);
    await init(context(), { path: directory, force: true, forcePrecommit: true });
    const hooks = readFileSync(join(directory, '.pre-commit-config.yaml'), 'utf8');
    expect(hooks).toMatch(/^repos:\n- repo: local\n/);
    writeFileSync(join(directory, '.pre-commit-config.yaml'), '# ours\nrepos: []\n');
    await init(context(), { path: directory, force: true, withoutPrecommit: true });
    expect(readFileSync(join(directory, '.pre-commit-config.yaml'), 'utf8')).toBe('# ours\nrepos: []\n');
    await expect(
      init(context(), { path: directory, withoutPrecommit: true, forcePrecommit: true }),
    ).rejects.toMatchObject({ code: 'INIT_OPTIONS' });
  });

  test('outside of git works, but for the hook', async () => {
    const directory = join(dir, 'plain');
    mkdirSync(directory);
    const result = await init(context(), { path: 'plain' });
    expect(readFileSync(result.config, 'utf8')).toContain('specfile_path: plain.spec');
    await expect(init(context(), { path: 'plain', force: true, forcePrecommit: true })).rejects.toMatchObject(
      {
        code: 'INIT_NOT_A_REPOSITORY',
      },
    );
  });

  test('in a dry run writes nothing', async () => {
    const directory = project();
    const result = await init(context({ dryRun: true }), { path: directory });
    expect(result.written).toBe(false);
    expect(result.files).toHaveLength(2);
    expect(existsSync(join(directory, '.packit.yaml'))).toBe(false);
  });

  test('takes the answers of a person at a terminal', async () => {
    const directory = project();
    const answers = ['rpm/x.spec', 'hello', 'hello', 'none', '{version}', 'rpm/*.conf', true, true, true];
    await init(context({ answers }), { path: directory });
    const { packages, jobs } = await loadConfig({ root: directory, env: {} });
    expect(packages[0]).toMatchObject({
      downstream_package_name: 'hello',
      upstream_project_url: null,
      upstream_tag_template: '{version}',
    });
    expect(packages[0]?.files_to_sync).toHaveLength(3);
    expect(jobs.map(({ job }) => job)).toEqual([
      'copr_build',
      'propose_downstream',
      'koji_build',
      'bodhi_update',
    ]);
  });

  test.each([
    ['from above', '.'],
    ['from the directory of the spec', 'checkout/rpm'],
  ])('takes the path of a spec file: %s', async (_name, cwd) => {
    const directory = project();
    writeFileSync(join(directory, 'a.spec'), 'Name: other\n');
    const result = await init(
      { ...context(), cwd: join(dir, cwd) },
      { path: cwd === '.' ? 'checkout/rpm/x.spec' : 'x.spec' },
    );
    expect(result.config).toBe(join(directory, '.packit.yaml'));
    const { packages } = await loadConfig({ root: directory, env: {} });
    expect(packages[0]).toMatchObject({
      specfile_path: 'rpm/x.spec',
      downstream_package_name: 'python-hello',
    });
  });

  test('a spec file in no repository: beside it, or in the current directory above it', async () => {
    mkdirSync(join(dir, 'pkg'));
    writeFileSync(join(dir, 'pkg', 'x.spec'), 'Name: x\n');
    const above = await init(context({ dryRun: true }), { path: 'pkg/x.spec' });
    expect(above.files[0]).toMatchObject({
      path: join(dir, '.packit.yaml'),
      content: expect.stringContaining('specfile_path: pkg/x.spec\n'),
    });
    const elsewhere = { ...context({ dryRun: true }), cwd: tempDir() };
    expect(await init(elsewhere, { path: join(dir, 'pkg', 'x.spec') })).toMatchObject({
      config: join(dir, 'pkg', '.packit.yaml'),
    });
  });

  test('refuses an answer that cannot be, and a path that is no directory', async () => {
    const directory = project();
    await expect(
      init(context({ answers: ['a.spec', 'me/hello'] }), { path: directory }),
    ).rejects.toMatchObject({
      code: 'INIT_ANSWER',
    });
    expect(existsSync(join(directory, '.packit.yaml'))).toBe(false);
    await expect(init(context(), { path: 'absent' })).rejects.toMatchObject({ code: 'INIT_NOT_A_DIRECTORY' });
    await expect(init(context(), { path: 'https://github.com/me/hello' })).rejects.toMatchObject({
      code: 'INIT_NOT_A_DIRECTORY',
      hint: expect.stringContaining('cloned first'),
    });
  });
});
