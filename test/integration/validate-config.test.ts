import { chmodSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createContext } from '../../src/context.ts';
import { readConfigText } from '../../src/project/config/index.ts';
import { bundledAliases } from '../../src/project/distro-aliases/index.ts';
import { createQuestions, writeConfig, validateConfig } from '../../src/workflows/validate-config/index.ts';
import type { ValidationReport, WorldQuestions } from '../../src/workflows/validate-config/index.ts';
import { tempDir } from '../support/temp.ts';

function project(files: Record<string, string>): string {
  const root = tempDir();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

async function validate(
  files: Record<string, string>,
  questions: WorldQuestions = {},
  fix = false,
): Promise<ValidationReport> {
  const root = project(files);
  const file = join(root, '.packit.yaml');
  const { report } = await validateConfig({ file, text: readConfigText(file), env: {}, questions, fix });
  return report;
}

/** `code key` of every problem. */
function codes(report: ValidationReport): string[] {
  return report.problems.map(({ severity, code, key }) => `${severity} ${code} ${key ?? ''}`.trim());
}

const BASE = 'specfile_path: a.spec\ndownstream_package_name: a\njobs: []\n';

describe('checks of the configuration alone', () => {
  test.each<[string, string, string[]]>([
    ['nothing to say', BASE, []],
    ['a null action', `${BASE}actions: {pre-sync: }\n`, ['warning CONFIG_ACTION actions.pre-sync']],
    [
      'an action of a shape that cannot run',
      `${BASE}actions: {pre-sync: {a: b}}\n`,
      ['warning CONFIG_ACTION actions.pre-sync'],
    ],
    [
      'a regular expression',
      `${BASE}version_update_mask: "(a"\n`,
      ['warning CONFIG_PATTERN version_update_mask'],
    ],
    [
      'a field of a template',
      `${BASE}upstream_tag_template: "v{Version}"\n`,
      ['warning CONFIG_TEMPLATE upstream_tag_template'],
    ],
    [
      'a namespace without a server',
      `${BASE}dist_git_namespace: x\n`,
      ['warning CONFIG_NO_EFFECT dist_git_namespace'],
    ],
    ['a group without its tool', `${BASE}sig: x\n`, ['warning CONFIG_NO_EFFECT sig']],
    ['a tool without its group', `${BASE}pkg_tool: centpkg-sig\n`, ['warning CONFIG_SIG_MISSING pkg_tool']],
    [
      'a path that leaves the repository',
      `${BASE}files_to_sync: [{src: a.spec, dest: ../x}]\n`,
      ['warning CONFIG_PATH_OUTSIDE files_to_sync'],
    ],
    [
      'a key that is written twice',
      `${BASE}create_pr: true\ncreate_pr: false\n`,
      ['warning CONFIG_DUPLICATE_KEY create_pr'],
    ],
  ])('%s', async (_name, text, expected) => {
    expect(codes(await validate({ '.packit.yaml': text, 'a.spec': '' }))).toEqual(expected);
  });

  test.each<[string, string, string[]]>([
    [
      'a trigger that never starts it',
      '{job: propose_downstream, trigger: commit}',
      ['warning CONFIG_JOB_NEVER_RUNS jobs[0]'],
    ],
    ['a template', '{job: propose_downstream, trigger: ignore}', []],
    [
      'labels',
      '{job: tests, trigger: pull_request, require: {label: {present: [a], absent: [a]}}}',
      ['warning CONFIG_JOB_NEVER_RUNS jobs[0]'],
    ],
    [
      'no service',
      '{job: tests, trigger: pull_request, packit_instances: []}',
      ['warning CONFIG_JOB_NEVER_RUNS jobs[0]'],
    ],
    [
      'the same twice',
      '{job: tests, trigger: commit}, {job: tests, trigger: commit}',
      ['warning CONFIG_JOB_REPEATED jobs[1]'],
    ],
  ])('jobs that never run: %s', async (_name, job, expected) => {
    const text = `specfile_path: a.spec\njobs: [${job}]\n`;
    expect(codes(await validate({ '.packit.yaml': text, 'a.spec': '' }))).toEqual(expected);
  });
});

describe('checks against the files', () => {
  test('a spec file that is not there is a warning, a path to sync an error, as in the reference', async () => {
    const report = await validate({
      '.packit.yaml': `${BASE}files_to_sync: [gone, "*.md", {src: [a, b], dest: .}]\n`,
      'x.md': '',
      a: '',
    });
    expect(codes(report)).toEqual([
      'warning CONFIG_SPEC_MISSING specfile_path',
      'error CONFIG_SYNC_MISSING files_to_sync[0]',
      'error CONFIG_SYNC_MISSING files_to_sync[2]',
    ]);
    expect(report).toMatchObject({ valid: false, errors: 2, warnings: 1 });
  });

  test('of several packages the last one’s paths to sync are errors: the reference looks at no others', async () => {
    const text =
      'packages:\n  a: {files_to_sync: [gone]}\n  b: {files_to_sync: [gone]}\nspecfile_path: a.spec\njobs: []\n';
    expect(codes(await validate({ '.packit.yaml': text, 'a.spec': '' }))).toEqual([
      'warning CONFIG_SYNC_MISSING packages.a.files_to_sync[0]',
      'error CONFIG_SYNC_MISSING packages.b.files_to_sync[0]',
    ]);
  });

  test('paths of a package are in its own directory, globs in the repository', async () => {
    const text =
      'packages:\n  a: {paths: [sub], specfile_path: a.spec, files_to_sync: [a.spec, top.*]}\njobs: []\n';
    expect(codes(await validate({ '.packit.yaml': text, 'sub/a.spec': '', 'top.txt': '' }))).toEqual([]);
  });

  test('a spec file that an action makes', async () => {
    const report = await validate({ '.packit.yaml': `${BASE}actions: {post-upstream-clone: make a.spec}\n` });
    expect(report.problems[0]?.hint).toContain('post-upstream-clone');
  });

  test('a script that is missing is told where it stands in the list', async () => {
    const text = `${BASE}actions:\n  create-archive:\n  - make dist\n  - bash tools/x.sh\n  post-upstream-clone: ./y.sh\n`;
    const { problems } = await validate({ '.packit.yaml': text, 'a.spec': '' });
    const line = text.split('\n').findIndex((item) => item.includes('x.sh')) + 1;
    expect(problems.map((problem) => [problem.code, problem.line])).toEqual([
      ['CONFIG_SCRIPT_MISSING', line],
      ['CONFIG_SCRIPT_MISSING', line + 1],
    ]);
  });

  test('scripts', async () => {
    const text = `${BASE}actions:\n  create-archive: [./there.sh, bash ./gone.sh, "bash -c 'x/y'", make, ./gone.py a]\n`;
    const report = await validate({ '.packit.yaml': text, 'a.spec': '', 'there.sh': '' });
    expect(report.problems.map(({ message }) => message)).toEqual([
      'The action create-archive runs ./gone.sh, which is not there',
      'The action create-archive runs ./gone.py, which is not there',
    ]);
  });

  test('no spec file at all', async () => {
    expect(codes(await validate({ '.packit.yaml': '' }))).toEqual(['error CONFIG_NO_SPECFILE jobs[0]']);
    expect(await validate({ '.packit.yaml': '', 'x/y.spec': '' })).toMatchObject({
      valid: true,
      empty: true,
      jobs: 3,
    });
  });
});

describe('checks with questions', () => {
  const text = [
    'specfile_path: a.spec',
    'downstream_package_name: a',
    'upstream_tag_template: v{version}',
    'jobs:',
    '- {job: pull_from_upstream, trigger: release, dist_git_branches: [f30, fedora-stabel, epel9, rawhide]}',
    '- {job: copr_build, trigger: release, targets: [fedora-all, fedora-30-x86_64, epel-9-aarch64, opensuse-tumbleweed]}',
    '',
  ].join('\n');
  const files = { '.packit.yaml': text, 'a.spec': 'Name: a' };

  test('tags', async () => {
    const ask = (tags: string[]) => validate(files, { tags: () => Promise.resolve(tags) });
    expect(codes(await ask(['v1.0', '0.9']))).toEqual([]);
    expect(codes(await ask([]))).toEqual([]);
    const report = await ask(['a-1.2.3', 'a-1.2.2']);
    expect(codes(report)).toEqual(['warning CONFIG_NO_TAG upstream_tag_template']);
    expect(report.problems[0]?.hint).toContain('"a-{version}"');
  });

  test('specs', async () => {
    const report = await validate(files, {
      specProblems: (spec) =>
        Promise.resolve(
          Buffer.from(spec).toString() === 'Name: a' ? [{ line: 1, message: 'No version' }] : [],
        ),
    });
    expect(report.problems).toMatchObject([
      { code: 'CONFIG_SPEC_INVALID', message: expect.stringContaining('a.spec:1: No version') },
    ]);
  });

  test('specs are read several at a time, and told of in the order of the file', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const packages = names.map((name) => `  ${name}: {specfile_path: ${name}.spec}\n`);
    const started: string[] = [];
    let several: () => void = () => {};
    const second = new Promise<void>((done) => (several = done));
    const report = await validate(
      {
        '.packit.yaml': `packages:\n${packages.join('')}jobs: []\n`,
        ...Object.fromEntries(names.map((name) => [`${name}.spec`, name])),
      },
      {
        specProblems: async (spec) => {
          const name = Buffer.from(spec).toString();
          if (started.push(name) === 2) several();
          // The first one's answer comes last: where one waits for another, this never ends.
          if (name === 'a' && availableParallelism() > 1) await second;
          return name === 'b' ? [] : [{ message: `${name} is wrong` }];
        },
      },
    );
    expect(started).toEqual(names);
    expect(report.problems.map(({ message }) => message)).toEqual(
      ['a', 'c', 'd'].map((name) => `The spec file does not parse: ${name}.spec: ${name} is wrong`),
    );
  });

  test('targets and branches', async () => {
    const report = await validate(files, { aliases: () => Promise.resolve(bundledAliases()) });
    expect(report.problems.map(({ code, message, hint }) => [code, message, hint])).toEqual([
      [
        'CONFIG_BRANCH_UNKNOWN',
        'The branch f30 is not of an active release',
        expect.stringContaining('fedora-all'),
      ],
      ['CONFIG_BRANCH_UNKNOWN', 'The branch fedora-stabel does not exist', 'Did you mean "fedora-stable"?'],
      [
        'CONFIG_TARGET_UNKNOWN',
        'The target fedora-30-x86_64 is not of an active release',
        expect.stringContaining('fedora-all'),
      ],
    ]);
  });

  test('dist-git and release monitoring', async () => {
    const ask = (
      exists: boolean | undefined,
      mapped: boolean,
      monitored: boolean | undefined,
      scratchBuild = false,
    ) =>
      validate(files, {
        packageExists: (name) => Promise.resolve(name === 'a' ? exists : undefined),
        monitoring: () => Promise.resolve({ mapped, monitored, scratchBuild }),
      }).then(codes);
    expect(await ask(true, true, true)).toEqual([]);
    expect(await ask(undefined, true, undefined)).toEqual([]);
    expect(await ask(false, false, false)).toEqual([
      'warning CONFIG_PACKAGE_UNKNOWN downstream_package_name',
      'warning CONFIG_NOT_MAPPED jobs[0]',
      'warning CONFIG_NOT_MONITORED jobs[0]',
    ]);
    expect(await ask(true, true, true, true)).toEqual(['warning CONFIG_SCRATCH_BUILDS jobs[0]']);
  });

  test('everything is told at once, whoever finds it', async () => {
    const report = await validate(
      {
        '.packit.yaml':
          'foo: 1\nupstream_tag_template: "v{vers}"\nupstream_tag_include: "(["\nprerelease_suffix_pattern: "((a+)+)x"\nsources: [{path: ../x, url: "ftp://e/x"}]\nspecfile_path: gone.spec\njobs: [{job: tests, trigger: 3}]\n',
      },
      { tags: () => Promise.resolve(['1.0']) },
    );
    expect(codes(report).toSorted()).toEqual(
      [
        'error CONFIG_UNKNOWN_KEY foo',
        'error CONFIG_SOURCE sources[0].path',
        'error CONFIG_SOURCE sources[0].url',
        'error CONFIG_VALUE jobs[0].trigger',
        'warning CONFIG_PATTERN upstream_tag_include',
        'warning CONFIG_PATTERN_SLOW prerelease_suffix_pattern',
        'warning CONFIG_SPEC_MISSING specfile_path',
        'warning CONFIG_TEMPLATE upstream_tag_template',
      ].toSorted(),
    );
  });

  test('a NUL byte is no file name', async () => {
    const report = await validate({ '.packit.yaml': 'specfile_path: "a\\0.spec"\n' }, {});
    expect(codes(report)).toEqual(['error CONFIG_VALUE specfile_path']);
  });

  test('a pattern that takes for ever on a tag is an error', async () => {
    const report = await validate(
      { '.packit.yaml': `${BASE}upstream_tag_include: "(a+)+$"\n`, 'a.spec': '' },
      { tags: () => Promise.resolve([`${'a'.repeat(40)}!`]) },
    );
    expect(codes(report)).toContain('error CONFIG_PATTERN upstream_tag_include');
  });

  test('offline, no service is asked', () => {
    const ctx = createContext({ cwd: tempDir(), env: { HOME: tempDir() } });
    const questions = createQuestions(ctx, { directory: ctx.cwd, offline: true, specs: true });
    expect(Object.keys(questions).sort()).toEqual(['aliases', 'close', 'specProblems', 'tags']);
  });
});

describe('--fix', () => {
  test('reports what is left, and what was mended', async () => {
    const report = await validate(
      { '.packit.yaml': `${BASE}synced_files: [a.spec]\nfoo: 1\n`, 'a.spec': '' },
      {},
      true,
    );
    expect(codes(report)).toEqual(['error CONFIG_UNKNOWN_KEY foo']);
    expect(report.fixed).toMatchObject([{ code: 'CONFIG_REMOVED_KEY', key: 'synced_files' }]);
  });

  // root may write everywhere
  (process.getuid?.() === 0 ? test.skip : test)(
    'a file that may not be written is an error with a cure',
    async () => {
      const root = project({ real: 'old' });
      chmodSync(join(root, 'real'), 0o444);
      await expect(writeConfig(join(root, 'real'), 'new')).rejects.toMatchObject({
        code: 'CONFIG_UNWRITABLE',
        hint: expect.stringContaining('--diff'),
      });
      expect(readFileSync(join(root, 'real'), 'utf8')).toBe('old');
    },
  );

  test('a file in no directory is an error with a cure', async () => {
    await expect(writeConfig(join(project({}), 'no', 'file'), 'new')).rejects.toMatchObject({
      code: 'CONFIG_UNWRITABLE',
      message: expect.stringContaining('there is no directory'),
    });
  });

  test('a file is replaced: its mode stays, a link stays a link', async () => {
    const root = project({ real: 'old' });
    chmodSync(join(root, 'real'), 0o640);
    symlinkSync('real', join(root, 'link'));
    await writeConfig(join(root, 'link'), 'new');
    expect(readFileSync(join(root, 'real'), 'utf8')).toBe('new');
    expect(statSync(join(root, 'real')).mode & 0o777).toBe(0o640);
    expect(lstatSync(join(root, 'link')).isSymbolicLink()).toBe(true);
  });
});
