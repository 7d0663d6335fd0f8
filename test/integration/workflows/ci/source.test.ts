/** The script for Copr, run by the system's shell with real git, and a `packit` that writes down what it is given. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
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

describe('the script for Copr', () => {
  const home = tempDir('packit-ci-source');
  const bin = join(home, 'bin');
  let upstream: TestRepository;
  let first: string;
  let second: string;
  let work = '';
  let runs = 0;

  beforeAll(() => {
    mkdirSync(bin);
    const stub =
      '#!/bin/sh\nprintf \'%s\\0\' "$@" > "$HOME/argv"\ngit config --global user.name > "$HOME/name"\n';
    writeFileSync(join(bin, 'packit'), stub, { mode: 0o755 });
    upstream = createRepository(join(home, 'a project'));
    upstream.write('hello.spec', 'Name: hello\n');
    first = upstream.commit('first');
    upstream.write('NEWS', 'news\n');
    second = upstream.commit('second');
    upstream.git('update-ref', 'refs/pull/7/head', second);
    upstream.git('update-ref', 'refs/merge-requests/7/head', first);
  });
  afterEach(() => {
    // Nothing but what the script is to leave.
    expect(readdirSync(work)).toEqual([]);
    expect(existsSync(join(home, 'pwned'))).toBe(false);
  });

  const PR = (changes: Partial<CiEvent> = {}): CiEvent => ({
    ...eventFrom('pull_request', githubPullRequest({ sha: second })),
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
      repositoryUrl: upstream.dir,
      sourceChroot: 'fedora-44-x86_64',
      ...rest,
    };
  }

  function run(source: CoprSourceInput): {
    status: number | null;
    stderr: string;
    argv: string[];
    script: string;
  } {
    runs += 1;
    const own = join(home, `run ${runs}`);
    work = join(own, 'work');
    mkdirSync(work, { recursive: true });
    const { script } = coprSource(source);
    const file = join(own, 'script');
    writeFileSync(file, script, { mode: 0o755 });
    const { GIT_CONFIG_GLOBAL: _none, ...env } = testEnvironment(own);
    // As Copr does it: executed, in an empty directory.
    const { status, stderr } = spawnSync(file, {
      cwd: work,
      env: { ...env, PATH: `${bin}:${env.PATH}` },
      encoding: 'utf8',
    });
    const seen = join(own, 'argv');
    const argv = existsSync(seen) ? readFileSync(seen, 'utf8').split('\0').slice(0, -1) : [];
    if (argv.length > 0) expect(readFileSync(join(own, 'name'), 'utf8')).toBe('Packit\n');
    return { status, stderr, argv, script };
  }

  test('of a pull request', async () => {
    const { status, argv, script } = run(await input(PR()));
    expect(status).toBe(0);
    expect(argv).toEqual([
      '--debug',
      'prepare-sources',
      `--result-dir=${work}`,
      '--pr-id=7',
      '--merge-pr',
      '--target-branch=main',
      '--job-config-index=0',
      '--merged-ref=main',
      '--no-create-symlinks',
      '--',
      upstream.dir,
    ]);
    expect(script.split('\n').slice(0, 3)).toEqual([
      '#!/bin/sh',
      `# packit-key: ${KEY}`,
      '# packit-cause: event',
    ]);
  });

  test('of a pull request that is not merged first', async () => {
    const { argv } = run(await input(PR(), { pkg: { merge_pr_in_ci: false } }));
    expect(argv).toContain('--no-merge-pr');
    expect(argv.filter((one) => /^--(?:merge-pr|target-branch)/.test(one))).toEqual([]);
  });

  test('of a pull request that has moved on makes nothing', async () => {
    const { status, stderr, argv } = run(await input(PR({ sha: first })));
    expect({ status, argv }).toEqual({ status: 1, argv: [] });
    expect(stderr).toContain(`The pull request is no longer at ${first}`);
  });

  test('is not led astray by a branch that is called like the request', async () => {
    upstream.git('update-ref', 'refs/heads/refs/pull/7/head', first);
    const { status } = run(await input(PR({ sha: first })));
    upstream.git('update-ref', '-d', 'refs/heads/refs/pull/7/head');
    expect(status).toBe(1);
  });

  test('of a merge request looks where GitLab keeps it', async () => {
    expect(run(await input(PR({ forge: 'gitlab', sha: first }))).status).toBe(0);
    expect(run(await input(PR({ forge: 'gitlab', sha: second }))).status).toBe(1);
  });

  test('fails where the repository cannot be reached', async () => {
    const { status, stderr, argv } = run(await input(PR(), { repositoryUrl: join(home, 'nowhere') }));
    expect({ status, argv }).toEqual({ status: 128, argv: [] });
    expect(stderr).toContain('does not appear to be a git repository');
  });

  test('of a push takes the branch, and the commit once the branch has moved on', async () => {
    const there = run(await input(PUSH()));
    expect(there.argv).toEqual([
      '--debug',
      'prepare-sources',
      `--result-dir=${work}`,
      '--ref=main',
      '--job-config-index=0',
      `--merged-ref=${second}`,
      '--no-create-symlinks',
      '--',
      upstream.dir,
    ]);
    expect(run(await input(PUSH({ sha: first }))).argv).toEqual(
      expect.arrayContaining([`--ref=${first}`, `--merged-ref=${first}`]),
    );
    expect(run(await input(PUSH({ branch: 'gone' }))).argv).toContain(`--ref=${second}`);
  });

  test('of a release leaves Release alone', async () => {
    const { argv } = run(await input(RELEASE()));
    expect(argv).toEqual([
      '--debug',
      'prepare-sources',
      `--result-dir=${work}`,
      '--ref=v1.1.0',
      '--job-config-index=0',
      '--no-update-release',
      '--merged-ref=v1.1.0',
      '--no-create-symlinks',
      '--',
      upstream.dir,
    ]);
  });

  test('of a package of a monorepo names it, and its own job', async () => {
    const job = (name: string): string =>
      `  - {job: copr_build, trigger: pull_request, packages: [${name}], release_suffix: "0.{PACKIT_PROJECT_BRANCH}"}\n`;
    const config = `packages:\n  one: {specfile_path: a}\n  two: {specfile_path: b}\njobs:\n${job('one')}${job('two')}`;
    const views = await viewsFor(config, PR());
    const view = views[1];
    if (view === undefined) throw new Error('no second view');
    const { argv } = run({ ...(await input(PR())), view, pkg: view.pkg });
    expect(argv.slice(3, 4)).toEqual(['--package=two']);
    expect(argv).toEqual(
      expect.arrayContaining(['--job-config-index=0', '--release-suffix=0.{PACKIT_PROJECT_BRANCH}']),
    );
  });

  test.each(HOSTILE)('is not changed by %j', async (text) => {
    const request = PR();
    const pull = request.pullRequest;
    if (pull === undefined) throw new Error('no pull request');
    const merged = run(
      await input(PR({ pullRequest: { ...pull, targetBranch: text, title: text, sourceBranch: text } }), {
        pkg: { release_suffix: text, name: text },
        cause: text,
      }),
    );
    expect(merged.argv).toEqual([
      '--debug',
      'prepare-sources',
      `--result-dir=${work}`,
      '--pr-id=7',
      '--merge-pr',
      `--target-branch=${text}`,
      '--job-config-index=0',
      `--release-suffix=${text}`,
      `--merged-ref=${text}`,
      '--no-create-symlinks',
      '--',
      upstream.dir,
    ]);
    expect(readdirSync(work)).toEqual([]);
    // The cause stays on its line, and the key is ours.
    expect(keyIn(merged.script)).toEqual({ key: KEY, cause: expect.stringMatching(/^[\w.:-]+$/) });

    const released = run(await input(RELEASE({ tag: text })));
    expect(released.argv).toEqual(expect.arrayContaining([`--ref=${text}`, `--merged-ref=${text}`]));
    expect(readdirSync(work)).toEqual([]);

    // No such branch: the commit is taken.
    expect(run(await input(PUSH({ branch: text }))).argv).toContain(`--ref=${second}`);
    expect(readdirSync(work)).toEqual([]);

    expect(run(await input(PUSH({ branch: text, sha: undefined }))).argv).toContain(`--ref=${text}`);
    expect(readdirSync(work)).toEqual([]);

    // No such repository: git says so.
    expect(run(await input(PR(), { repositoryUrl: text })).status).not.toBe(0);
    expect(run(await input(RELEASE(), { repositoryUrl: text })).argv.at(-1)).toBe(text);
  });
});
