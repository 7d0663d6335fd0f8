/** `packit ci init`: what is written, for which system, and what is left alone. */
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { EVERY_JOB, ONLY_COPR, ciProject, readWorkflows, runInit } from '../../support/ci/workflow-files.ts';
import type { Workflow } from '../../support/ci/workflow-files.ts';
import { sendJson, startServer } from '../../support/http/server.ts';
import { tempDir } from '../../support/temp.ts';

let home: string;
beforeEach(() => {
  home = tempDir();
});

const ACTIONS = ['github', 'forgejo'] as const;

describe.each(ACTIONS.flatMap((system) => [EVERY_JOB, ONLY_COPR].map((config) => [system, config] as const)))(
  'the workflows for %s of\n%s',
  (system, config) => {
    async function workflows(): Promise<Record<string, Workflow>> {
      const repository = ciProject(home, { config });
      await runInit(repository, { forge: system });
      return readWorkflows(join(repository.dir, `.${system}`, 'workflows'));
    }

    test('give no right that is not asked for, job by job', async () => {
      const allowed = new Set(['actions', 'contents', 'issues', 'pull-requests', 'statuses']);
      for (const { permissions, jobs } of Object.values(await workflows())) {
        expect(permissions).toEqual({});
        for (const job of Object.values(jobs)) {
          expect(Object.keys(job.permissions).filter((name) => !allowed.has(name))).toEqual([]);
          expect(job.permissions.contents).not.toBe('write');
          expect(job.permissions.actions).not.toBe('write');
        }
      }
    });

    test('end, and exclude each other', async () => {
      for (const { jobs } of Object.values(await workflows())) {
        for (const job of Object.values(jobs)) {
          expect(job['timeout-minutes']).toBeGreaterThan(0);
          expect(job.concurrency.group).toMatch(/^packit-/);
          expect(job.concurrency).toHaveProperty('cancel-in-progress');
        }
      }
    });

    test('name actions by commit, keep no login in the checkout, put no expression into a script', async () => {
      const steps = Object.values(await workflows()).flatMap(({ jobs }) =>
        Object.values(jobs).flatMap((job) => job.steps),
      );
      for (const { uses, run, with: given } of steps) {
        if (uses !== undefined) expect(uses).toMatch(/^actions\/[\w-]+@[0-9a-f]{40}$/);
        if (uses?.startsWith('actions/checkout@') === true)
          expect(given).toMatchObject({ 'persist-credentials': false });
        expect(run ?? '').not.toContain('${{');
      }
      expect(steps.length).toBeGreaterThan(3);
    });

    test("check nothing of a pull request out, and give dist-git's logins to releases alone", async () => {
      for (const { jobs } of Object.values(await workflows())) {
        for (const [id, { if: condition = '', steps }] of Object.entries(jobs)) {
          const text = JSON.stringify(steps);
          expect(text).not.toMatch(/checkout|git (clone|fetch)/);
          if (id === 'release') expect(condition).not.toMatch(/event_name == 'pull_request/);
          expect(text.includes('PACKIT_PAGURE_TOKEN')).toBe(id === 'release');
        }
      }
    });

    test('run the version that wrote them', async () => {
      const calls = Object.values(await workflows()).flatMap(({ jobs }) =>
        Object.values(jobs).flatMap(({ container, steps }) =>
          steps.flatMap(({ run }) =>
            /packit .*ci (run|sweep)/.test(run ?? '') ? [`${container} ${run}`] : [],
          ),
        ),
      );
      expect(calls.length).toBeGreaterThan(1);
      for (const call of calls)
        expect(call).toMatch(
          /^ghcr\.io\/packit\/packit-cli:1\.2\.3 exec packit |exec npx --yes --package packit-cli@1\.2\.3 -- packit /,
        );
    });
  },
);

describe('the two workflows for forks on GitHub', () => {
  test('the one that meets the fork has neither rights nor secrets; the other believes the number alone', async () => {
    const repository = ciProject(home);
    await runInit(repository);
    const files = readWorkflows(join(repository.dir, '.github', 'workflows'));
    const first = files['packit-fork.yml'];
    const second = files['packit-fork-run.yml'];
    expect(Object.keys(first?.on ?? {})).toEqual(['pull_request']);
    expect(first?.jobs.note?.permissions).toEqual({});
    expect(JSON.stringify(first)).not.toContain('secrets.');
    expect(second?.on).toEqual({ workflow_run: { workflows: [first?.name], types: ['completed'] } });
    expect(JSON.stringify(second)).not.toContain('/sha');
    expect(files['packit.yml']?.jobs.run?.if).toContain(
      'github.event.pull_request.head.repo.full_name == github.repository',
    );
  });

  test('every action is followed by the version its commit is', async () => {
    const repository = ciProject(home);
    await runInit(repository);
    const directory = join(repository.dir, '.github', 'workflows');
    for (const name of readdirSync(directory)) {
      const uses = readFileSync(join(directory, name), 'utf8')
        .split('\n')
        .filter((line) => line.includes('- uses: '));
      for (const line of uses) expect(line).toMatch(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });
});

describe('GitLab', () => {
  interface Jobs {
    [name: string]: { rules?: { if: string; when?: string }[]; script?: string[] };
  }

  test('gets a file of jobs, and one that includes it where there is none', async () => {
    const repository = ciProject(home, { remote: 'https://gitlab.com/jane/hello.git' });
    const result = await runInit(repository);
    expect(result.system).toBe('gitlab');
    expect(parse(readFileSync(join(repository.dir, '.gitlab-ci.yml'), 'utf8'))).toEqual({
      include: [{ local: '.gitlab/packit.yml' }],
    });
    const jobs = parse(readFileSync(join(repository.dir, '.gitlab/packit.yml'), 'utf8')) as Jobs;
    const named = Object.entries(jobs).filter(([name]) => !name.startsWith('.'));
    expect(named.map(([name]) => name)).toEqual(['packit', 'packit-push', 'packit-release', 'packit-sweep']);
    for (const [, { rules = [] }] of named)
      expect(rules[0]).toEqual({ if: '$PACKIT_GITLAB_TOKEN == null', when: 'never' });
    expect(result.secrets.find(({ name }) => name === 'COPR_CONFIG')).toMatchObject({ kind: 'file' });
    expect(result.steps.join('\n')).toContain('schedule');
  });

  test('keeps its own .gitlab-ci.yml, with a word on what to add', async () => {
    const repository = ciProject(home);
    repository.write('.gitlab-ci.yml', 'test: {script: [make check]}\n');
    const result = await runInit(repository, { forge: 'gitlab' });
    expect(result.files.map(({ path }) => path)).toEqual(['.gitlab/packit.yml']);
    expect(result.steps[0]).toContain('local: .gitlab/packit.yml');
    expect(readFileSync(join(repository.dir, '.gitlab-ci.yml'), 'utf8')).toContain('make check');
    repository.write('.gitlab-ci.yml', 'include:\n  - local: .gitlab/packit.yml\n');
    expect((await runInit(repository, { forge: 'gitlab' })).steps.join()).not.toContain(
      'Add to .gitlab-ci.yml',
    );
  });
});

describe('the secrets', () => {
  test('are those of the jobs there are', async () => {
    const names = async (config: string, name: string): Promise<string[]> =>
      (await runInit(ciProject(home, { config, name }))).secrets.map((secret) => secret.name);
    expect(await names(ONLY_COPR, 'a')).toEqual(['COPR_CONFIG']);
    expect(await names(EVERY_JOB, 'b')).toEqual([
      'COPR_CONFIG',
      'TESTING_FARM_API_TOKEN',
      'PACKIT_PAGURE_TOKEN',
      'FAS_USER',
      'FEDORA_KEYTAB',
    ]);
  });
});

describe('a repository of dist-git', () => {
  const JOBS = `specfile_path: hello.spec
jobs:
  - {job: koji_build, trigger: commit, dist_git_branches: [fedora-rawhide]}
  - {job: propose_downstream, trigger: release, dist_git_branches: [fedora-rawhide]}
  - {job: vm_image_build, trigger: pull_request, image_customizations: {}, image_distribution: fedora-39, copr_chroot: fedora-39-x86_64}
`;
  test('has jobs that start nowhere else', async () => {
    const names = async (remote: string, name: string): Promise<string[]> =>
      (await runInit(ciProject(home, { config: JOBS, name, remote }), { forge: 'forgejo' })).secrets.map(
        (secret) => secret.name,
      );
    const inDistGit = await names('https://forge.example.org/rpms/hello.git', 'a');
    expect(inDistGit).toEqual(['FAS_USER', 'FEDORA_KEYTAB', 'REDHAT_API_TOKEN']);
    const upstream = await names('https://forge.example.org/jane/hello.git', 'b');
    expect(upstream).toEqual(['PACKIT_PAGURE_TOKEN', ...inDistGit]);
    const jobs = (name: string): string[] =>
      Object.keys(readWorkflows(join(home, name, '.forgejo', 'workflows'))['packit.yml']?.jobs ?? {});
    expect([jobs('a'), jobs('b')]).toEqual([['run'], ['run', 'release']]);
  });
});

describe('a second run', () => {
  test('finds everything up to date, in a path with a blank and from a directory below', async () => {
    const repository = ciProject(home, { name: 'my hello' });
    mkdirSync(join(repository.dir, 'src'));
    const first = await runInit(repository, { path: 'src' });
    expect(first).toMatchObject({ written: true, root: repository.dir });
    expect(first.files.map(({ change }) => change)).toEqual(['created', 'created', 'created', 'created']);
    const again = await runInit(repository);
    expect(again.written).toBe(false);
    expect(new Set(again.files.map(({ change }) => change))).toEqual(new Set(['unchanged']));
  });

  test('replaces nothing that says something else, and then writes nothing at all', async () => {
    const repository = ciProject(home);
    repository.write('.github/workflows/packit.yml', 'mine\n');
    await expect(runInit(repository)).rejects.toMatchObject({
      code: 'CI_INIT_DIFFERS',
      message: expect.stringMatching(/^\.github\/workflows\/packit\.yml is there/),
      hint: expect.stringContaining('--force'),
    });
    expect(readdirSync(join(repository.dir, '.github/workflows'))).toEqual(['packit.yml']);
    const planned = await runInit(repository, { dryRun: true });
    expect(planned.files.map(({ change }) => change)).toEqual(['changed', 'created', 'created', 'created']);
    expect(planned.written).toBe(false);
    expect(readFileSync(join(repository.dir, '.github/workflows/packit.yml'), 'utf8')).toBe('mine\n');
    expect((await runInit(repository, { force: true })).written).toBe(true);
    expect(readFileSync(join(repository.dir, '.github/workflows/packit.yml'), 'utf8')).toContain(
      'name: Packit',
    );
  });
});

describe('the system', () => {
  const refused = (options: { remote?: string | null; forge?: string }): Promise<unknown> =>
    runInit(ciProject(home, options), { forge: options.forge }).catch((error: unknown) => error);

  test.each([
    ['no remote', { remote: null }, /has no remote/],
    ['a path as remote', { remote: '/srv/hello' }, /is no project on a forge/],
    ['Pagure', { forge: 'pagure' }, /Pagure runs no CI jobs/],
    ['a word', { forge: 'jenkins' }, /no CI system "jenkins"/],
  ])('%s: says how to name it', async (_case, options, message) => {
    expect(await refused(options)).toMatchObject({
      code: 'CI_SYSTEM_UNKNOWN',
      message: expect.stringMatching(message),
      hint: expect.stringContaining('--forge github, --forge gitlab, --forge forgejo'),
    });
    expect(existsSync(join(home, 'hello', '.github'))).toBe(false);
  });

  test('a host whose name says nothing is asked', async () => {
    const server = await startServer(({ url }, response) => {
      if (url === '/api/v1/version') sendJson(response, { version: '11.0.1+gitea-1.22.0' });
      else sendJson(response, { message: 'not found' }, 404);
    });
    try {
      const repository = ciProject(home, { remote: `${server.url}/jane/hello.git` });
      expect((await runInit(repository)).system).toBe('forgejo');
    } finally {
      await server.close();
    }
  });

  test('a host out of reach: the way round it is named', async () => {
    expect(await refused({ remote: 'http://127.0.0.1:1/jane/hello.git' })).toMatchObject({
      code: 'FORGE_UNREACHABLE',
      hint: expect.stringContaining('--forge github'),
    });
  });
});

test('no configuration: nothing is written', async () => {
  const repository = ciProject(home);
  repository.git('rm', '--quiet', '--cached', '--ignore-unmatch', '.packit.yaml');
  await expect(runInit(repository, { configPath: 'none.yaml' })).rejects.toMatchObject({
    code: 'CONFIG_NOT_FOUND',
  });
  expect(existsSync(join(repository.dir, '.github'))).toBe(false);
});
