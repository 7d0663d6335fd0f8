/** The script for Copr, run by the system's shell with real git, and a `packit` that writes down what it is given. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { PackageConfig } from '../../../../src/project/config/index.ts';
import type { CiEvent } from '../../../../src/workflows/ci/event/index.ts';
import { coprSource, keyIn } from '../../../../src/workflows/ci/source/index.ts';
import type { CoprSourceInput } from '../../../../src/workflows/ci/source/index.ts';
import { githubPullRequest, githubPush, githubRelease } from '../../../support/ci/payloads.ts';
import { eventFrom, viewFor, viewsFor } from '../../../support/ci/views.ts';
import { createRepository, testEnvironment } from '../../../support/git.ts';
import type { TestRepository } from '../../../support/git.ts';
import { tempDir } from '../../../support/temp.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const HOSTILE: readonly string[] = [
  `'; touch pwned; '`,
  '$(touch pwned)',
  '`touch pwned`',
  '"; touch pwned; "',
  'a\ntouch pwned\n',
  '\n# packit-key: ffffffffffffffffffffffffffffffff',
  "'\\''; touch pwned #",
  '\\',
  'ends with \\',
  '-rf',
  '--debug',
  '-- x',
  '../../pwned',
  '* ? [a-z] ~ $HOME $PWD $url $ref',
  '%s\\n%n',
  '& touch pwned &',
  '| touch pwned',
  '> pwned',
  '!history {a,b} #comment',
  'tab\tand  blanks ',
  'Größe 🎁 \u202e',
  'carriage\r\nreturn',
];
/** Git takes these for names. */
const HOSTILE_REFS: readonly string[] = [
  "';touch${IFS}pwned;'",
  '$(touch${IFS}pwned)',
  '`touch${IFS}pwned`',
  '";touch${IFS}pwned;"',
  '$HOME&touch${IFS}pwned&',
  'a|touch${IFS}pwned>pwned',
  '%s!{a,b}#x',
  'Größe-🎁',
  'pr/7',
  'refs/heads/main',
];

describe('the script for Copr', () => {
  const home = tempDir('packit-ci-source');
  const bin = join(home, 'bin');
  let upstream: TestRepository;
  let first: string;
  let second: string;
  /** Of the pull request: what the event is about, and what a forced push took away. */
  let topic: string;
  let lost: string;
  let work = '';
  let runs = 0;

  beforeAll(() => {
    mkdirSync(bin);
    const stub = [
      '#!/bin/sh',
      'printf \'%s\\0\' "$@" > "$HOME/argv"',
      'git config --global user.name > "$HOME/name"',
      '{ git symbolic-ref --quiet HEAD || echo detached; git rev-parse HEAD; git -c core.quotePath=false ls-files; } > "$HOME/checkout"',
      'basename "$PWD" > "$HOME/directory"',
    ];
    writeFileSync(join(bin, 'packit'), `${stub.join('\n')}\n`, { mode: 0o755 });
    upstream = createRepository(join(home, 'a project'));
    upstream.write('hello.spec', 'Name: hello\n');
    first = upstream.commit('first');
    upstream.git('checkout', '--quiet', '-b', 'topic');
    upstream.write('topic-file', 'topic\n');
    topic = upstream.commit('topic');
    upstream.write('later-file', 'later\n');
    upstream.git('update-ref', 'refs/pull/7/head', upstream.commit('pushed meanwhile'));
    upstream.git('update-ref', 'refs/merge-requests/7/head', topic);
    upstream.write('topic-file', 'rewritten\n');
    upstream.git('commit', '--quiet', '--amend', '--all', '--message', 'lost');
    lost = upstream.git('rev-parse', 'HEAD').trim();
    upstream.git('checkout', '--quiet', 'main');
    upstream.git('branch', '--quiet', '-D', 'topic');
    upstream.write('NEWS', 'news\n');
    second = upstream.commit('second');
    for (const name of HOSTILE_REFS) {
      upstream.git('update-ref', `refs/heads/${name}`, first);
      upstream.git('update-ref', `refs/tags/${name}`, first);
    }
    upstream.git('update-ref', 'refs/tags/v1.1.0', first);
  });

  const PR = (changes: Partial<CiEvent> = {}): CiEvent => ({
    ...eventFrom('pull_request', githubPullRequest({ sha: topic })),
    ...changes,
  });
  const PUSH = (changes: Partial<CiEvent> = {}): CiEvent => ({
    ...eventFrom('push', githubPush({ sha: second })),
    ...changes,
  });
  const RELEASE = (changes: Partial<CiEvent> = {}): CiEvent => ({
    ...eventFrom('release', githubRelease()),
    ...changes,
  });

  async function input(
    event: CiEvent,
    changes: Partial<Omit<CoprSourceInput, 'pkg'>> & { pkg?: Partial<PackageConfig> } = {},
  ): Promise<CoprSourceInput> {
    const { pkg, ...rest } = changes;
    const config = `specfile_path: hello.spec\njobs:\n  - {job: copr_build, trigger: ${event.trigger}}\n`;
    // Which branch starts the job is not what this is about.
    const view = await viewFor(config, event.branch === undefined ? event : { ...event, branch: 'main' });
    return {
      pkg: { ...view.pkg, ...pkg },
      view,
      event,
      key: KEY,
      cause: 'event',
      // Through git's own transport: a clone of a path would have commits that nobody can fetch.
      repositoryUrl: `file://${upstream.dir}`,
      sourceChroot: 'fedora-44-x86_64',
      ...rest,
    };
  }

  interface Ran {
    status: number | null;
    stderr: string;
    script: string;
    argv: string[];
    /** What packit finds: the branch, and the files that are known to git. */
    branch: string | undefined;
    head: string | undefined;
    files: string[];
    own: string;
  }

  function run(source: CoprSourceInput): Ran {
    runs += 1;
    const own = join(home, `run ${runs}`);
    work = join(own, 'work');
    mkdirSync(join(own, 'tmp'), { recursive: true });
    mkdirSync(work);
    const { script } = coprSource(source);
    const file = join(own, 'script');
    writeFileSync(file, script, { mode: 0o755 });
    const {
      GIT_CONFIG_GLOBAL: _none,
      GIT_AUTHOR_NAME: _a,
      GIT_COMMITTER_NAME: _c,
      ...env
    } = testEnvironment(own);
    // As Copr does it: executed, in an empty directory.
    const { status, stderr } = spawnSync(file, {
      cwd: work,
      env: { ...env, TMPDIR: join(own, 'tmp'), PATH: `${bin}:${env.PATH}` },
      encoding: 'utf8',
    });
    const seen = (name: string): string =>
      existsSync(join(own, name)) ? readFileSync(join(own, name), 'utf8') : '';
    const argv = seen('argv').split('\0').slice(0, -1);
    if (argv.length > 0) expect([seen('name'), seen('directory')]).toEqual(['Packit\n', 'hello\n']);
    const [branch, head, ...files] = seen('checkout').trim().split('\n');
    expect(readdirSync(work)).toEqual([]);
    expect(existsSync(join(own, 'pwned'))).toBe(false);
    return { status, stderr, script, argv, branch, head, files, own };
  }

  test('of a pull request is its commit, merged into the target branch', async () => {
    const { status, argv, script, branch, files } = run(await input(PR()));
    expect(status).toBe(0);
    expect(argv).toEqual([
      '--debug',
      'prepare-sources',
      `--result-dir=${work}`,
      '--job-config-index=0',
      '--merged-ref=main',
      '--no-create-symlinks',
      '.',
    ]);
    // Without what was pushed since.
    expect({ branch, files }).toEqual({
      branch: 'refs/heads/pr/7',
      files: ['NEWS', 'hello.spec', 'topic-file'],
    });
    expect(script.split('\n').slice(0, 3)).toEqual([
      '#!/bin/sh',
      `# packit-key: ${KEY}`,
      '# packit-cause: event',
    ]);
  });

  test('of a pull request that is not merged first', async () => {
    const { head, branch, files } = run(await input(PR(), { pkg: { merge_pr_in_ci: false } }));
    expect({ head, branch, files }).toEqual({
      head: topic,
      branch: 'refs/heads/pr/7',
      files: ['hello.spec', 'topic-file'],
    });
  });

  test('of a pull request whose commit was taken away makes nothing', async () => {
    const { status, stderr, argv } = run(await input(PR({ sha: lost })));
    expect({ status, argv }).toEqual({ status: 1, argv: [] });
    expect(stderr).toContain(`The commit ${lost} is no longer in pull request 7`);
  });

  test('of a pull request whose commit nobody knows is its head', async () => {
    const event = PR();
    const pull = event.pullRequest;
    if (pull === undefined) throw new Error('no pull request');
    const { files } = run(
      await input({ ...event, sha: undefined, pullRequest: { ...pull, headSha: undefined } }),
    );
    expect(files).toContain('later-file');
  });

  test('of a pull request in conflict says so', async () => {
    upstream.write('topic-file', 'ours\n');
    upstream.git('checkout', '--quiet', '-b', 'other');
    upstream.commit('other');
    upstream.git('checkout', '--quiet', 'main');
    const event = PR();
    const pull = event.pullRequest;
    if (pull === undefined) throw new Error('no pull request');
    const { status, argv } = run(await input({ ...event, pullRequest: { ...pull, targetBranch: 'other' } }));
    upstream.git('branch', '--quiet', '-D', 'other');
    expect({ status, argv }).toEqual({ status: 1, argv: [] });
  });

  test('of a merge request looks where GitLab keeps it', async () => {
    expect(run(await input(PR({ forge: 'gitlab' }))).files).toContain('topic-file');
    const { status, stderr } = run(await input(PR({ forge: 'gitlab', sha: 'f'.repeat(40) })));
    expect(status).toBe(1);
    expect(stderr).toContain('forced push');
  });

  test('fails where the repository cannot be reached', async () => {
    const { status, stderr, argv } = run(await input(PR(), { repositoryUrl: join(home, 'nowhere') }));
    expect({ status, argv }).toEqual({ status: 128, argv: [] });
    expect(stderr).toContain('does not exist');
  });

  test('of a push is its commit on the branch, though the branch has moved on', async () => {
    const there = run(await input(PUSH()));
    expect(there.argv).toEqual([
      '--debug',
      'prepare-sources',
      `--result-dir=${work}`,
      '--job-config-index=0',
      `--merged-ref=${second}`,
      '--no-create-symlinks',
      '.',
    ]);
    expect(there).toMatchObject({ branch: 'refs/heads/main', head: second });
    expect(run(await input(PUSH({ sha: first })))).toMatchObject({ branch: 'refs/heads/main', head: first });
    expect(run(await input(PUSH({ sha: undefined })))).toMatchObject({
      branch: 'refs/heads/main',
      head: second,
    });
    expect(run(await input(PUSH({ sha: lost })))).toMatchObject({ status: 1, argv: [] });
  });

  test('of a release leaves Release alone', async () => {
    const { argv, branch, head } = run(await input(RELEASE()));
    expect(argv).toEqual([
      '--debug',
      'prepare-sources',
      `--result-dir=${work}`,
      '--job-config-index=0',
      '--no-update-release',
      '--merged-ref=v1.1.0',
      '--no-create-symlinks',
      '.',
    ]);
    expect({ branch, head }).toEqual({ branch: 'detached', head: first });
  });

  test('of a package of a monorepo names it, and its own job', async () => {
    const job = (name: string): string =>
      `  - {job: copr_build, trigger: pull_request, packages: [${name}], release_suffix: "0.{PACKIT_PROJECT_BRANCH}"}\n`;
    const config = `packages:\n  one: {specfile_path: a}\n  two: {specfile_path: b}\njobs:\n${job('one')}${job('two')}`;
    const views = await viewsFor(config, PR());
    const view = views[1];
    if (view === undefined) throw new Error('no second view');
    const { argv } = run({ ...(await input(PR())), view, pkg: view.pkg });
    expect(argv.slice(3, 6)).toEqual([
      '--package=two',
      '--job-config-index=0',
      '--release-suffix=0.{PACKIT_PROJECT_BRANCH}',
    ]);
  });

  const pairs = HOSTILE.flatMap((text, index) =>
    index % 2 === 0 ? [[text, HOSTILE[index + 1] ?? ''] as const] : [],
  );

  test.each(pairs)('hands on the texts %j and %j as they are', async (suffix, name) => {
    const source = await input(PR(), { pkg: { release_suffix: suffix, name }, cause: name });
    const { argv, script } = run({ ...source, view: { ...source.view, several: true } });
    expect(argv.slice(3, 6)).toEqual([
      `--package=${name}`,
      '--job-config-index=0',
      `--release-suffix=${suffix}`,
    ]);
    expect(argv).toHaveLength(9);
    // The cause stays on its line, and the key is ours.
    expect(keyIn(script)).toMatchObject({ key: KEY, cause: expect.stringMatching(/^[\w.:-]+$/) });
  });

  test.each(pairs)('does nothing for the name %j and the address %j', async (name, url) => {
    const event = PR();
    const pull = event.pullRequest;
    if (pull === undefined) throw new Error('no pull request');
    const request = { ...pull, targetBranch: name, title: name, sourceBranch: name };
    const kinds = [
      PUSH({ branch: name, sha: undefined }),
      RELEASE({ tag: name }),
      PR({ pullRequest: request }),
    ];
    const strange = kinds[HOSTILE.indexOf(name) % kinds.length] ?? PR();
    for (const source of [await input(strange), await input(PR(), { repositoryUrl: url })]) {
      const { argv, status } = run(source);
      expect(argv).toEqual([]);
      expect(status).toBeGreaterThan(0);
    }
  });

  test.each(HOSTILE_REFS)('takes the branch and the tag %s for what they are', async (name) => {
    const event = PR();
    const pull = event.pullRequest;
    if (pull === undefined) throw new Error('no pull request');
    const merged = run(await input({ ...event, pullRequest: { ...pull, targetBranch: name } }));
    expect(merged.argv).toContain(`--merged-ref=${name}`);
    expect(merged).toMatchObject({ branch: 'refs/heads/pr/7', files: ['hello.spec', 'topic-file'] });
    const released = run(await input(RELEASE({ tag: name })));
    expect(released.argv).toContain(`--merged-ref=${name}`);
    expect(released).toMatchObject({ branch: 'detached', head: first });
    expect(run(await input(PUSH({ branch: name, sha: first })))).toMatchObject({
      branch: `refs/heads/${name}`,
      head: first,
    });
  });
});
