import { describe, expect, test } from '@jest/globals';
import { describeDiagnostic } from '../../../../src/project/config/index.ts';
import { diagnosticsOf } from '../../../support/configs.ts';

async function report(text: string): Promise<string> {
  const diagnostics = await diagnosticsOf(text);
  return diagnostics.flatMap((diagnostic) => describeDiagnostic(diagnostic, text, '/repo')).join('\n');
}

async function only(text: string) {
  const errors = (await diagnosticsOf(text)).filter(({ severity }) => severity === 'error');
  expect(errors).toHaveLength(1);
  return errors[0];
}

describe('"did you mean"', () => {
  test.each<[string, string, string]>([
    ['an unknown key', 'uptream_tag_template: x', 'Did you mean "upstream_tag_template"?'],
    ['a dash for an underscore', 'specfile-path: x', 'Did you mean "specfile_path"?'],
    ['an action', 'actions: {create_archive: x}', 'Did you mean "create-archive"?'],
    ['a job type', 'jobs: [{job: copr-build, trigger: release}]', 'Did you mean "copr_build"?'],
    ['a trigger', 'jobs: [{job: tests, trigger: pull_requst}]', 'Did you mean "pull_request"?'],
    [
      'a trigger that is like none',
      'jobs: [{job: tests, trigger: x}]',
      'Allowed: release, pull_request, commit, koji_build, ignore.',
    ],
    [
      'a package',
      'packages: {one: {}, two: {}}\njobs: [{job: tests, trigger: release, packages: [tow]}]',
      'Did you mean "two"?',
    ],
    ['a packaging tool', 'pkg_tool: fedpgk', 'Allowed: fedpkg, fedpkg-stage, centpkg, centpkg-sig.'],
    [
      'a nested key',
      'notifications: {pull_request: {succesful_build: true}}',
      'Did you mean "successful_build"?',
    ],
    [
      'a key of a target',
      'jobs: [{job: tests, trigger: release, targets: {a: {distro: [x]}}}]',
      'Did you mean "distros"?',
    ],
  ])('%s', async (_name, text, hint) => {
    expect((await only(text))?.hint).toBe(hint);
  });
});

describe('a message says what is wrong and what to write', () => {
  test.each<[string, string, string, string | undefined]>([
    [
      'a number where a text belongs',
      'upstream_tag_template: 1.10',
      'upstream_tag_template must be a text, not the number 1.10',
      'Put it into quotes: "1.10".',
    ],
    [
      'a truth value where a word belongs',
      'bootstrap: off',
      'off without quotes is a truth value in YAML',
      'Put it into quotes: "off".',
    ],
    [
      'one text where a list belongs',
      'srpm_build_deps: make',
      'srpm_build_deps must be a list, not the text "make"',
      'Write a list, also for one: srpm_build_deps: [make].',
    ],
    [
      'a key without a value',
      'create_pr:',
      'create_pr has no value',
      'Give it true or false, or remove the key.',
    ],
    [
      'jobs without a value',
      'jobs:',
      'jobs must be a list, not nothing',
      'Write "jobs: []" for no jobs, or remove the key to get the default ones.',
    ],
    ['a list at the top', '- a: b', 'The configuration must be a mapping, not a list', undefined],
    [
      'a job key at the top',
      'trigger: release',
      'The key "trigger" belongs into a job',
      'Move it into an entry of "jobs".',
    ],
    ['a job without a trigger', 'jobs: [{job: tests}]', 'This job has no "trigger"', undefined],
    [
      'a renamed key',
      'synced_files: []',
      'The key "synced_files" is no longer accepted',
      'It is called files_to_sync now. `packit config validate --fix` does it.',
    ],
    [
      'a slash in a name',
      'upstream_package_name: a/b',
      'upstream_package_name must not contain a slash',
      undefined,
    ],
    [
      'version specifiers',
      'version_update_specifiers: "=1"',
      '"=1" is not a list of version specifiers',
      undefined,
    ],
    [
      'a package without keys',
      'packages: {a: }',
      'a must be a mapping, not nothing',
      'Write "a: {}" for a package with no keys of its own.',
    ],
    [
      'an alias of a whole job',
      'jobs: [&j {job: tests, trigger: release}, *j]',
      'This alias repeats a whole job, which is read as an empty one',
      'Merge the job instead: "- <<: *name".',
    ],
    ['a source without an address', 'sources: [{path: a}]', 'url is missing', 'Add "url: ...".'],
  ])('%s', async (_name, text, message, hint) => {
    const error = await only(text);
    expect(error?.message).toBe(message);
    if (hint !== undefined) expect(error?.hint).toBe(hint);
  });

  test('no spec file, once for each package', async () => {
    const diagnostics = await diagnosticsOf(
      'jobs:\n- {job: tests, trigger: release}\n- {job: copr_build, trigger: release}\n',
      { specfile: null },
    );
    expect(diagnostics).toMatchObject([{ code: 'CONFIG_NO_SPECFILE', line: 2, key: 'jobs[0]' }]);
    expect(
      await diagnosticsOf('jobs: [{job: tests, trigger: release, skip_build: true}]', { specfile: null }),
    ).toEqual([]);
  });

  test('a key that several jobs share is reported once', async () => {
    const error = await only(
      'timeout: soon\njobs: [{job: tests, trigger: release}, {job: copr_build, trigger: release}]',
    );
    expect(error).toMatchObject({ line: 1, column: 10, key: 'timeout' });
  });
});

describe('the excerpt', () => {
  test('line, column, caret, cure', async () => {
    expect(await report('specfile_path: a.spec\njobs:\n- job: tests\n  trigger: pull_requests\n')).toBe(
      [
        '.packit.yaml:4:12: error: trigger cannot be "pull_requests" (jobs[0].trigger)',
        '  4 |   trigger: pull_requests',
        '    |            ^^^^^^^^^^^^^',
        '  Did you mean "pull_request"?',
      ].join('\n'),
    );
  });

  test('columns count characters, also behind a byte order mark and an emoji', async () => {
    expect(await only('\uFEFFcreate_pr: maybe')).toMatchObject({ line: 1, column: 12 });
    expect(await only('{"\u{1F600}": 1, create_pr: true}')).toMatchObject({
      line: 1,
      column: 2,
      endColumn: 5,
    });
  });

  test('a long line is cut around the caret', async () => {
    const lines = (await report(`{upstream_ref: "${'x'.repeat(300)}", foo: 1}`)).split('\n');
    const caret = (lines[2] ?? '').indexOf('^');
    expect(lines[1]?.slice(caret, caret + 3)).toBe('foo');
    expect(lines[1]?.length).toBeLessThan(130);
  });

  test('two anchors of one name: both places', async () => {
    expect(await report('specfile_path: &a a\nupstream_ref: &a b\n')).toContain('It began in line 1.');
  });

  test('an unclosed bracket: what is missing and what to do', async () => {
    const text = await report('specfile_path: a\njobs: [a\n');
    expect(text).toContain('end with a ]');
    expect(text).toContain('It began in line 2.');
  });
});

test('everything else is checked where the packages cannot be told', async () => {
  const text = [
    'specfile_path: 5',
    'packages: []',
    'foo: 1',
    'jobs:',
    '- {job: copr_biuld, trigger: release, packages: [one]}',
    '- {job: tests, trigger: x}',
  ].join('\n');
  const diagnostics = await diagnosticsOf(text);
  expect(diagnostics.map(({ code, key }) => `${code} ${key}`)).toEqual([
    'CONFIG_TYPE specfile_path',
    'CONFIG_TYPE packages',
    'CONFIG_UNKNOWN_KEY foo',
    'CONFIG_VALUE jobs[0].job',
    'CONFIG_VALUE jobs[1].trigger',
  ]);
});

test('a name of the package that is no text does not hide other problems', async () => {
  const diagnostics = await diagnosticsOf('downstream_package_name: [a]\nfoo: 1\njobs: [{job: tests}]\n');
  expect(diagnostics.map(({ code, key }) => `${code} ${key}`)).toEqual([
    'CONFIG_TYPE downstream_package_name',
    'CONFIG_UNKNOWN_KEY foo',
    'CONFIG_MISSING_KEY jobs[0]',
  ]);
});
