import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { snapshot } from '../../support/snapshot.ts';
import { createPair, gitBytes } from '../../support/source-git-pair.ts';
import type { SourceGitPair } from '../../support/source-git-pair.ts';
import { sourceGitSpec } from '../../support/source-git-project.ts';
import { tempDir } from '../../support/temp.ts';

let pair: SourceGitPair;

beforeEach(() => {
  pair = createPair(tempDir());
});

const update = (...args: string[]) => pair.run('update-source-git', 'hello', 'source', ...args);
const distro = (path: string): string => join(pair.source.dir, '.distro', path);
const log = (format: string, count = 1): string =>
  pair.source.git('log', '-n', String(count), `--format=${format}`);
const isClean = (): boolean => pair.source.git('status', '--porcelain') === '';

/** Both repositories, files and git directories; unreachable objects do not count. */
function state(): string {
  return JSON.stringify(
    [pair.source, pair.dist].map(({ dir }) => snapshot(dir, (path) => path.startsWith('.git/objects/'))),
  );
}

describe('packit source-git update-source-git', () => {
  test('a commit keeps message, author and date; the checkout has its files', async () => {
    pair.dist.write('hello.conf', 'greeting=hello\n');
    pair.dist.git('add', '-A');
    const author = ['--author=Émile <emile@example.org>', '--date=2001-02-03T04:05:06 +0700'];
    pair.dist.git('commit', '-q', ...author, '-m', 'Be polite\n\nIt is nicer.\n\nResolves: #1');
    const from = pair.dist.git('rev-parse', 'HEAD');
    const { exitCode, stdout } = await update();
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`${pair.source.git('rev-parse', 'HEAD').slice(0, 8)} Be polite\n`);
    expect(log('%B')).toBe(
      `Be polite\n\nIt is nicer.\n\nResolves: #1\nFrom-dist-git-commit: ${from}\n`.trim(),
    );
    expect(log('%an <%ae> %aI')).toBe('Émile <emile@example.org> 2001-02-03T04:05:06+07:00');
    expect(readFileSync(distro('hello.conf'), 'utf8')).toBe('greeting=hello\n');
    expect(isClean()).toBe(true);
    const again = await update();
    expect(again).toMatchObject({ exitCode: 0, stdout: '' });
    expect(again.stderr).toContain("'source' is up to date with 'hello'.");
  });

  test("the spec: dist-git's lines, but not its Patch tags", async () => {
    const spec = readFileSync(join(pair.dist.dir, 'hello.spec'), 'utf8');
    pair.dist.write('hello.spec', spec.replace('Release:        1', 'Release:        2'));
    pair.dist.commit('Rebuild');
    pair.dist.write(
      'hello.spec',
      // The line above the tags.
      spec
        .replace('Release:        1', 'Release:        2')
        .replace(/^(Source0.*)$/m, '$1\nSource1: hello.conf'),
    );
    pair.dist.commit('Add the configuration');
    expect(await update()).toMatchObject({ exitCode: 0 });
    expect(readFileSync(distro('hello.spec'), 'utf8')).toBe(
      sourceGitSpec()
        .replace('Release:        1', 'Release:        2')
        .replace(/^(Source0.*)$/m, '$1\nSource1: hello.conf'),
    );
    expect(log('%s', 2)).toBe('Add the configuration\nRebuild');
  });

  test('renames in a subfolder with changed content, deletions, modes, links, names in Latin-1', async () => {
    pair.dist.write('tests/a/one.sh', '1\n2\n3\n4\n5\n6\n7\n8\n');
    pair.dist.write('gone', 'x');
    execFileSync('sh', ['-c', 'printf x > "$(printf "gr\\374n")"'], { cwd: pair.dist.dir });
    pair.dist.commit('Add tests');
    pair.dist.git('mv', 'tests/a', 'tests/b');
    pair.dist.git('mv', 'tests/b/one.sh', 'tests/b/two.sh');
    pair.dist.write('tests/b/two.sh', '1\n2\n3\n4\n5\n6\n7\n8\n9\n');
    chmodSync(join(pair.dist.dir, 'tests/b/two.sh'), 0o755);
    pair.dist.git('rm', '-q', 'gone');
    symlinkSync('two.sh', join(pair.dist.dir, 'tests/b/link'));
    pair.dist.commit('Move them');
    expect(await update()).toMatchObject({ exitCode: 0 });
    const tree = gitBytes(pair.source, 'ls-tree', '-r', '-z', 'HEAD:.distro').toString('latin1');
    const wanted = gitBytes(pair.dist, 'ls-tree', '-r', '-z', 'HEAD').toString('latin1');
    const tests = (text: string): string[] => text.split('\0').filter((line) => /\t(?:tests|gr)/.test(line));
    expect(tests(tree)).toEqual(tests(wanted));
    expect(tests(tree)).toHaveLength(3);
    expect(existsSync(distro('gone'))).toBe(false);
  });

  test('binary files and text in any encoding, byte for byte', async () => {
    const contents = {
      'image.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 0xff, 0xfe]),
      latin1: Buffer.from('Gr\xfc\xdfe, a/hello.conf b/hello.conf\n', 'latin1'),
      utf16: Buffer.from('\ufeffhi\r\n', 'utf16le'),
      crlf: Buffer.from('one\r\ntwo\r\nno end'),
    };
    for (const [name, content] of Object.entries(contents)) pair.dist.write(name, content);
    pair.dist.commit('Add files');
    contents['image.png'] = Buffer.from([0x89, 0, 0xff, 0, 7]);
    pair.dist.write('image.png', contents['image.png']);
    pair.dist.commit('Change the image');
    expect(await update()).toMatchObject({ exitCode: 0 });
    for (const [name, content] of Object.entries(contents)) {
      expect(readFileSync(distro(name)).equals(content)).toBe(true);
    }
  });

  test('a message and an author in Latin-1', async () => {
    pair.dist.write('hello.conf', 'x\n');
    pair.dist.write('.git/message', Buffer.from('Gr\xfc\xdfe\n\n\xe9\n', 'latin1'));
    pair.dist.git('add', '-A');
    pair.dist.git('-c', 'i18n.commitEncoding=ISO-8859-1', 'commit', '-q', '-F', '.git/message');
    expect(await update()).toMatchObject({ exitCode: 0 });
    const raw = gitBytes(pair.source, 'cat-file', 'commit', 'HEAD').toString('latin1');
    expect(raw).toContain('\nencoding ISO-8859-1\n\nGr\xfc\xdfe\n\n\xe9\n\nFrom-dist-git-commit: ');
  });

  test('a merge brings what its side branch changed', async () => {
    pair.dist.git('checkout', '-q', '-b', 'side');
    pair.dist.write('side', 'x\n');
    pair.dist.commit('On the side');
    pair.dist.git('checkout', '-q', 'main');
    pair.dist.write('hello.conf', 'changed\n');
    pair.dist.commit('Change it');
    pair.dist.git('merge', '-q', '--no-ff', '-m', 'Merge the side', 'side');
    expect(await update()).toMatchObject({ exitCode: 0 });
    expect(log('%s', 2)).toBe('Merge the side\nChange it');
    expect(readFileSync(distro('side'), 'utf8')).toBe('x\n');
    expect((await pair.run('status', 'source', 'hello')).stdout).toContain('is up to date with');
  });

  test('a commit that changes nothing, and a .gitignore of its own: in sync afterwards', async () => {
    pair.dist.commit('Trigger a rebuild');
    pair.dist.write('.gitignore', '/hello-1.0.tar.gz\n/results\n');
    pair.dist.write('.gitattributes', '* text\n');
    pair.dist.commit('Ignore results');
    const { exitCode, stderr } = await update();
    expect(exitCode).toBe(0);
    expect(stderr).toContain('source-git has its own .gitignore');
    expect(readFileSync(distro('.gitignore'), 'utf8')).toContain('!*');
    expect((await pair.run('status', 'source', 'hello')).stdout).toContain('is up to date with');
  });

  test.each([
    ['the sources file', 'sources', 'DIST_GIT_SOURCES_CHANGED'],
    ['a patch', 'fix.patch', 'DIST_GIT_PATCH_CHANGED'],
    ['a patch in a folder', 'tests/other.patch', 'DIST_GIT_PATCH_CHANGED'],
  ])('%s changed: nothing is done', async (_title, path, code) => {
    pair.dist.write('hello.conf', 'x\n');
    pair.dist.commit('Before');
    pair.dist.write(path, 'changed\n');
    pair.dist.commit('Change it');
    const before = state();
    const result = await pair.run('update-source-git', 'hello', 'source');
    expect(result.exitCode).toBe(2);
    expect(state()).toBe(before);
    const json = await pair.run('--json', 'update-source-git', 'hello', 'source');
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code } });
  });

  test('a conflict in the second commit leaves everything as it was', async () => {
    pair.source.write('.distro/hello.conf', 'ours\n');
    pair.source.git('add', '-A');
    pair.source.git('commit', '-q', '--amend', '--no-edit');
    pair.dist.write('other', 'x\n');
    pair.dist.commit('First');
    pair.dist.write('hello.conf', 'theirs\n');
    pair.dist.commit('Second');
    const before = state();
    const { exitCode, stderr } = await update();
    expect(exitCode).toBe(2);
    expect(stderr).toContain('(Second) could not be applied to source-git: hello.conf');
    expect(state()).toBe(before);
  });

  test('refusals: ahead, diverged with a table, not pristine, no range with --force', async () => {
    const fix = pair.source.commit('Fix it');
    expect(await update()).toMatchObject({ exitCode: 2, stdout: '' });
    const rebuild = pair.dist.commit('Rebuild');
    const diverged = await update();
    expect(diverged.exitCode).toBe(2);
    expect(diverged.stderr).toMatch(
      new RegExp(`source-git  ${fix.slice(0, 8)}  .*Fix it\n.*dist-git    ${rebuild.slice(0, 8)}`),
    );
    expect(await update('--force')).toMatchObject({ exitCode: 2 });
    const forced = await update('--force', 'HEAD~..');
    expect(forced).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Rebuild') });
    pair.dist.commit('Again');
    pair.source.write('untracked', 'x');
    expect((await update()).stderr).toContain('is not pristine');
  });

  test.each(['--all', 'nothing..', '-p'])('the range %s is refused', async (range) => {
    const { exitCode } = await update('--force', '--', range);
    expect(exitCode).toBe(2);
  });

  test('--mark-synced puts an end to a lost trailer', async () => {
    pair.source.commit('Ours');
    pair.dist.commit('Theirs');
    const { exitCode } = await update('--mark-synced');
    expect(exitCode).toBe(0);
    expect(log('%B')).toBe(
      `Mark as in sync with dist-git\n\nFrom-dist-git-commit: ${pair.dist.git('rev-parse', 'HEAD')}`,
    );
    expect((await pair.run('status', 'source', 'hello')).stdout).toContain('is up to date with');
  });

  test('--dry-run and --json', async () => {
    const from = pair.dist.commit('Rebuild');
    const before = state();
    const result = await pair.run('--json', 'update-source-git', '--dry-run', 'hello', 'source');
    expect(JSON.parse(result.stdout)).toMatchObject({
      packages: [{ package: 'hello', written: false, commits: [{ from, subject: 'Rebuild', files: [] }] }],
    });
    expect(state()).toBe(before);
  });
});
