/** The composite action and the GitLab template, run with the variables that GitHub and GitLab set, around the real command. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { readAction, runActionIn } from '../../support/ci/composite-action.ts';
import type { ActionRun } from '../../support/ci/composite-action.ts';
import { temporaryDirectory, testEnvironment } from '../../support/git.ts';
import { execute } from '../../support/packaged.ts';
import type { Ran } from '../../support/packaged.ts';
import { createProject } from '../../support/project.ts';

jest.setTimeout(60_000);

const ROOT = resolve(import.meta.dirname, '..', '..', '..');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

const { action, step } = readAction();

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

/** In the directory of the test, unless told otherwise. */
function runAction(inputs: Record<string, string>, env: Record<string, string> = {}): Promise<ActionRun> {
  return runActionIn(place.dir, inputs, { PATH: `${bin}:${process.env.PATH}`, ...env });
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
    // As it is: a step that follows uses it as a path.
    const srpm = ran.outputs.result ?? '';
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
    expect(ran.outputs).toEqual({ 'exit-code': '0', result: 'a\nEOF\nexit-code=9\n```\n````\n# h' });
    expect(ran.summary).toContain('\n`````\na\nEOF\n');
    expect((await runAction({ version: 'installed', summary: 'false' })).summary).toBe('');
  });

  test('shows the command as one would type it, and takes lines that end as in a form', async () => {
    program('packit', ECHO);
    const ran = await runAction({
      version: 'installed',
      command: 'srpm\r\n',
      arguments: '--output\r\na b\r\n',
    });
    expect(ran.outputs.result).toBe('packit\nsrpm\n--output\na b');
    expect(ran.summary).toContain('\npackit srpm --output a\\ b\n');
  });

  test('a second run in the same job is as the first', async () => {
    useReal();
    const project = createProject(place.dir, { name: 'my hello' });
    const run = (): Promise<ActionRun> =>
      runAction({ version: 'installed', command: 'srpm', path: 'my hello' });
    for (const ran of [await run(), await run()]) expect(ran).toMatchObject({ exitCode: 0 });
    expect(project.git('status', '--porcelain', '--', ':!*.src.rpm')).toBe('');
  });

  test.each([
    ['no directory', { path: 'not here' }, "The input 'path' names no directory of the workspace: not here"],
    ['no packit', {}, 'There is no packit on PATH'],
    ['no npx', { version: '' }, 'There is no npx on PATH'],
  ])('with %s it says so as packit would', async (_case, inputs, message) => {
    if ('path' in inputs) program('packit', ECHO);
    const tools = join(place.dir, 'tools');
    mkdirSync(tools);
    for (const name of ['bash', 'mktemp', 'rm', 'node', 'dirname']) {
      const { stdout } = await execute(['sh', '-c', `command -v ${name}`], {
        cwd: '/',
        env: { PATH: process.env.PATH ?? '' },
      });
      symlinkSync(stdout.trim(), join(tools, name));
    }
    const ran = await runAction({ version: 'installed', ...inputs }, { PATH: `${bin}:${tools}` });
    expect(ran).toMatchObject({ exitCode: 2, outputs: { 'exit-code': '2', result: '' } });
    expect(ran.stdout).toContain(`::error::${message}`);
    expect(ran.summary).toContain(message);
  });

  test('without rpmbuild the error is an annotation that says what to install', async () => {
    const { dir } = createProject(place.dir);
    const tools = join(place.dir, 'tools');
    mkdirSync(tools);
    for (const name of readdirSync('/usr/bin'))
      if (!name.startsWith('rpm')) symlinkSync(join('/usr/bin', name), join(tools, name));
    useReal();
    const ran = await runAction(
      { version: 'installed', command: 'srpm', path: 'hello' },
      { PATH: `${bin}:${tools}` },
    );
    expect(ran).toMatchObject({ exitCode: 2, outputs: { 'exit-code': '2' } });
    expect(ran.stderr).toMatch(/^::error::.*rpm.*(apt|dnf)/m);
    expect(readdirSync(dir).filter((name) => name.endsWith('.src.rpm'))).toEqual([]);
  });

  test('a job that is cancelled tells packit, and waits for its last words', async () => {
    program(
      'packit',
      `#!/bin/sh
trap 'echo "come back with: packit build watch 7"; echo interrupted >&2; exit 1' TERM
kill -INT "$PPID"
for _ in $(seq 100); do sleep 0.1; done
exit 9
`,
    );
    const ran = await runAction({ version: 'installed' });
    expect(ran).toMatchObject({ exitCode: 1, stderr: 'interrupted\n', outputs: { 'exit-code': '1' } });
    expect(ran.outputs.result).toBe('come back with: packit build watch 7');
    expect(ran.summary).toContain('### packit: exit code 1');
  });

  test('a large result is cut, and that is said', async () => {
    program('packit', "#!/bin/sh\nhead -c 1200000 /dev/zero | tr '\\0' a\n");
    const ran = await runAction({ version: 'installed' });
    expect(ran.outputs.result?.length).toBe(900_000);
    expect(ran.stdout).toContain('::warning::');
    expect(Buffer.byteLength(ran.summary)).toBeLessThan(1 << 20);
  });

  test('runs where nothing is called home', async () => {
    program('packit', '#!/bin/sh\ncat "$HOME/.config/copr"\n');
    const ran = await runAction({ version: 'installed', 'copr-config': 'login' }, { HOME: '' });
    expect(ran).toMatchObject({ exitCode: 0, outputs: { result: 'login' } });
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

  async function runJob(
    job: Job,
    project: string,
    variables: Record<string, string> = {},
    shell: readonly [string, ...string[]] = ['sh', '-e'],
  ): Promise<Ran> {
    const script = [...job.before_script, ...job.script].join('\n');
    return execute([...shell, '-c', script], {
      cwd: project,
      env: {
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
      },
    });
  }

  test('is of this version, and two documents', () => {
    expect(jobOf({}).image).toBe(`ghcr.io/packit/packit-cli:${version}`);
    expect(parseAllDocuments(text).length).toBe(2);
    expect(text).toContain(`/v${version}/actions/gitlab/packit.yml`);
  });

  /** The runner takes bash where there is one. */
  const SHELLS = { sh: ['sh', '-e'], bash: ['bash', '-eo', 'pipefail'] } as const;

  test.each(['sh', 'bash'] as const)('builds a source RPM where its artifacts are, in %s', async (shell) => {
    useReal();
    const project = createProject(place.dir, { name: 'my clone' });
    const clone = project.dir;
    // As the runner checks it out.
    project.git('checkout', '--quiet', '--detach');
    const ran = await runJob(jobOf({}), clone, {}, SHELLS[shell]);
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
