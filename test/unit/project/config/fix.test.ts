import { describe, expect, test } from '@jest/globals';
import { fixText, toDump } from '../../../../src/project/config/index.ts';
import { inspectText, recordedCorpus, recordedFixtures } from '../../../support/configs.ts';

async function read(text: string) {
  const inspection = await inspectText(text);
  const { problems } = inspection;
  const valid = problems.every(({ severity }) => severity !== 'error');
  return { problems, meaning: valid ? JSON.stringify(toDump(inspection)) : undefined };
}

async function fix(text: string): Promise<string> {
  return (await fixText(text, read)).text;
}

describe('--fix', () => {
  test.each<[string, string, string]>([
    ['a renamed key', '# top\nsynced_files: # why\n  - a\n', '# top\nfiles_to_sync: # why\n  - a\n'],
    [
      'a renamed key beside its new name is removed',
      'upstream_package_name: a\nupstream_project_name: b\nspecfile_path: c\n',
      'upstream_package_name: a\nspecfile_path: c\n',
    ],
    ['a key that is read no more', 'dist_git_url: x\nspecfile_path: c\n', 'specfile_path: c\n'],
    ['a word that YAML takes for a truth value', 'bootstrap: on # yes\n', 'bootstrap: "on" # yes\n'],
    [
      'a command that is an action now',
      'current_version_command: [python3, setup.py]\n',
      'actions:\n  get-current-version: [[python3, setup.py]]\n',
    ],
    [
      'the same where there are actions',
      'actions:\n  # mine\n  pre-sync: x\ncreate_tarball_command: make dist\nspecfile_path: a\n',
      'actions:\n  # mine\n  create-archive: make dist\n  pre-sync: x\nspecfile_path: a\n',
    ],
    [
      'metadata',
      'jobs:\n- job: copr_build\n  trigger: release\n  metadata: # old\n    # a\n    targets:\n      - x # b\n    owner: me\n\n- job: tests\n  trigger: release\n',
      'jobs:\n- job: copr_build\n  trigger: release\n  # old\n  # a\n  targets:\n    - x # b\n  owner: me\n\n- job: tests\n  trigger: release\n',
    ],
    [
      'metadata in one line, with an old name in it',
      'jobs:\n- job: propose_downstream\n  trigger: release\n  metadata: {dist-git-branch: [a, b], owner: me}\n',
      'jobs:\n- job: propose_downstream\n  trigger: release\n  dist_git_branches: [a, b]\n  owner: me\n',
    ],
    [
      'metadata that comes first',
      'jobs:\n- metadata:\n    owner: me\n  job: tests\n  trigger: release\n',
      'jobs:\n- owner: me\n  job: tests\n  trigger: release\n',
    ],
    [
      'an alias as metadata',
      '_: {m: &m {owner: me}}\njobs:\n- job: tests\n  trigger: release\n  metadata: *m\n',
      '_: {m: &m {owner: me}}\njobs:\n- job: tests\n  trigger: release\n  <<: *m\n',
    ],
    [
      'metadata without anything',
      'jobs:\n- job: tests\n  metadata:\n  trigger: release\n',
      'jobs:\n- job: tests\n  trigger: release\n',
    ],
    [
      'a job type of earlier versions',
      'jobs:\n- job: production_build # x\n  trigger: commit\n',
      'jobs:\n- job: upstream_koji_build # x\n  trigger: commit\n',
    ],
    ['Windows line ends stay', 'synced_files:\r\n- a\r\n', 'files_to_sync:\r\n- a\r\n'],
  ])('%s', async (_name, before, after) => {
    expect(await fix(before)).toBe(after);
  });

  test('is not done where the configuration would mean something else', async () => {
    const text = [
      'jobs:',
      '- &copr',
      '  job: copr_build',
      '  trigger: pull_request',
      '  metadata: {targets: [a]}',
      '- <<: *copr',
      '  trigger: commit',
      '  metadata: {owner: me}',
      '',
    ].join('\n');
    expect(await fix(text)).toBe(text);
  });

  test('metadata beside its own keys is left to a person', async () => {
    const text = 'jobs:\n- job: tests\n  trigger: release\n  owner: a\n  metadata: {owner: b}\n';
    expect(await fix(text)).toBe(text);
  });

  test('keeps every comment and the meaning, and a second run has nothing to do', async () => {
    const files = [...recordedFixtures(), ...(recordedCorpus() ?? [])];
    let mended = 0;
    for (const { file, text } of files) {
      const before = await read(text);
      const result = await fixText(text, read);
      if (result.fixed.length === 0) continue;
      mended += 1;
      const after = await read(result.text);
      const comments = (source: string): string[] =>
        [...source.matchAll(/^\s*(#.*)$/gm)].map((match) => match[1]?.trim() ?? '');
      expect({ file, comments: comments(result.text) }).toEqual({ file, comments: comments(text) });
      if (before.meaning !== undefined) expect(after.meaning).toBe(before.meaning);
      expect(await fix(result.text)).toBe(result.text);
    }
    expect(mended).toBeGreaterThan(0);
  });
});
