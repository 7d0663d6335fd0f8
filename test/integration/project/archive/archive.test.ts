import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createGitArchive, findRootDirectory } from '../../../../src/project/archive/index.ts';
import { createGit } from '../../../../src/tools/git/index.ts';
import type { Git } from '../../../../src/tools/git/index.ts';
import { createRepository, temporaryDirectory } from '../../../support/git.ts';
import type { TestRepository } from '../../../support/git.ts';

let directory: string;
let dispose: () => void;
let repository: TestRepository;

beforeEach(() => {
  ({ dir: directory, dispose } = temporaryDirectory('packit-archive'));
  repository = createRepository(join(directory, 'upstream'), directory);
  repository.write('file', 'content\n');
  repository.write('sub dir/ünï', 'more\n');
});

afterEach(() => {
  dispose();
});

function gitIn(dir: string): Git {
  return createGit(repository.run, dir);
}

/** Names in an archive as GNU tar lists them. */
function list(path: string): string[] {
  return execFileSync('tar', ['--quoting-style=literal', '-tf', path], { encoding: 'utf8' })
    .trim()
    .split('\n');
}

function read(path: string, member: string): string {
  return execFileSync('tar', ['-xOf', path, member], { encoding: 'utf8' });
}

const output = (): string => join(directory, 'up-1.tar.gz');

describe('createGitArchive', () => {
  test('holds what git archive makes, without name or time', async () => {
    repository.commit('first');
    repository.write('file', 'changed, not committed\n');
    const archive = await createGitArchive({ git: gitIn(repository.dir), prefix: 'up-1', output: output() });
    expect(archive).toEqual({ path: output(), submodules: [], lfsPointers: [] });
    const tar = execFileSync('git', ['archive', '--format=tar', '--prefix=up-1/', 'HEAD'], {
      cwd: repository.dir,
    });
    const bytes = readFileSync(output());
    expect(gunzipSync(bytes).equals(tar)).toBe(true);
    expect(bytes.subarray(3, 10).toString('hex')).toBe('00000000000003');
    await createGitArchive({ git: gitIn(repository.dir), prefix: 'up-1', output: `${output()}.again` });
    expect(readFileSync(`${output()}.again`).equals(bytes)).toBe(true);
  });

  test('honours export-ignore and export-subst', async () => {
    repository.write('.gitattributes', 'secret export-ignore\nversion export-subst\n');
    repository.write('secret', '');
    repository.write('version', '$Format:%s$\n');
    repository.commit('the subject');
    await createGitArchive({ git: gitIn(repository.dir), prefix: 'up-1', output: output() });
    expect(list(output())).not.toContain('up-1/secret');
    expect(read(output(), 'up-1/version')).toBe('the subject\n');
  });

  test('holds one subtree for a package with a path', async () => {
    repository.commit('first');
    const git = gitIn(join(repository.dir, 'sub dir'));
    await createGitArchive({ git, prefix: 'up-1', output: output() });
    expect(list(output())).toEqual(['up-1/', 'up-1/ünï']);
  });

  test('takes another revision', async () => {
    const first = repository.commit('first');
    repository.write('later', '');
    repository.commit('second');
    await createGitArchive({ git: gitIn(repository.dir), revision: first, prefix: 'up-1', output: output() });
    expect(list(output())).not.toContain('up-1/later');
  });

  describe('with submodules', () => {
    beforeEach(() => {
      const inner = createRepository(join(directory, 'inner'), directory);
      inner.write('inner-file', 'inner\n');
      inner.commit('inner');
      const middle = createRepository(join(directory, 'middle'), directory);
      middle.write('middle-file', `${'zero'.repeat(200)}${'\0'.repeat(3000)}`);
      middle.git('submodule', '--quiet', 'add', inner.dir, 'deep/inner');
      middle.commit('middle');
      repository.git('submodule', '--quiet', 'add', middle.dir, 'libs/middle');
      repository.commit('all');
    });

    test('says which are left out', async () => {
      const archive = await createGitArchive({
        git: gitIn(repository.dir),
        prefix: 'up-1',
        output: output(),
      });
      expect(archive.submodules).toEqual(['libs/middle']);
      expect(list(output())).not.toContain('up-1/libs/middle/middle-file');
    });

    test('puts them in, nested ones too', async () => {
      repository.git('submodule', '--quiet', 'update', '--init', '--recursive');
      const options = {
        git: gitIn(repository.dir),
        prefix: 'up-1',
        output: output(),
        submodules: true,
        gitIn,
      };
      const archive = await createGitArchive(options);
      expect(archive.submodules).toEqual(['libs/middle', 'libs/middle/deep/inner']);
      expect(list(output())).toEqual(
        expect.arrayContaining([
          'up-1/file',
          'up-1/libs/middle/middle-file',
          'up-1/libs/middle/deep/inner/inner-file',
        ]),
      );
      expect(read(output(), 'up-1/libs/middle/deep/inner/inner-file')).toBe('inner\n');
      expect(read(output(), 'up-1/libs/middle/middle-file')).toHaveLength(3800);
      expect(gunzipSync(readFileSync(output())).length % 512).toBe(0);
      expect(await findRootDirectory({ path: output(), run: repository.run })).toEqual({
        kind: 'found',
        name: 'up-1',
      });
    });

    test('names the command for one that is not checked out', async () => {
      repository.git('submodule', '--quiet', 'deinit', '-f', '--all');
      const options = {
        git: gitIn(repository.dir),
        prefix: 'up-1',
        output: output(),
        submodules: true,
        gitIn,
      };
      await expect(createGitArchive(options)).rejects.toMatchObject({
        code: 'SUBMODULE_MISSING',
        exitCode: 2,
        hint: expect.stringContaining('git submodule update --init --recursive -- libs/middle'),
      });
    });
  });

  describe('with Git LFS', () => {
    const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n`;

    beforeEach(() => {
      repository.write('.gitattributes', '*.bin filter=lfs diff=lfs merge=lfs -text\n');
      repository.write('data/a.bin', POINTER);
      repository.write('small', 'version of something else, long enough to be looked at\n');
      repository.commit('with a pointer');
    });

    test('names the files whose content is not there', async () => {
      const archive = await createGitArchive({
        git: gitIn(repository.dir),
        prefix: 'up-1',
        output: output(),
      });
      expect(archive.lfsPointers).toEqual(['data/a.bin']);
    });

    test('says nothing where the filter is set up', async () => {
      repository.git('config', 'filter.lfs.smudge', 'echo the content');
      const archive = await createGitArchive({
        git: gitIn(repository.dir),
        prefix: 'up-1',
        output: output(),
      });
      expect(archive.lfsPointers).toEqual([]);
      expect(read(output(), 'up-1/data/a.bin')).toBe('the content\n');
    });
  });

  test('a full disk is said, and nothing is left', async () => {
    repository.write('big', 'x'.repeat(100_000));
    repository.commit('big');
    symlinkSync('/dev/full', output());
    const options = { git: gitIn(repository.dir), prefix: 'up-1', output: output() };
    await expect(createGitArchive(options)).rejects.toMatchObject({ code: 'DISK_FULL', exitCode: 2 });
    expect(statSync(output(), { throwIfNoEntry: false })).toBeUndefined();
  });
});

describe('findRootDirectory', () => {
  const find = (path: string) => findRootDirectory({ path: join(directory, path), run: repository.run });

  function tar(name: string, args: string[]): void {
    const files = join(directory, 'files');
    mkdirSync(join(files, 'root', 'below'), { recursive: true });
    mkdirSync(join(files, 'other'), { recursive: true });
    writeFileSync(join(files, 'root', 'below', 'file'), 'x');
    writeFileSync(join(files, 'top'), 'x');
    execFileSync('tar', ['-C', files, '-cf', join(directory, name), ...args]);
  }

  test.each([
    ['x.tar', ['root']],
    ['x.tar.gz', ['-z', 'root']],
    ['x.crate', ['-z', 'root']],
    ['x.tar.xz', ['-J', 'root']],
    ['x.tar.bz2', ['-j', 'root']],
    ['x.tar.zst', ['--zstd', 'root']],
    ['misnamed.zip', ['-z', 'root']],
    ['pax.tar', ['--format=pax', 'root']],
    ['v7.tar', ['--format=v7', 'root']],
    ['long.tar', [`--transform=s,^root,root/${'long/'.repeat(60)},`, 'root/below/file']],
    ['without-directories.tar', ['--no-recursion', 'root/below/file']],
    ['dotted.tar', ['./root']],
    ['with-a-file-beside.tar', ['root', 'top']],
  ])('finds it in %s', async (name, args) => {
    tar(name, args);
    expect(await find(name)).toEqual({ kind: 'found', name: 'root' });
  });

  test('is the place itself where everything is under ./', async () => {
    tar('flat.tar', ['.']);
    expect(await find('flat.tar')).toEqual({ kind: 'found', name: '.' });
  });

  test('there is none, or there are several', async () => {
    tar('gem.gem', ['top']);
    expect(await find('gem.gem')).toEqual({ kind: 'none', candidates: [] });
    tar('two.tar', ['root', 'other']);
    expect(await find('two.tar')).toEqual({ kind: 'none', candidates: ['root', 'other'] });
  });

  test('finds it in a zip file', async () => {
    repository.commit('first');
    repository.git('archive', '--format=zip', '--prefix=up-1/', '-o', join(directory, 'x.zip'), 'HEAD');
    expect(await find('x.zip')).toEqual({ kind: 'found', name: 'up-1' });
  });

  test('what is no archive is unreadable, not an error', async () => {
    tar('cut.tar.gz', ['-z', 'root']);
    truncateSync(join(directory, 'cut.tar.gz'), 60);
    writeFileSync(join(directory, 'text'), 'no archive at all\n'.repeat(100));
    writeFileSync(join(directory, 'empty'), '');
    for (const name of ['cut.tar.gz', 'text', 'empty', 'missing']) {
      expect(await find(name)).toMatchObject({ kind: 'unreadable' });
    }
  });
});
