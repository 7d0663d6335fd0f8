/** What a person has set for themselves is not to be seen in what packit makes. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { packit } from '../../support/cli.ts';
import type { TestRepository } from '../../support/git.ts';
import { hostileHome } from '../../support/hostile-home.ts';
import { CONFIG, SPEC, createProject, readSrpm, tarNames } from '../../support/project.ts';
import { tempDir } from '../../support/temp.ts';

let home: string;
let hostile: Record<string, string | undefined>;

beforeEach(() => {
  home = tempDir();
  hostile = hostileHome(join(home, 'person'));
});

async function build(
  repository: TestRepository,
  {
    args = [],
    env = {},
    umask,
  }: { args?: string[]; env?: Record<string, string | undefined>; umask?: number } = {},
): Promise<string> {
  const out = tempDir();
  const old = umask === undefined ? undefined : process.umask(umask);
  const result = await packit(['srpm', ...args, repository.dir], {
    cwd: out,
    env: { ...repository.env, ...env },
  });
  if (old !== undefined) process.umask(old);
  if (result.exitCode !== 0) throw new Error(result.stderr);
  return result.stdout.trim();
}

function digest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

describe('--reproducible', () => {
  test('is the same for everybody: settings of git and rpm, locale, time zone, umask', async () => {
    const spec = SPEC.replace(
      'Summary: ',
      '%global commit %(git rev-parse --short HEAD)\n%global day %(date -d @0 +%%H%%Z)\nSummary: ',
    );
    const repository = createProject(home, {
      spec: spec.replace('Says hello.\n', 'Says %{commit} at %{day}.\n'),
    });
    repository.write('crlf.txt', 'a\r\nb\n');
    repository.write('.gitattributes', '*.txt text\n');
    repository.commit('Text %(id)');
    const expected = digest(await build(repository, { args: ['--reproducible'] }));
    const seen = digest(await build(repository, { args: ['--reproducible'], env: hostile, umask: 0o077 }));
    expect(seen).toBe(expected);
  });

  test('actions see one time zone and one order of letters', async () => {
    const config = `${CONFIG}actions:\n  create-archive:\n    - sh -c 'printf "%s %s" "$TZ" "$LC_ALL" > seen; tar -czf x.tgz --owner=0 --group=0 --mtime=@0 --mode=644 seen; echo x.tgz'\n`;
    const repository = createProject(home, { config });
    const expected = digest(await build(repository, { args: ['--reproducible'] }));
    expect(digest(await build(repository, { args: ['--reproducible'], env: hostile }))).toBe(expected);
  });
});

describe('git is asked the same question whatever the settings are', () => {
  test('by srpm: version, archive, changelog', async () => {
    const repository = createProject(home);
    repository.write('ünï.sh', 'echo\n');
    repository.commit('Ünï');
    const content = readSrpm(await build(repository, { env: hostile }), tempDir());
    expect(content.version).toBe('1.2.3');
    expect(content.release).toMatch(/^1\.\d{20}\.main\.2\.g[0-9a-f]{7}(\.other)?$/);
    expect(content.read('hello.spec')).toMatch(/\n- Ünï \(Jane Doe\)\n- Write news \(Jane Doe\)\n/);
  });

  test('by an archive: all files, as they are committed', async () => {
    const repository = createProject(home);
    const result = await packit(['prepare-sources', '--result-dir', join(home, 'result'), repository.dir], {
      cwd: home,
      env: { ...repository.env, ...hostile },
    });
    expect(result.stderr).not.toContain('error');
    expect(tarNames(join(home, 'result/hello-1.2.3.tar.gz'))).toContain('hello-1.2.3/hello.sh');
  });

  test('by patches of a source-git repository: the same bytes', async () => {
    const repository = createProject(home, {
      tag: null,
      spec: SPEC.replace('Source1:        hello.conf\nPatch0:         fix.patch\n', ''),
      config:
        'specfile_path: hello.spec\nupstream_ref: base\npatch_generation_ignore_paths: [.packit.yaml]\n',
    });
    repository.write('hello-0.1.0.tar.gz', '');
    repository.write('f', Array.from({ length: 30 }, (_unused, line) => `${line}\n`).join(''));
    repository.commit('Base');
    repository.tag('base');
    repository.write(
      'f',
      Array.from({ length: 30 }, (_unused, line) => (line === 15 ? 'x\n' : `${line}\n`)).join(''),
    );
    repository.commit('Change a line of a file whose commit has a rather long subject, with ümlauts');
    const patchOf = async (env: Record<string, string | undefined>): Promise<string> => {
      const content = readSrpm(await build(repository, { env }), tempDir());
      const patch = content.members.filter((name) => name.startsWith('0'));
      expect(patch).toEqual(['0001-Change-a-line-of-a-file-whose-commit-has-a-rather-lo.patch']);
      return content.read(patch[0] ?? '');
    };
    expect(await patchOf(hostile)).toBe(await patchOf({}));
  });

  test('by prepare-sources of a pull request, in a clone', async () => {
    const repository = createProject(home);
    repository.git('checkout', '--quiet', '-b', 'request', 'HEAD~1');
    repository.write('more', 'more\n');
    const head = repository.commit('Say more');
    repository.git('update-ref', 'refs/pull/7/head', head);
    repository.git('checkout', '--quiet', 'main');
    const result = await packit(
      ['prepare-sources', '--pr-id', '7', '--result-dir', join(home, 'result'), `file://${repository.dir}`],
      { cwd: home, env: { ...repository.env, ...hostile } },
    );
    expect(result).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(home, 'result/hello.spec'), 'utf8')).toContain(
      '- Say more (Jane Doe)\n- Write news',
    );
  });
});
