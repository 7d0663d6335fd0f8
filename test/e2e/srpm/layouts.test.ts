/** Repositories that are not plain: source-git, submodules, odd names, remote sources. */
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { packit } from '../../support/cli.ts';
import { createRepository } from '../../support/git.ts';
import type { TestRepository } from '../../support/git.ts';
import { CONFIG, SPEC, createProject, readSrpm, tarNames } from '../../support/project.ts';
import { snapshot } from '../../support/snapshot.ts';
import { tempDir } from '../../support/temp.ts';

let home: string;
let out: string;
let scratch: string;

beforeEach(() => {
  home = tempDir();
  out = join(home, 'out');
  scratch = join(home, 'scratch');
  for (const directory of [out, scratch]) mkdirSync(directory);
});

async function build(repository: TestRepository, args: string[] = [], env: Record<string, string> = {}) {
  const before = snapshot(repository.dir, (path) => path.startsWith('.git/objects/'));
  const result = await packit(['srpm', ...args, repository.dir], {
    cwd: out,
    env: { ...repository.env, TMPDIR: scratch, ...env },
  });
  if (result.exitCode !== 0) throw new Error(result.stderr);
  expect(readdirSync(scratch)).toEqual([]);
  expect(snapshot(repository.dir, (path) => path.startsWith('.git/objects/'))).toEqual(before);
  const path = result.stdout.trim();
  const directory = tempDir();
  return { ...result, path, srpm: readSrpm(path, directory), directory };
}

describe('source-git', () => {
  test('commits after upstream_ref become patches of the spec; the archive is upstream’s', async () => {
    const repository = createProject(home, {
      spec: SPEC.replace(
        'Source0:        %{name}-%{version}.tar.gz',
        'Source0:        hello-0.1.0.tar.gz',
      ).replace(/^(Source1|Patch0).*\n/gm, ''),
      config: `${CONFIG}upstream_ref: v1.2.3\npatch_generation_ignore_paths: [ignored]\n`,
    });
    repository.write('hello-0.1.0.tar.gz', 'upstream');
    repository.write('.gitattributes', '');
    repository.git('add', '--all');
    repository.write('hello.sh', 'echo changed\n');
    const commit = repository.commit(
      'Change the greeting\n\nFor a reason.\n\nPatch-name: greeting.patch\nPatch-id: 7',
    );
    repository.write('ignored/file', '1');
    repository.commit('Not for a patch');
    const { srpm } = await build(repository);
    const head = repository.git('rev-parse', 'HEAD').slice(0, 8);
    expect(srpm).toMatchObject({ version: '0.1.0', release: `2.g${head}` });
    const spec = srpm.read('hello.spec');
    expect(srpm.members).toContain('greeting.patch');
    expect(srpm.members.filter((name) => /Not-for-a-patch/.test(name))).toEqual([]);
    expect(srpm.read('greeting.patch')).toContain(commit);
    expect(spec).toMatch(/# Change the greeting\n(?:#.*\n)*Patch0*7: +greeting\.patch\n/);
    expect(spec).toContain(`- Downstream changes (${head})`);
    expect((await build(repository, ['--release-suffix', 'x'])).srpm.release).toBe('1.x');
  });

  test('a ref that does not exist is an error that says so', async () => {
    const repository = createProject(home);
    await expect(build(repository, ['--upstream-ref', 'v9'])).rejects.toThrow(
      /no commit "v9"[^]*upstream_ref/,
    );
  });
});

describe('submodules', () => {
  test('are named when they are missing from the archive; --submodules puts them in', async () => {
    const library = createRepository(join(home, 'library'));
    library.write('lib.c', 'int x;\n');
    library.commit('library');
    const repository = createProject(home);
    repository.git('submodule', '--quiet', 'add', library.dir, 'deps/library');
    repository.commit('submodule');
    const without = await build(repository);
    expect(without.stderr).toMatch(/lacks the submodules? deps\/library/);
    const withThem = await build(repository, ['--submodules']);
    const archive = join(withThem.directory, readdirSync(withThem.directory)[0] ?? '', 'hello-1.2.3.tar.gz');
    expect(tarNames(archive)).toContain('hello-1.2.3/deps/library/lib.c');
  });
});

describe('odd names', () => {
  test('a path with spaces, quotes and percent signs; file names that are not UTF-8', async () => {
    const name = `it's a "100%done" %{dir}`;
    for (const actions of ['', 'actions:\n  post-upstream-clone: "true"\n']) {
      const repository = createProject(join(home, actions === '' ? 'plain' : 'actions'), {
        name,
        config: `${CONFIG}upstream_package_name: hello\n${actions}`,
      });
      writeFileSync(Buffer.from(join(repository.dir, 'caf\xe9'), 'latin1'), '1');
      repository.commit('Café');
      writeFileSync(Buffer.from(join(repository.dir, 'untracked \xff'), 'latin1'), '1');
      expect((await build(repository)).srpm.members).toEqual([
        'fix.patch',
        'hello-1.2.3.tar.gz',
        'hello.conf',
        'hello.spec',
      ]);
    }
  });

  test('a tag and a branch with characters rpm does not like', async () => {
    const repository = createProject(home, {
      tag: null,
      config: 'upstream_tag_template: "release/{version}"\nspecfile_path: hello.spec\n',
    });
    repository.tag('release/2.0-beta#1');
    repository.git('checkout', '--quiet', '-b', 'feature/a@b-c');
    const { srpm } = await build(repository);
    expect(srpm.version).toBe('2.0.beta1');
    expect(srpm.release).toMatch(/^1\.\d{20}\.featureab\.c\.0\.g/);
  });
});

test('the user’s hooks, signing and editor are not called', async () => {
  const repository = createProject(home, {
    config: `${CONFIG}actions:\n  post-upstream-clone: git commit --quiet --allow-empty -m "in the copy"\n`,
  });
  const trap = join(home, 'trap');
  writeFileSync(trap, `#!/bin/sh\ntouch '${join(home, 'called')}'\nexit 1\n`);
  chmodSync(trap, 0o755);
  for (const hook of ['pre-commit', 'post-commit', 'post-checkout', 'commit-msg'])
    repository.write(`.git/hooks/${hook}`, `#!/bin/sh\nexec '${trap}'\n`, 0o755);
  for (const [key, value] of [
    ['core.hooksPath', '.git/hooks'],
    ['commit.gpgsign', 'true'],
    ['gpg.program', trap],
    ['core.editor', trap],
    ['core.pager', trap],
    ['core.fsmonitor', trap],
  ] as const)
    repository.git('config', key, value);
  await build(repository);
  expect(existsSync(join(home, 'called'))).toBe(false);
});

test.each([[''], ['actions:\n  post-upstream-clone: "true"\n']])(
  'a sparse, partial clone stays as partial as it is; configuration: %j',
  async (actions) => {
    const origin = createProject(home, {
      name: 'origin',
      config: `${CONFIG}upstream_package_name: hello\n${actions}`,
    });
    origin.write('elsewhere/large', 'large\n');
    origin.commit('Add a large file');
    origin.git('config', 'uploadpack.allowFilter', 'true');
    const clone = join(home, 'clone');
    origin.git('clone', '--quiet', '--no-checkout', '--filter=blob:none', `file://${origin.dir}`, clone);
    origin.git('-C', clone, 'sparse-checkout', 'set', '--no-cone', '/*', '!/elsewhere');
    origin.git('-C', clone, 'checkout', '--quiet', 'main');
    const before = snapshot(clone);
    const result = await packit(['srpm', clone], { cwd: out, env: { ...origin.env, TMPDIR: scratch } });
    if (result.exitCode !== 0) throw new Error(result.stderr);
    expect(existsSync(join(clone, 'elsewhere'))).toBe(false);
    expect(snapshot(clone)).toEqual(before);
    const directory = tempDir();
    readSrpm(result.stdout.trim(), directory);
    expect(tarNames(join(directory, readdirSync(directory)[0] ?? '', 'hello-1.2.3.tar.gz'))).toContain(
      'hello-1.2.3/elsewhere/large',
    );
  },
);

test('TMPDIR inside of the checkout', async () => {
  const repository = createProject(home, { config: `${CONFIG}actions:\n  post-upstream-clone: "true"\n` });
  scratch = join(repository.dir, 'tmp');
  mkdirSync(scratch);
  expect((await build(repository)).srpm.name).toBe('hello');
});

describe('remote sources', () => {
  async function serve(files: Record<string, string>) {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      const body = files[request.url ?? ''];
      response.writeHead(body === undefined ? 404 : 200).end(body ?? 'nothing');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}`, asked, close: () => new Promise((done) => server.close(done)) };
  }

  test('Sources and Patches that are URLs, and `sources` of the configuration, are downloaded; what is there is not', async () => {
    const server = await serve({ '/extra-1.2.3.txt': 'extra', '/other': 'from the configuration' });
    try {
      const repository = createProject(home, {
        spec: SPEC.replace(
          'Patch0:',
          `Source2:        ${server.url}/extra-%{version}.txt\nSource3:        ${server.url}/hello.sh\nSource4:        other.txt\n%if 0\nSource5:        ${server.url}/off\n%endif\nPatch0:`,
        ),
        config: `${CONFIG}sources: [{path: other.txt, url: "${server.url}/other"}]\n`,
      });
      const { srpm } = await build(repository);
      expect(srpm.members).toEqual([
        'extra-1.2.3.txt',
        'fix.patch',
        'hello-1.2.3.tar.gz',
        'hello.conf',
        'hello.sh',
        'hello.spec',
        'other.txt',
      ]);
      expect(srpm.read('extra-1.2.3.txt')).toBe('extra');
      expect(server.asked.toSorted()).toEqual(['/extra-1.2.3.txt', '/other']);
    } finally {
      await server.close();
    }
  });

  test('one that is not to be had is an error with its URL', async () => {
    const server = await serve({});
    try {
      const repository = createProject(home, {
        spec: SPEC.replace('Patch0:', `Source2: ${server.url}/gone.txt\nPatch0:`),
      });
      await expect(build(repository)).rejects.toThrow(`${server.url}/gone.txt`);
      repository.write('sources', '');
      await expect(build(repository)).rejects.toThrow(/called "sources"/);
    } finally {
      await server.close();
    }
  });
});

test('macros of Fedora that rpm lacks get stand-ins, and one line says so', async () => {
  const repository = createProject(home, {
    spec: SPEC.replace('1%{?dist}', '%autorelease').replace(
      /^%changelog[^]*/m,
      '%changelog\n%autochangelog\n',
    ),
  });
  const { srpm, stderr } = await build(repository);
  expect(srpm.release).toMatch(/^1\.\d{20}\.main/);
  expect(srpm.read('hello.spec')).toMatch(/%autochangelog\n$/);
  if (!/does not know/.test(stderr))
    console.warn('rpm here has the macros of Fedora: no stand-in was needed');
  else expect(stderr.match(/rpm here does not know/g)).toHaveLength(1);
});

test('a large ignored directory that was left out is named, again when an action fails', async () => {
  const repository = createProject(home, {
    config: `${CONFIG}actions:\n  post-upstream-clone: test -e big/file\n`,
  });
  repository.write('.gitignore', 'big/\n');
  repository.commit('Ignore');
  mkdirSync(join(repository.dir, 'big'));
  const { truncateSync } = await import('node:fs');
  writeFileSync(join(repository.dir, 'big/file'), '');
  // A sparse file: it takes no space here, and would take a gigabyte in a copy.
  truncateSync(join(repository.dir, 'big/file'), 1024 ** 3 + 1);
  const result = await packit(['srpm', repository.dir], {
    cwd: out,
    env: { ...repository.env, TMPDIR: scratch },
  });
  expect(result.exitCode).toBe(2);
  expect(result.stderr).toMatch(/Left out of the copy for its size \(1024 MiB\): big/);
  expect(result.stderr).toMatch(/post-upstream-clone failed[^]*Left out of the copy[^]*big[^]*--in-place/);
  expect(readFileSync(join(repository.dir, '.gitignore'), 'utf8')).toBe('big/\n');
});
