/** The composite action and the GitLab template, run with the variables that GitHub and GitLab set, around the real command. */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { temporaryDirectory, testEnvironment } from '../../support/git.ts';
import { createProject } from '../../support/project.ts';

jest.setTimeout(60_000);

const ROOT = resolve(import.meta.dirname, '..', '..', '..');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

interface Action {
  inputs: Record<string, { default: string }>;
  outputs: Record<string, { value: string }>;
  runs: { using: string; steps: { id: string; run: string; shell: string; env: Record<string, string> }[] };
}
const action = parse(readFileSync(join(ROOT, 'actions', 'packit', 'action.yml'), 'utf8')) as Action;
const [step] = action.runs.steps;

let place: ReturnType<typeof temporaryDirectory>;
let bin: string;
beforeEach(() => {
  place = temporaryDirectory('packit action');
  bin = join(place.dir, 'bin');
  mkdirSync(bin);
});
afterEach(() => place.dispose());

function program(name: string, script: string): void {
  writeFileSync(join(bin, name), script);
  chmodSync(join(bin, name), 0o755);
}

interface Ran {
  exitCode: number;
  stdout: string;
  stderr: string;
}

function shell(argv: readonly [string, ...string[]], cwd: string, env: Record<string, string>): Promise<Ran> {
  return new Promise((done) => {
    execFile(argv[0], argv.slice(1), { cwd, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      done({ exitCode: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
  });
}

interface ActionRun extends Ran {
  outputs: Record<string, string>;
  summary: string;
}

/** Runs the action's step as the runner does. */
async function runAction(inputs: Record<string, string>, cwd = place.dir): Promise<ActionRun> {
  const runner = join(place.dir, 'runner');
  mkdirSync(join(runner, 'temp'), { recursive: true });
  const [output, summary] = [join(runner, 'output'), join(runner, 'summary')];
  for (const file of [output, summary]) writeFileSync(file, '');
  const given: Record<string, string> = { 'github-token': 'hush', ...inputs };
  const env: Record<string, string> = {
    ...testEnvironment(place.dir),
    PATH: `${bin}:${process.env.PATH}`,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: cwd,
    GITHUB_ACTION_PATH: join(ROOT, 'actions', 'packit'),
    GITHUB_OUTPUT: output,
    GITHUB_STEP_SUMMARY: summary,
    RUNNER_TEMP: join(runner, 'temp'),
  };
  for (const [variable, expression] of Object.entries(step?.env ?? {})) {
    const name = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(expression)?.[1] ?? '';
    env[variable] = given[name] ?? action.inputs[name]?.default ?? 'no such input';
  }
  const ran = await shell(
    ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', step?.run ?? ''],
    cwd,
    env,
  );
  expect(readdirSync(join(runner, 'temp'))).toEqual([]);
  return {
    ...ran,
    outputs: readOutputs(readFileSync(output, 'utf8')),
    summary: readFileSync(summary, 'utf8'),
  };
}

/** GITHUB_OUTPUT as the runner reads it. */
function readOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  while (lines.length > 1) {
    const line = lines.shift() ?? '';
    const block = /^([\w-]+)<<(.+)$/.exec(line);
    if (block === null) {
      const [name = '', value = ''] = line.split('=');
      outputs[name] = value;
      continue;
    }
    const end = lines.indexOf(block[2] ?? '');
    outputs[block[1] ?? ''] = lines
      .splice(0, end + 1)
      .slice(0, -1)
      .join('\n');
  }
  return outputs;
}

const useReal = (): void =>
  program('packit', `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'bin', 'packit.js')}' "$@"\n`);
const ECHO = '#!/bin/sh\nprintf "%s\\n" "${0##*/}" "$@"\n';

describe('the action actions/packit', () => {
  test('is composite, puts no input into its script, and passes on what its step says', () => {
    expect(action.runs.using).toBe('composite');
    expect(step?.run).not.toContain('${{');
    expect(Object.values(action.outputs).map(({ value }) => value)).toEqual([
      '${{ steps.packit.outputs.result }}',
      '${{ steps.packit.outputs.exit-code }}',
    ]);
    expect(step?.id).toBe('packit');
  });

  test('builds a source RPM: its path is the result, and stands in the summary', async () => {
    useReal();
    const { dir } = createProject(place.dir, { name: 'my hello' });
    const ran = await runAction({ version: 'installed', command: 'srpm', path: 'my hello' });
    expect(ran).toMatchObject({ exitCode: 0, outputs: { 'exit-code': '0' } });
    const srpm = ran.outputs.result?.trimEnd() ?? '';
    expect(srpm.startsWith(join(dir, 'hello-'))).toBe(true);
    expect(existsSync(srpm)).toBe(true);
    expect(ran.stdout).toContain(srpm);
    expect(ran.summary).toContain('### packit: done');
    expect(ran.summary).toContain(srpm);
  });

  test('ends as packit does, and says why in the summary', async () => {
    useReal();
    const ran = await runAction({ version: 'installed', command: 'srpm' });
    expect(ran).toMatchObject({ exitCode: 2, outputs: { 'exit-code': '2', result: '' } });
    expect(ran.summary).toContain('### packit: exit code 2');
    expect(ran.summary).toMatch(/repository|configuration/i);
    expect(ran.summary).not.toContain('::error');
    expect(ran.stderr).toContain('::error');
  });

  test('--json among the arguments makes the result a document', async () => {
    useReal();
    createProject(place.dir);
    const ran = await runAction({
      version: 'installed',
      command: '--json srpm',
      arguments: '--output\nout of it.src.rpm',
      path: 'hello',
    });
    expect(ran.exitCode).toBe(0);
    expect(JSON.stringify(JSON.parse(ran.outputs.result ?? ''))).toContain('out of it.src.rpm');
  });

  test('gets its own version from npm unless another one is named', async () => {
    program('npx', ECHO);
    const call = async (inputs: Record<string, string>): Promise<string[] | undefined> =>
      (await runAction(inputs)).outputs.result?.trimEnd().split('\n');
    const start = (which: string): string[] => [
      'npx',
      '--yes',
      '--package',
      `packit-cli@${which}`,
      '--',
      'packit',
    ];
    expect(await call({})).toEqual([...start(version), 'ci', 'run']);
    expect(await call({ version: '0.9.1', command: ' srpm ' })).toEqual([...start('0.9.1'), 'srpm']);
  });

  test('takes its inputs as they are', async () => {
    program('packit', ECHO);
    const ran = await runAction({
      version: 'installed',
      command: 'srpm $(id) *',
      arguments: '-p\n\na b;c\n`id` "x"\n',
    });
    expect(ran.outputs.result?.trimEnd().split('\n')).toEqual([
      'packit',
      'srpm',
      '$(id)',
      '*',
      '-p',
      'a b;c',
      '`id` "x"',
    ]);
  });

  test('a result cannot end its output or its block in the summary', async () => {
    program('packit', "#!/bin/sh\nprintf 'a\\nEOF\\nexit-code=9\\n```\\n````\\n# h\\n'\n");
    const ran = await runAction({ version: 'installed' });
    expect(ran.outputs).toEqual({ 'exit-code': '0', result: 'a\nEOF\nexit-code=9\n```\n````\n# h\n' });
    expect(ran.summary).toContain('\n`````\na\nEOF\n');
    expect((await runAction({ version: 'installed', summary: 'false' })).summary).toBe('');
  });

  test('gives packit the logins, privately, and keeps them nowhere', async () => {
    program(
      'packit',
      '#!/bin/sh\ncat ~/.config/copr; stat -c %a ~/.config/copr; printf "%s\\n" "$GITHUB_TOKEN" "$TESTING_FARM_API_TOKEN" "$XDG_CONFIG_HOME"; env | grep -c ^INPUT_.*hidden\n',
    );
    const ran = await runAction({
      version: 'installed',
      'copr-config': '[copr-cli]\ntoken = hidden',
      'testing-farm-token': 'tf',
    });
    expect(ran.outputs.result?.trimEnd().split('\n')).toEqual([
      '[copr-cli]',
      'token = hidden',
      '600',
      'hush',
      'tf',
      join(place.dir, '.config'),
      '0',
    ]);
    expect(existsSync(join(place.dir, '.config', 'copr'))).toBe(false);
  });
});

describe('the template actions/gitlab', () => {
  interface Template {
    spec: { inputs: Record<string, { default: string }> };
  }
  interface Job {
    image: string;
    variables: Record<string, string>;
    before_script: string[];
    script: string[];
    artifacts: { paths: string[] };
  }
  const text = readFileSync(join(ROOT, 'actions', 'gitlab', 'packit.yml'), 'utf8');

  /** With inputs put in, as GitLab does before it reads the YAML. */
  function jobOf(inputs: Record<string, string>): Job {
    const [head = '', body = ''] = text.split(/^---$/m);
    const { spec } = parse(head) as Template;
    const filled = body.replace(/\$\[\[ inputs\.(\w+) \]\]/g, (_all, name: string) => {
      const value = inputs[name] ?? spec.inputs[name]?.default;
      if (value === undefined) throw new Error(`no input ${name}`);
      return value;
    });
    return (parse(filled) as Record<string, Job>).packit as Job;
  }

  async function runJob(job: Job, project: string, variables: Record<string, string> = {}): Promise<Ran> {
    const script = [...job.before_script, ...job.script].join('\n');
    return shell(['sh', '-e', '-c', script], project, {
      ...testEnvironment(place.dir),
      // The runner's container has a home of its own.
      GIT_CONFIG_GLOBAL: join(place.dir, '.gitconfig'),
      PATH: `${bin}:${process.env.PATH}`,
      CI: 'true',
      GITLAB_CI: 'true',
      CI_PROJECT_DIR: project,
      CI_COMMIT_REF_NAME: 'topic',
      ...job.variables,
      ...variables,
    });
  }

  test('is of this version, and two documents', () => {
    expect(jobOf({}).image).toBe(`ghcr.io/packit/packit-cli:${version}`);
    expect(parseAllDocuments(text).length).toBe(2);
    expect(text).toContain(`/v${version}/actions/gitlab/packit.yml`);
  });

  test('builds a source RPM where its artifacts are', async () => {
    useReal();
    const project = createProject(place.dir, { name: 'my clone' });
    const clone = project.dir;
    // As the runner checks it out.
    project.git('checkout', '--quiet', '--detach');
    const ran = await runJob(jobOf({}), clone);
    expect(ran).toMatchObject({ exitCode: 0 });
    expect(jobOf({}).artifacts.paths).toEqual(['**/*.src.rpm']);
    expect(ran.stdout.trim().startsWith(`${clone}/hello-`)).toBe(true);
    expect(ran.stdout).toMatch(/topic.*\.src\.rpm\n$/);
    expect(readFileSync(join(place.dir, '.gitconfig'), 'utf8')).toContain(clone);
  });

  test('runs the command in its directory, words as they are, with the login of Copr', async () => {
    program('packit', '#!/bin/sh\npwd; printf "%s\\n" "$@"; cat ~/.config/copr\n');
    const project = join(place.dir, 'a b');
    mkdirSync(join(project, 'sub dir'), { recursive: true });
    writeFileSync(join(place.dir, 'variable'), 'login\n');
    const job = jobOf({ command: 'ci plan * $(id)', path: 'sub dir' });
    const ran = await runJob(job, project, { COPR_CONFIG: join(place.dir, 'variable') });
    expect(ran.stdout).toBe(`${project}/sub dir\nci\nplan\n*\n$(id)\nlogin\n`);
  });
});
