import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { inspectConfig } from '../../../../src/project/config/inspect.ts';
import { propose, proposeFiles, proposeTagTemplate } from '../../../../src/workflows/init/propose.ts';
import { projectUrl, repositoryName } from '../../../../src/workflows/init/remote.ts';
import { renderConfig } from '../../../../src/workflows/init/render.ts';

describe('the remote', () => {
  test.each([
    ['https://github.com/hello/world.git', 'world', 'https://github.com/hello/world'],
    ['https://user:secret@github.com/hello/world', 'world', 'https://github.com/hello/world'],
    ['git@github.com:hello/world.git', 'world', 'https://github.com/hello/world'],
    ['ssh://git@gitlab.com:2222/a/b/world.git/', 'world', 'https://gitlab.com/a/b/world'],
    ['https://git.example.org:8443/a/world', 'world', 'https://git.example.org:8443/a/world'],
    ['/srv/git/world.git', 'world', undefined],
    ['file:///srv/git/world.git', 'world', undefined],
    ['https://pagure.io/world', 'world', 'https://pagure.io/world'],
  ])('%s', (url, name, page) => {
    expect(repositoryName(url)).toBe(name);
    expect(projectUrl(url)).toBe(page);
  });
});

describe('the tag template', () => {
  test.each([
    [['v1.2.0', 'v1.1.0'], 'v{version}'],
    [['hello-2.0', 'hello-1.9', 'nightly'], 'hello-{version}'],
    [['release/1.0.1', 'v1.0.0', 'release/1.0.0'], 'release/{version}'],
    [['v2.0-rc1', 'v1.9'], 'v{version}'],
    [['v2', 'v1'], 'v{version}'],
    [['1.0', '0.9'], undefined],
    [['nightly', 'latest'], undefined],
    [[], undefined],
  ])('of %j is %s', (tags, template) => {
    expect(proposeTagTemplate(tags)).toBe(template);
  });
});

test('patches become one pattern', () => {
  expect(proposeFiles([])).toEqual([]);
  expect(proposeFiles(['rpm/a.patch'])).toEqual(['rpm/a.patch']);
  expect(proposeFiles(['rpm/a.patch', 'rpm/b.patch'])).toEqual(['rpm/*.patch']);
  expect(proposeFiles(['a.patch', 'b.patch'])).toEqual(['*.patch']);
});

const FACTS = {
  directory: '/work',
  isGitRepository: true,
  repositoryName: 'hello',
  projectUrl: 'https://github.com/me/hello',
  tags: ['v1.0'],
  specfile: 'rpm/python-hello.spec',
  specName: undefined,
  patches: [],
  existingConfig: undefined,
  gitignore: undefined,
  preCommit: undefined,
  manifest: {
    kind: 'plain',
    name: undefined,
    version: undefined,
    summary: undefined,
    license: undefined,
    licenseFile: undefined,
    readme: undefined,
  } as const,
};

/** The values of the first package as the loader understands the text. */
async function understood(text: string) {
  const inspection = await inspectConfig({
    file: '/project/.packit.yaml',
    text,
    env: {},
    findSpecfile: () => undefined,
  });
  expect(inspection.problems).toEqual([]);
  return inspection;
}

describe('the configuration', () => {
  test('that is proposed is understood as meant', async () => {
    const { packages, jobs } = await understood(renderConfig(propose(FACTS), '.packit.yaml'));
    expect(packages[0]).toMatchObject({
      specfile_path: 'rpm/python-hello.spec',
      upstream_package_name: 'hello',
      downstream_package_name: 'python-hello',
      upstream_project_url: 'https://github.com/me/hello',
      upstream_tag_template: 'v{version}',
      files_to_sync: [],
    });
    // No "jobs": the default ones.
    expect(jobs.map(({ job }) => job)).toEqual(['copr_build', 'tests', 'propose_downstream']);
  });

  test('names the spec after the repository where there is none', () => {
    const proposal = propose({ ...FACTS, specfile: undefined });
    expect(proposal).toMatchObject({ specfile_path: 'hello.spec', downstream_package_name: 'hello' });
    expect(propose({ ...FACTS, specName: 'from-spec' }).downstream_package_name).toBe('from-spec');
  });

  test('with files and jobs is understood as meant', async () => {
    const text = renderConfig(
      {
        ...propose(FACTS),
        files: ['rpm/*.patch', 'macros.hello'],
        jobs: ['copr_build', 'propose_downstream', 'koji_build'],
      },
      'packit.yaml',
    );
    const { packages, jobs } = await understood(text);
    expect(packages[0]?.files_to_sync.map(({ src, dest }) => [src, dest])).toEqual([
      [['rpm/python-hello.spec'], 'python-hello.spec'],
      [['packit.yaml'], 'packit.yaml'],
      [['rpm/*.patch'], './'],
      [['macros.hello'], 'macros.hello'],
    ]);
    expect(jobs.map(({ job, trigger }) => [job, trigger])).toEqual([
      ['copr_build', 'pull_request'],
      ['propose_downstream', 'release'],
      ['koji_build', 'commit'],
      ['bodhi_update', 'commit'],
    ]);
  });

  test('without jobs says so', async () => {
    const { jobs } = await understood(renderConfig({ ...propose(FACTS), jobs: [] }, '.packit.yaml'));
    expect(jobs).toEqual([]);
  });

  test('holds any text as it is', async () => {
    const text = fc.oneof(
      fc.stringMatching(/^[ -.0-~]{1,12}$/),
      fc.constantFrom(
        '1.0',
        '0x1f',
        'null',
        'yes',
        '~',
        "it's",
        'a: b',
        '#a',
        '1_000',
        '12:30',
        '2024-01-01',
        '=',
        '<<',
      ),
    );
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const rendered = renderConfig({ ...propose(FACTS), upstream_package_name: value }, '.packit.yaml');
        expect((await understood(rendered)).packages[0]?.upstream_package_name).toBe(value);
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});
