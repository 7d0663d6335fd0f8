/** The scripts in what `packit ci init` writes, run as a runner runs them: real shell, curl and jq. */
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { loadUserConfig } from '../../../src/project/config/index.ts';
import { createRedactor } from '../../../src/tools/process/index.ts';
import { normalise } from '../../../src/workflows/ci/event/index.ts';
import { githubPullRequest } from '../../support/ci/payloads.ts';
import { ciProject, readWorkflows, runInit, runStep } from '../../support/ci/workflow-files.ts';
import type { Step, StepRun } from '../../support/ci/workflow-files.ts';
import { sendJson, startServer } from '../../support/http/server.ts';
import type { TestServer } from '../../support/http/server.ts';
import { tempDir } from '../../support/temp.ts';

let home: string;
beforeEach(() => {
  home = tempDir();
});

async function githubSteps(file: string, job: string): Promise<Step[]> {
  const repository = ciProject(home);
  await runInit(repository, { forge: 'github' });
  return readWorkflows(join(repository.dir, '.github', 'workflows'))[file]?.jobs[job]?.steps ?? [];
}

describe("a fork's pull request", () => {
  const RUN = {
    head_sha: '0123456789abcdef0123456789abcdef01234567',
    head_repository: { id: 77 },
    actor: { login: 'jo' },
  };
  let server: TestServer;
  let temp: string;

  beforeEach(() => {
    temp = join(home, 'temp');
    mkdirSync(temp);
  });
  afterEach(() => server?.close());

  /** What GitHub answers about pull request 7. */
  function pull(changes: { sha?: string; fork?: number; state?: string } = {}): object {
    const { sha = RUN.head_sha, fork = 77, state = 'open' } = changes;
    const payload = githubPullRequest({ sha, state }) as { pull_request: object; repository: object };
    return {
      ...payload.pull_request,
      head: { sha, ref: 'fix', repo: { id: fork, name: 'hello', owner: { login: 'jo' } } },
      base: { ref: 'main', repo: payload.repository },
    };
  }

  async function derive(number: string, answer: object): Promise<StepRun & { found: boolean }> {
    server = await startServer(({ url, headers }, response) => {
      const known = url === '/repos/jane/hello/pulls/7' && headers.authorization === 'Bearer hush';
      sendJson(response, known ? answer : { message: 'Not Found' }, known ? 200 : 404);
    });
    const steps = await githubSteps('packit-fork-run.yml', 'run');
    const work = join(home, 'work');
    mkdirSync(join(work, 'packit-pull-request'), { recursive: true });
    writeFileSync(join(work, 'packit-pull-request', 'number'), number);
    writeFileSync(join(home, 'payload.json'), JSON.stringify({ action: 'completed', workflow_run: RUN }));
    writeFileSync(join(home, 'output'), '');
    const result = await runStep(
      steps.find(({ name }) => name?.startsWith('The pull request')),
      work,
      {
        TOKEN: 'hush',
        RUNNER_TEMP: temp,
        GITHUB_API_URL: server.url,
        GITHUB_REPOSITORY: 'jane/hello',
        GITHUB_EVENT_PATH: join(home, 'payload.json'),
        GITHUB_OUTPUT: join(home, 'output'),
      },
    );
    return { ...result, found: readFileSync(join(home, 'output'), 'utf8') === 'found=true\n' };
  }

  test('becomes the event that packit would have got from GitHub', async () => {
    expect(await derive('7\n', pull())).toMatchObject({ exitCode: 0, found: true });
    const payload = JSON.parse(readFileSync(join(temp, 'event.json'), 'utf8')) as unknown;
    const { event } = normalise({
      env: {},
      name: 'pull_request',
      forge: 'github',
      payload,
      prefix: '/packit',
    });
    expect(event).toMatchObject({
      kind: 'pull_request',
      sha: RUN.head_sha,
      actor: 'jo',
      project: { namespace: 'jane', name: 'hello' },
      pullRequest: { number: 7, source: { namespace: 'jo', name: 'hello' }, targetBranch: 'main' },
    });
  });

  test.each([
    ['has newer commits', pull({ sha: 'f'.repeat(40) })],
    ['is of another fork than the run', pull({ fork: 78 })],
    ['is closed', pull({ state: 'closed' })],
  ])('is left alone if it %s', async (_case, answer) => {
    const result = await derive('7', answer);
    expect(result).toMatchObject({ exitCode: 0, found: false });
    expect(result.output).toContain('::notice::');
  });

  test.each(['', 'x', '7; touch owned', '../../orgs/jane', '0', '7/files', '-7', '99999999999'])(
    'is not believed to have the number %j',
    async (number) => {
      const result = await derive(number, pull());
      expect(result).toMatchObject({ exitCode: 1, found: false });
      expect(result.output).toContain('::error::');
      expect(server.requests).toEqual([]);
      expect(existsSync(join(home, 'work', 'owned'))).toBe(false);
    },
  );

  test('that GitHub does not know fails the job', async () => {
    const result = await derive('8', pull());
    expect(result.exitCode).not.toBe(0);
    expect(result.found).toBe(false);
    expect(result.output).not.toContain('hush');
  });

  test('is noted as number and commit, whatever they hold', async () => {
    server = await startServer((_request, response) => sendJson(response, {}, 500));
    const [note] = await githubSteps('packit-fork.yml', 'note');
    expect(await runStep(note, home, { NUMBER: '7', SHA: '$(touch owned)' })).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(home, 'packit-pull-request', 'number'), 'utf8')).toBe('7\n');
    expect(readFileSync(join(home, 'packit-pull-request', 'sha'), 'utf8')).toBe('$(touch owned)\n');
    expect(existsSync(join(home, 'owned'))).toBe(false);
  });
});

describe('logins', () => {
  const CONFIG = '[copr-cli]\nlogin = abc\ntoken = it\'s "$HOME" \\n\n';
  const KEYTAB = Buffer.from([5, 2, 0, 255, 10, 39]);

  /** What packit reads is what was meant. */
  async function expectUser(place: string): Promise<void> {
    const { config } = await loadUserConfig({
      directory: join(place, '.config'),
      home: place,
      redactor: createRedactor(),
    });
    expect(config.fas_user).toBe('jane');
    expect(config.keytab_path).toBe(join(place, '.config', 'fedora.keytab'));
    expect(readFileSync(config.keytab_path ?? '')).toEqual(KEYTAB);
  }

  test('on GitHub: secrets become private files; without secrets there are none', async () => {
    const steps = await githubSteps('packit.yml', 'release');
    const copr = steps.find(({ name }) => name === 'Log in to Copr');
    const keytab = steps.find(({ name }) => name === 'User configuration');
    const place = join(home, 'of jane');
    mkdirSync(place);
    for (const [step, variable] of [
      [copr, 'COPR_CONFIG'],
      [keytab, 'FEDORA_KEYTAB'],
    ] as const)
      expect(await runStep(step, home, { HOME: place, [variable]: '' })).toEqual({ exitCode: 0, output: '' });
    expect(readdirSync(join(place, '.config'))).toEqual(['packit.yaml']);
    expect(readFileSync(join(place, '.config', 'packit.yaml'), 'utf8')).toBe('');

    await runStep(copr, home, { HOME: place, COPR_CONFIG: CONFIG.trimEnd() });
    await runStep(keytab, home, { HOME: place, FEDORA_KEYTAB: KEYTAB.toString('base64'), FAS_USER: 'jane' });
    await expectUser(place);
    expect(readFileSync(join(place, '.config', 'copr'), 'utf8')).toBe(CONFIG);
    for (const file of ['.config/copr', '.config/fedora.keytab', '.config/packit.yaml'])
      expect(statSync(join(place, file)).mode & 0o777).toBe(0o600);
  });

  test('on GitLab: the file of a variable of type File is copied', async () => {
    const repository = ciProject(home);
    await runInit(repository, { forge: 'gitlab' });
    const jobs = parse(readFileSync(join(repository.dir, '.gitlab', 'packit.yml'), 'utf8')) as {
      '.packit': { before_script: string[] };
    };
    const run = jobs['.packit'].before_script.join('');
    const place = join(home, 'of jane');
    mkdirSync(place);
    const unset = await runStep({ run: `set -u\n${run}` }, home, { HOME: place });
    expect(unset).toEqual({ exitCode: 0, output: '' });
    expect(readdirSync(join(place, '.config'))).toEqual(['packit.yaml']);
    writeFileSync(join(home, 'variable'), CONFIG);
    const env = {
      HOME: place,
      COPR_CONFIG: join(home, 'variable'),
      FEDORA_KEYTAB: KEYTAB.toString('base64'),
      FAS_USER: 'jane',
    };
    expect(await runStep({ run }, home, env)).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(place, '.config', 'copr'), 'utf8')).toBe(CONFIG);
    expect(statSync(join(place, '.config', 'copr')).mode & 0o777).toBe(0o600);
    await expectUser(place);
  });
});
