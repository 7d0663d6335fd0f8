import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  configuredSources,
  planDownloads,
  remoteSpecSources,
} from '../../../../src/project/sources/index.ts';
import type { RemoteSource, SpecSource } from '../../../../src/project/sources/index.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'packit-plan-'));
});
afterEach(() => rm(directory, { recursive: true }));

function specSource(changes: Partial<SpecSource>): SpecSource {
  const url = 'https://example.com/a-1.0.tar.gz';
  return {
    kind: 'source',
    number: 0,
    location: url,
    expanded: url,
    filename: 'a-1.0.tar.gz',
    remote: true,
    valid: true,
    ...changes,
  };
}

function wanted(url: string, filename: string): RemoteSource {
  return { url, filename, origin: 'Source1' };
}

describe('what a spec needs from outside', () => {
  test('remote sources and patches in force, under their expanded URL', () => {
    const sources = remoteSpecSources([
      specSource({ location: 'https://example.com/a-%{version}.tar.gz' }),
      specSource({ number: 1, remote: false, location: 'local.conf', expanded: 'local.conf' }),
      specSource({ number: 2, valid: false }),
      specSource({ number: 3, valid: undefined, filename: 'b' }),
      specSource({ kind: 'patch', number: 7, filename: 'fix.patch' }),
    ]);
    expect(sources).toEqual([
      { url: 'https://example.com/a-1.0.tar.gz', filename: 'a-1.0.tar.gz', origin: 'Source0' },
      { url: 'https://example.com/a-1.0.tar.gz', filename: 'b', origin: 'Source3' },
      { url: 'https://example.com/a-1.0.tar.gz', filename: 'fix.patch', origin: 'Patch7' },
    ]);
  });

  test('files that are there are not downloaded; a directory of that name is no file', async () => {
    await writeFile(join(directory, 'here'), '');
    await mkdir(join(directory, 'folder'));
    const plan = await planDownloads(
      [
        wanted('https://e.com/1', 'here'),
        wanted('https://e.com/2', 'folder'),
        wanted('https://e.com/3', 'sub/new'),
      ],
      [join(directory, 'missing'), directory],
    );
    expect(plan.present.map((source) => source.filename)).toEqual(['here']);
    expect(plan.downloads.map((source) => source.filename)).toEqual(['folder', 'sub/new']);
  });

  test("the first of one name counts: the configuration's", async () => {
    const plan = await planDownloads(
      [...configuredSources([{ path: 'a', url: 'https://mirror.com/a' }]), wanted('https://e.com/a', 'a')],
      [directory],
    );
    expect(plan.downloads.map((source) => source.url)).toEqual(['https://mirror.com/a']);
  });

  test.each(['../evil', '/etc/passwd', 'a/../../evil', '..', '.', '', 'a/', 'x\0y'])(
    'the file name %j is refused',
    async (filename) => {
      await expect(planDownloads([wanted('https://e.com/a', filename)], [directory])).rejects.toMatchObject({
        code: 'SOURCE_FILE_NAME',
        exitCode: 2,
      });
    },
  );

  test.each(['ftp://e.com/a', 'file:///etc/passwd', 'git+https://e.com/a', 'FTP://e.com/a'])(
    '%s is said to be unsupported',
    async (url) => {
      await expect(planDownloads([wanted(url, 'a')], [directory])).rejects.toMatchObject({
        code: 'SOURCE_URL_SCHEME',
        message: expect.stringContaining(url),
        hint: expect.stringContaining('beside the spec file'),
      });
      await writeFile(join(directory, 'a'), '');
      expect((await planDownloads([wanted(url, 'a')], [directory])).downloads).toEqual([]);
    },
  );
});
