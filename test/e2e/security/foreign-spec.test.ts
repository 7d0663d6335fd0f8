/** Code in the spec of a clone of a URL does not run before it is said, and never with --no-actions but in rpmbuild. */
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { packit } from '../../support/cli.ts';
import { CONFIG, SPEC, createProject, readSrpm } from '../../support/project.ts';
import { tempDir } from '../../support/temp.ts';

const TOKEN = 'ghp_0123456789abcdef';
const SAID_BEFORE_VALUES = 'computes its values with code of its authors, which runs now';
const SAID_BEFORE_BUILD = 'rpmbuild reads the spec of this clone now';

let home: string;
let out: string;
let ran: string;

beforeEach(() => {
  home = tempDir();
  out = join(home, 'out');
  ran = join(home, 'ran');
  for (const name of ['out', 'scratch']) mkdirSync(join(home, name));
});

/** A spec that leaves its environment in a file when its code runs. */
function hostile(head: string, change: (spec: string) => string = (spec) => spec) {
  return `${head.replaceAll('@RUN@', `%(env > ${ran}; echo RAN >&2; echo 7)`)}\n${change(SPEC)}`;
}

async function run(command: string, spec: string, ...args: string[]) {
  const repository = createProject(home, { spec });
  const result = await packit([command, ...args, `file://${repository.dir}`], {
    cwd: out,
    env: { ...repository.env, TMPDIR: join(home, 'scratch'), GITHUB_TOKEN: TOKEN },
  });
  expect(readdirSync(join(home, 'scratch'))).toEqual([]);
  return result;
}

test.each([
  ['that is right', (spec: string) => spec, ''],
  ['that needs the code', (spec: string) => spec.replace('0.1.0', '%{seven}'), ''],
  ['with a mistake', (spec: string) => spec.replace('License:', 'Licence:'), 'Licence'],
])('config validate runs no code of a spec %s', async (_which, change, complaint) => {
  const repository = createProject(home, { spec: hostile('%global seven @RUN@', change) });
  const result = await packit(['config', 'validate', '--offline', repository.dir], {
    cwd: out,
    env: repository.env,
  });
  expect(existsSync(ran)).toBe(false);
  if (complaint === '') expect(result.stdout + result.stderr).not.toContain('does not parse');
  else expect(result.stdout + result.stderr).toContain(complaint);
});

describe('the spec of a clone', () => {
  test('code nothing depends on is not run by prepare-sources', async () => {
    const result = await run('prepare-sources', hostile('%global seven @RUN@'));
    expect(result).toMatchObject({ exitCode: 0 });
    expect(existsSync(ran)).toBe(false);
    const text = readFileSync(join(out, 'prepare_sources_result', 'hello.spec'), 'utf8');
    expect(text).toContain('Version:        1.2.3\n');
  });

  test('code that is put together from pieces is not run either', async () => {
    const result = await run(
      'prepare-sources',
      hostile(`%global open %%(\n%global seven %{open}touch ${ran})\n%{seven}`),
      '--no-actions',
    );
    expect(result.exitCode).toBe(2);
    expect(existsSync(ran)).toBe(false);
  });

  test.each(['prepare-sources', 'srpm'])('%s --no-actions refuses what needs the code', async (command) => {
    const spec = hostile('%global seven @RUN@', (text) => text.replace('1%{?dist}', '%{seven}%{?dist}'));
    const result = await run(command, spec, '--no-actions');
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toContain('hint: Code in this spec is not run with --no-actions');
    expect(existsSync(ran)).toBe(false);
  });

  test('without --no-actions it is said, then the code runs, without the tokens of the user', async () => {
    const spec = hostile('%global seven @RUN@', (text) => text.replace('1%{?dist}', '%{seven}%{?dist}'));
    const result = await run('prepare-sources', spec);
    expect(result).toMatchObject({ exitCode: 0 });
    expect(result.stderr).toContain(SAID_BEFORE_VALUES);
    expect(readFileSync(ran, 'utf8')).not.toContain(TOKEN);
  });

  test('rpmbuild runs it, after it is said', async () => {
    const result = await run('srpm', hostile('%global seven @RUN@'), '--no-actions');
    expect(result).toMatchObject({ exitCode: 0 });
    expect(readSrpm(result.stdout.trim(), home).version).toBe('1.2.3');
    const said = result.stderr.indexOf(SAID_BEFORE_BUILD);
    expect(said).toBeGreaterThan(0);
    expect(result.stderr.slice(0, said)).not.toContain('RAN');
    expect(readFileSync(ran, 'utf8')).not.toContain(TOKEN);
  });

  test('actions of a clone are not given the tokens either', async () => {
    const config = `${CONFIG}actions: {post-upstream-clone: "sh -c 'env > ${ran}'"}\n`;
    const repository = createProject(home, { config });
    const result = await packit(['prepare-sources', `file://${repository.dir}`], {
      cwd: out,
      env: { ...repository.env, GITHUB_TOKEN: TOKEN },
    });
    expect(result).toMatchObject({ exitCode: 0 });
    expect(readFileSync(ran, 'utf8')).toContain('PACKIT_UPSTREAM_PACKAGE_NAME');
    expect(readFileSync(ran, 'utf8')).not.toContain(TOKEN);
  });
});

test('a pull request is the work of others, in a checkout of your own too', async () => {
  const upstream = createProject(home, { name: 'upstream' });
  const dir = join(home, 'mine');
  upstream.git('clone', '--quiet', upstream.dir, dir);
  upstream.git('checkout', '--quiet', '-b', 'theirs');
  upstream.write('hello.spec', hostile('%global seven @RUN@'));
  upstream.write('.packit.yaml', `${CONFIG}actions: {post-upstream-clone: "sh -c 'env > ${ran}'"}\n`);
  upstream.git('add', '--all');
  upstream.git('commit', '--quiet', '-m', 'Hostile');
  upstream.git('update-ref', 'refs/pull/7/head', 'HEAD');
  upstream.git('checkout', '--quiet', '-');
  const prepare = (...args: string[]) =>
    packit(['prepare-sources', '--pr-id', '7', ...args, dir], {
      cwd: out,
      env: { ...upstream.env, GITHUB_TOKEN: TOKEN },
    });
  expect(await prepare('--no-actions')).toMatchObject({ exitCode: 0 });
  expect(existsSync(ran)).toBe(false);
  const result = await prepare();
  expect(result.stderr).toContain('The configuration of the pull request has actions');
  expect(readFileSync(ran, 'utf8')).not.toContain(TOKEN);
});
