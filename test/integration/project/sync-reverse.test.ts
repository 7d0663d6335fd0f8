/** What files_to_sync brought to dist-git comes back to where it was. */
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { diskTree, reverseItems, syncFiles } from '../../../src/project/sync/index.ts';
import type { SyncItem } from '../../../src/project/sync/index.ts';
import { tempDir } from '../../support/temp.ts';

const FILES = [
  'a.spec',
  'packaging/b.spec',
  'packaging/deep/c.patch',
  'fixes/1.patch',
  'fixes/2.patch',
  'docs/x.md',
];

function trees(): { upstream: string; distGit: string } {
  const dir = realpathSync(tempDir('sync-reverse'));
  const place = { upstream: join(dir, 'hello'), distGit: join(dir, 'dist-git') };
  for (const path of FILES) {
    mkdirSync(dirname(join(place.upstream, path)), { recursive: true });
    writeFileSync(join(place.upstream, path), `upstream ${path}\n`);
  }
  mkdirSync(place.distGit);
  for (const name of ['sources', '.gitignore', 'README.packit']) {
    writeFileSync(join(place.distGit, name), `dist-git ${name}\n`);
  }
  return place;
}

function item(item: Partial<SyncItem> & Pick<SyncItem, 'src' | 'dest'>): SyncItem {
  return { mkpath: true, delete: false, filters: [], ...item };
}

function back(
  place: { upstream: string; distGit: string },
  items: readonly SyncItem[],
  exclude: string[] = [],
) {
  const reversed = reverseItems(items, {
    upstream: diskTree(place.upstream),
    distGit: diskTree(place.distGit),
    sourceName: 'hello',
    exclude,
  });
  return syncFiles({ items: reversed, source: place.distGit, destination: place.upstream });
}

describe('there and back again', () => {
  test.each<[string, SyncItem, string, string]>([
    ['a file under another name', item({ src: ['a.spec'], dest: 'z.spec' }), 'z.spec', 'a.spec'],
    ['a file into a directory', item({ src: ['a.spec'], dest: 'x/' }), 'x/a.spec', 'a.spec'],
    ['a file to the top', item({ src: ['packaging/b.spec'], dest: '.' }), 'b.spec', 'packaging/b.spec'],
    ['several files', item({ src: ['a.spec', 'docs/x.md'], dest: 'x' }), 'x/x.md', 'docs/x.md'],
    [
      'the contents of a directory',
      item({ src: ['packaging/'], dest: '.' }),
      'deep/c.patch',
      'packaging/deep/c.patch',
    ],
    [
      'the contents under another name',
      item({ src: ['packaging/'], dest: 'p/' }),
      'p/b.spec',
      'packaging/b.spec',
    ],
    [
      'a directory by its name',
      item({ src: ['packaging'], dest: 'p/' }),
      'p/packaging/b.spec',
      'packaging/b.spec',
    ],
    [
      'a directory in a directory',
      item({ src: ['packaging/deep'], dest: '.' }),
      'deep/c.patch',
      'packaging/deep/c.patch',
    ],
    ['a pattern', item({ src: ['fixes/*.patch'], dest: 'p/' }), 'p/2.patch', 'fixes/2.patch'],
    [
      'a pattern in a directory’s name',
      item({ src: ['fix*/1.patch'], dest: 'p/' }),
      'p/1.patch',
      'fixes/1.patch',
    ],
    ['all of it', item({ src: ['.'], dest: 'x/' }), 'x/hello/a.spec', 'a.spec'],
  ])('%s', async (_case, forward, inDistGit, inUpstream) => {
    const place = trees();
    await syncFiles({
      items: [forward],
      source: place.upstream,
      destination: place.distGit,
      sourceName: 'hello',
    });
    const before = readFileSync(join(place.upstream, inUpstream), 'utf8');
    expect(readFileSync(join(place.distGit, inDistGit), 'utf8')).toBe(before);
    writeFileSync(join(place.distGit, inDistGit), 'changed downstream\n');

    const { operations } = await back(place, [forward]);
    expect(readFileSync(join(place.upstream, inUpstream), 'utf8')).toBe('changed downstream\n');
    // Nothing lands anywhere else, and nothing that is dist-git's own.
    const written = operations.flatMap(({ kind, path }) => (kind === 'directory' ? [] : [path]));
    expect(written.filter((path) => !FILES.includes(path))).toEqual([]);
  });

  test('a file that is new in dist-git comes along where a directory or a pattern is named', async () => {
    const place = trees();
    const items = [item({ src: ['fixes/*.patch'], dest: 'p/' }), item({ src: ['packaging/'], dest: 'q/' })];
    await syncFiles({ items, source: place.upstream, destination: place.distGit });
    writeFileSync(join(place.distGit, 'p/3.patch'), 'new\n');
    writeFileSync(join(place.distGit, 'q/new'), 'new\n');
    await back(place, items);
    expect(readFileSync(join(place.upstream, 'fixes/3.patch'), 'utf8')).toBe('new\n');
    expect(readFileSync(join(place.upstream, 'packaging/new'), 'utf8')).toBe('new\n');
  });

  test('filters hold on the way back too, and excluded names wherever they are', async () => {
    const place = trees();
    const items = [
      item({ src: ['packaging'], dest: '.', filters: ['- /packaging/deep'] }),
      item({ src: ['fixes'], dest: '.' }),
    ];
    await syncFiles({ items, source: place.upstream, destination: place.distGit });
    mkdirSync(join(place.distGit, 'packaging/deep'), { recursive: true });
    writeFileSync(join(place.distGit, 'packaging/deep/c.patch'), 'of dist-git\n');
    writeFileSync(join(place.distGit, 'packaging/b.spec'), 'changed\n');
    writeFileSync(join(place.distGit, 'fixes/1.patch'), 'changed\n');
    await back(place, items, ['1.patch']);
    expect(readFileSync(join(place.upstream, 'packaging/deep/c.patch'), 'utf8')).toBe(
      'upstream packaging/deep/c.patch\n',
    );
    expect(readFileSync(join(place.upstream, 'packaging/b.spec'), 'utf8')).toBe('changed\n');
    expect(readFileSync(join(place.upstream, 'fixes/1.patch'), 'utf8')).toBe('upstream fixes/1.patch\n');
  });
});
