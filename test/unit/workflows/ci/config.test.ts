/** What is read through a forge is what would be read from a checkout, errors and all. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { PackitError } from '../../../../src/errors.ts';
import { loadConfig } from '../../../../src/project/config/index.ts';
import type { LoadedConfig } from '../../../../src/project/config/index.ts';
import { readProjectConfig } from '../../../../src/workflows/ci/config/index.ts';
import { recordedCorpus } from '../../../support/configs.ts';
import { tempDir } from '../../../support/temp.ts';

const project = { namespace: 'rpms', name: 'hello' };

function readThrough(text: string | Uint8Array, name = '.packit.yaml'): Promise<LoadedConfig | undefined> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const forge = {
    readFile: (_project: unknown, path: string) => Promise.resolve(path === name ? bytes : undefined),
  };
  return readProjectConfig({ forge, project, ref: 'main', env: {} });
}

async function told(work: Promise<unknown>): Promise<unknown> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof PackitError)) return error;
  const { code, message, hint, details, location } = error;
  const place = { line: location?.line, column: location?.column };
  return { code, message, hint, details, place };
}

describe('errors name place, key and remedy as those of a checkout', () => {
  test.each<[string, string | Uint8Array]>([
    ['an unknown key', 'specfile_path: hello.spec\njobz: []\n'],
    [
      'several',
      'specfile_path: hello.spec\nupstream_tag_templat: x\njobs:\n- job: copr_buil\n  trigger: pull_request\n',
    ],
    ['a wrong type', 'specfile_path: hello.spec\njobs: {}\n'],
    ['no YAML', 'jobs: [\n'],
    ['no UTF-8', new Uint8Array([0x61, 0x3a, 0x0a, 0xff])],
    ['no mapping', '- a\n'],
  ])('%s', async (_what, text) => {
    const root = tempDir('packit-ci-config');
    writeFileSync(join(root, '.packit.yaml'), text);
    const own = await told(loadConfig({ root, env: {}, repositoryName: () => 'hello' }));
    expect(own).toMatchObject({ code: expect.stringMatching(/^CONFIG_/) });
    expect(await told(readThrough(text))).toEqual(own);
  });
});

test('a package need not say where its spec file is', async () => {
  const config = await readThrough('jobs:\n- {job: copr_build, trigger: pull_request}\n');
  expect(config).toMatchObject({ file: '.packit.yaml', directory: '.', packages: [{ specfile_path: null }] });
  expect((await readThrough('downstream_package_name: x\n', 'packit.yml'))?.packages[0]).toMatchObject({
    specfile_path: 'x.spec',
    config_file_path: 'packit.yml',
  });
});

test('none is none', async () => {
  expect(await readThrough('', 'other.yaml')).toBeUndefined();
  expect((await readThrough('', '.distro/source-git.yaml'))?.file).toBe('.distro/source-git.yaml');
});

const corpus = recordedCorpus()?.filter(({ status }) => status === 'valid');
(corpus === undefined ? test.skip : test)('real configurations are read alike', async () => {
  const root = tempDir('packit-ci-corpus');
  for (const { text } of corpus ?? []) {
    writeFileSync(join(root, '.packit.yaml'), text);
    const own = await loadConfig({
      root,
      env: {},
      repositoryName: () => 'hello',
      findSpecfile: () => 'found.spec',
    });
    const read = await readThrough(text);
    const plain = (config: LoadedConfig | undefined) =>
      JSON.stringify([config?.packages, config?.jobs, config?.defaultJobs], (key, value: unknown) =>
        key === 'specfile_path' && (value === null || value === 'found.spec') ? undefined : value,
      );
    expect(plain(read)).toBe(plain(own));
  }
});
