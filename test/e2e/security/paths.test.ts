/** What a repository of others may say about paths must not reach the user's files. */
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { packit } from '../../support/cli.ts';
import type { TestRepository } from '../../support/git.ts';
import { CONFIG, SPEC, createProject, readSrpm } from '../../support/project.ts';
import type { ProjectOptions } from '../../support/project.ts';
import { tempDir } from '../../support/temp.ts';

let home: string;
let out: string;
let scratch: string;
let victim: string;

beforeEach(() => {
  home = tempDir();
  out = join(home, 'out');
  scratch = join(home, 'scratch');
  victim = join(home, 'private', 'hello.spec');
  for (const directory of [out, scratch, join(home, 'private')]) mkdirSync(directory);
  writeFileSync(victim, SPEC);
});

/** A project that is cloned by its URL; `hostile` changes it before its last commit. */
function hostileProject(options: ProjectOptions, hostile: (repository: TestRepository) => void = () => {}) {
  const repository = createProject(home, options);
  hostile(repository);
  repository.commit('Change');
  return repository;
}

async function run(command: string, repository: TestRepository, ...args: string[]) {
  const result = await packit([command, ...args, `file://${repository.dir}`], {
    cwd: out,
    env: { ...repository.env, TMPDIR: scratch },
  });
  expect(readdirSync(scratch)).toEqual([]);
  expect(readdirSync(join(home, 'private'))).toEqual(['hello.spec']);
  expect(readFileSync(victim, 'utf8')).toBe(SPEC);
  return result;
}

describe('a clone that names paths outside of itself', () => {
  test('a spec file that is a link to a file of the user', async () => {
    const repository = hostileProject({}, (repo) => {
      repo.git('rm', '--quiet', 'hello.spec');
      symlinkSync(victim, join(repo.dir, 'hello.spec'));
    });
    const result = await run('srpm', repository);
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toContain('error: The spec file hello.spec leads out of the repository');
  });

  test('a spec file above the repository', async () => {
    // <scratch>/packit-<...>/hello is the clone.
    const repository = hostileProject({ config: 'specfile_path: ../../../private/hello.spec\n' });
    const result = await run('srpm', repository);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('leads out of the repository');
  });

  test('a directory that is a link', async () => {
    const repository = hostileProject({ config: 'specfile_path: rpm/hello.spec\n' }, ({ dir }) => {
      symlinkSync(join(home, 'private'), join(dir, 'rpm'));
    });
    const result = await run('srpm', repository);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('The spec file rpm/hello.spec leads out of the repository');
  });

  test('a package path above the repository', async () => {
    const config = `packages: {hello: {paths: [../../../private], specfile_path: hello.spec}}\n`;
    const result = await run('srpm', hostileProject({ config }));
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('The path ../../../private of package hello leads out of the repository');
  });

  test('a package whose name is a path', async () => {
    const config = `packages: {x/../../../private/x: {paths: [.], specfile_path: hello.spec, upstream_package_name: hello}}\n`;
    const result = await run('srpm', hostileProject({ config }));
    expect(result).toMatchObject({ exitCode: 0 });
    expect(readdirSync(out)).toHaveLength(1);
  });

  test('a source that is a link to a secret of the user is put into no SRPM', async () => {
    const repository = hostileProject({}, (repo) => {
      repo.git('rm', '--quiet', 'hello.conf');
      symlinkSync(victim, join(repo.dir, 'hello.conf'));
    });
    const result = await run('srpm', repository);
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toContain('The source hello.conf leads out of the repository');
  });

  test('nor into the sources of prepare-sources', async () => {
    const repository = hostileProject({}, (repo) => {
      repo.git('rm', '--quiet', 'hello.conf');
      symlinkSync(victim, join(repo.dir, 'hello.conf'));
      symlinkSync('hello.conf', join(repo.dir, 'again'));
    });
    const result = await run('prepare-sources', repository);
    expect(result.stderr).toContain('Left out, as it leads out of the repository: hello.conf');
    const target = join(out, 'prepare_sources_result');
    expect(readdirSync(target)).not.toContain('hello.conf');
    expect(readdirSync(target)).not.toContain('again');
  });

  test('a download into a directory that is a link', async () => {
    const config = `${CONFIG}sources: [{path: rpm/hello.spec, url: "http://127.0.0.1:9/x"}]\n`;
    const repository = hostileProject({ config }, ({ dir }) => {
      mkdirSync(join(home, 'elsewhere'));
      symlinkSync(join(home, 'elsewhere'), join(dir, 'rpm'));
    });
    const result = await run('srpm', repository);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('leads out of the repository');
    expect(readdirSync(join(home, 'elsewhere'))).toEqual([]);
  });
});

describe('a clone with names that look like options', () => {
  test('a tag that is the option to write a file', async () => {
    const target = join(home, 'elsewhere', 'written');
    mkdirSync(join(home, 'elsewhere'));
    const tag = `--output=${target}`;
    const repository = hostileProject({ config: `${CONFIG}upstream_ref: "${tag}"\n` });
    repository.git('update-ref', `refs/tags/${tag}`, 'HEAD~2');
    const result = await run('prepare-sources', repository, '--no-actions');
    expect(result).toMatchObject({ exitCode: 0 });
    expect(readdirSync(join(home, 'elsewhere'))).toEqual([]);
    expect(readdirSync(join(out, 'prepare_sources_result'))).toContain('0001-Write-news.patch');
  });

  test.each(['--upload-pack=touch ran', '-x', 'ext::sh -c "touch ran"', 'file://x/../-u'])(
    'no program is run by the URL %s',
    async (url) => {
      const result = await packit(['srpm', '--', url], { cwd: out, env: { HOME: home, TMPDIR: scratch } });
      expect(result.exitCode).toBe(2);
      expect(readdirSync(out)).toEqual([]);
    },
  );
});

describe("the user's own checkout", () => {
  test('a spec file that is a link to elsewhere is read, and never written through', async () => {
    const config = `${CONFIG}actions: {post-upstream-clone: "true"}\n`;
    const repository = createProject(home, { config });
    repository.git('rm', '--quiet', 'hello.spec');
    symlinkSync(victim, join(repository.dir, 'hello.spec'));
    repository.commit('Link');
    const result = await packit(['srpm', repository.dir], {
      cwd: out,
      env: { ...repository.env, TMPDIR: scratch },
    });
    expect(result).toMatchObject({ exitCode: 0 });
    expect(readFileSync(victim, 'utf8')).toBe(SPEC);
    expect(readSrpm(result.stdout.trim(), scratch).version).toBe('1.2.3');
  });
});
