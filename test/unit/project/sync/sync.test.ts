import { describe, expect, test } from '@jest/globals';
import { filesToSync, planSyncItem, withoutSource } from '../../../../src/project/sync/index.ts';
import type { SyncItem, Tree, TreeEntry } from '../../../../src/project/sync/index.ts';

/** A tree in memory: `{'a/b': 'x'}` is a file, `'-> target'` a link, `null` an empty directory. */
function memoryTree(files: Record<string, string | null>, root = '/repo'): Tree {
  const entries = new Map<string, TreeEntry>([['', { type: 'directory', mode: 0o755 }]]);
  for (const [path, content] of Object.entries(files)) {
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth += 1)
      entries.set(parts.slice(0, depth).join('/'), { type: 'directory', mode: 0o755 });
    entries.set(
      path,
      content === null
        ? { type: 'directory', mode: 0o755 }
        : content.startsWith('-> ')
          ? { type: 'symlink', mode: 0o777, target: content.slice(3) }
          : { type: 'file', mode: 0o644 },
    );
  }
  return {
    root,
    stat: (path) => entries.get(path),
    list: (path) =>
      [...entries.keys()]
        .filter((key) => key !== '' && (path === '' ? !key.includes('/') : key.startsWith(`${path}/`)))
        .map((key) => (path === '' ? key : key.slice(path.length + 1)))
        .filter((key) => !key.includes('/')),
  };
}

function item(partial: Partial<SyncItem>): SyncItem {
  return { src: [], dest: '.', mkpath: false, delete: false, filters: [], ...partial };
}

function plan(partial: Partial<SyncItem>, source: Tree, destination = memoryTree({})): string[] {
  const { operations } = planSyncItem(item(partial), source, destination, { sourceName: 'project' });
  return operations.map((operation) =>
    operation.kind === 'file'
      ? `${operation.from} => ${operation.path}`
      : operation.kind === 'symlink'
        ? `${operation.path} -> ${operation.target}`
        : `${operation.kind} ${operation.path}`,
  );
}

describe('globs', () => {
  const source = memoryTree({
    'a.patch': '1',
    'b.patch': '2',
    '.hidden.patch': '3',
    'dir/c.patch': '4',
    'dir/x.txt': '5',
    'dir2/c.patch': '6',
  });

  test('one star leaves out names that start with a dot', () => {
    expect(plan({ src: ['*.patch'] }, source)).toEqual(['a.patch => a.patch', 'b.patch => b.patch']);
  });

  test('two stars are one star', () => {
    expect(plan({ src: ['**/c.patch'], dest: 'd/', mkpath: true }, source)).toEqual([
      'directory d',
      'dir/c.patch => d/c.patch',
    ]);
  });

  test('a class, and a pattern that begins with a dot', () => {
    expect(plan({ src: ['[!a].patch'] }, source)).toEqual(['b.patch => b.patch']);
    expect(plan({ src: ['.*.patch'] }, source)).toEqual(['.hidden.patch => .hidden.patch']);
  });

  test('what matches nothing is named and ignored', () => {
    const { operations, missing } = planSyncItem(
      item({ src: ['*.nope', 'a.patch'] }),
      source,
      memoryTree({}),
      {
        sourceName: 'project',
      },
    );
    expect(operations).toHaveLength(1);
    expect(missing).toEqual(['*.nope']);
  });
});

describe('staying inside', () => {
  test.each(['../other', '/etc/passwd', 'out', 'out/x', 'loop', 'deep/../../x'])('%s is refused', (src) => {
    const source = memoryTree({ out: '-> ../elsewhere', loop: '-> loop', 'deep/x': '1' });
    expect(() => plan({ src: [src] }, source)).toThrow(/leaves the repository|Too many levels/);
  });

  test('so is a destination, by name or by a link in dist-git', () => {
    const source = memoryTree({ a: '1' });
    expect(() => plan({ src: ['a'], dest: '../a' }, source)).toThrow(/leaves/);
    expect(() => plan({ src: ['a'], dest: 'link/a' }, source, memoryTree({ link: '-> /etc' }))).toThrow(
      /leaves/,
    );
  });

  test('a glob does not lead out through a linked directory', () => {
    const source = memoryTree({ out: '-> /etc', 'out2/passwd': '1' });
    // The link itself is not followed, so nothing below it can be named.
    expect(plan({ src: ['*/passwd'] }, source)).toEqual(['out2/passwd => passwd']);
  });

  test('a link inside is followed where it is named and kept where it is found', () => {
    const source = memoryTree({ spec: '-> dist/x.spec', 'dist/x.spec': '1', 'dist/l': '-> x.spec' });
    expect(plan({ src: ['spec'], dest: 'y.spec' }, source)).toEqual(['dist/x.spec => y.spec']);
    expect(plan({ src: ['dist/'], dest: './' }, source)).toEqual(['l -> x.spec', 'dist/x.spec => x.spec']);
  });

  test('neither .git is touched', () => {
    const source = memoryTree({ '.git/config': 'x', '.gitignore': 'y' });
    const destination = memoryTree({ '.git': 'gitdir: elsewhere', old: '1' });
    expect(plan({ src: ['./'], dest: './', delete: true }, source, destination)).toEqual([
      'delete old',
      '.gitignore => .gitignore',
    ]);
  });
});

describe('deleting', () => {
  test('the filters of source-git: protected files and .git* stay', () => {
    const source = memoryTree({
      '.distro/x.spec': '1',
      '.distro/source-git.yaml': '2',
      '.distro/.gitignore': '3',
    });
    const destination = memoryTree({ '.gitignore': 'a', sources: 'b', 'x.spec': 'c', 'old.patch': 'd' });
    expect(
      plan(
        {
          src: ['.distro/'],
          delete: true,
          filters: ['protect .git*', 'protect sources', 'exclude source-git.yaml', 'exclude .gitignore'],
        },
        source,
        destination,
      ),
    ).toEqual(['delete old.patch', '.distro/x.spec => x.spec']);
  });
});

describe('what is copied', () => {
  test('by default the spec and the configuration', () => {
    expect(
      filesToSync(
        { specfile_path: 'fedora/sen.spec', downstream_package_name: 'python-sen' },
        '.packit.yaml',
      ),
    ).toEqual([
      item({ src: ['fedora/sen.spec'], dest: 'python-sen.spec' }),
      item({ src: ['.packit.yaml'], dest: '.packit.yaml' }),
    ]);
  });

  test('strings and maps', () => {
    expect(
      filesToSync(
        { files_to_sync: ['a', { src: 'b', dest: 'c' }, { src: ['d', 'e'], dest: 'f/', delete: true }] },
        'x',
      ),
    ).toEqual([
      item({ src: ['a'], dest: 'a' }),
      item({ src: ['b'], dest: 'c' }),
      item({ src: ['d', 'e'], dest: 'f/', delete: true }),
    ]);
  });

  test('the spec file is left out wherever it hides', () => {
    const source = memoryTree({ 'd/x.spec': '1', 'd/p': '2', y: '3' });
    const left = withoutSource(
      [
        item({ src: ['d/x.spec'], dest: 'x.spec' }),
        item({ src: ['d/'] }),
        item({ src: ['d'] }),
        item({ src: ['d/*'] }),
        item({ src: ['y'] }),
      ],
      'd/x.spec',
      source,
    );
    expect(left.map(({ filters }) => filters)).toEqual([['- /x.spec'], ['- /d/x.spec'], ['- /x.spec'], []]);
    expect(left.flatMap((entry) => plan(entry, source))).toEqual([
      'd/p => p',
      'directory d',
      'd/p => d/p',
      'd/p => p',
      'y => y',
    ]);
  });

  test('a destination that is not there', () => {
    const source = memoryTree({ a: '1', b: '2' });
    expect(() => plan({ src: ['a'], dest: 'x/y/' }, source)).toThrow(/mkpath|no directory/);
    expect(plan({ src: ['a'], dest: 'x/y/', mkpath: true }, source)).toEqual([
      'directory x',
      'directory x/y',
      'a => x/y/a',
    ]);
    expect(plan({ src: ['a', 'b'], dest: 'x' }, source)).toEqual(['directory x', 'a => x/a', 'b => x/b']);
    expect(plan({ src: ['a'], dest: 'x' }, source)).toEqual(['a => x']);
  });

  test('a filter rule nobody understands', () => {
    expect(() => plan({ src: ['a'], filters: ['please skip x'] }, memoryTree({ a: '1' }))).toThrow(
      /filter rule/,
    );
  });
});
