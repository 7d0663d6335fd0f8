import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { BUILDABLE_CONFIG, createBuildable } from '../support/buildable.ts';
import { packit } from '../support/cli.ts';
import { recordProgram } from '../support/programs/record.ts';
import { snapshot } from '../support/snapshot.ts';
import { tempDir } from '../support/temp.ts';

let home: string;
let out: string;

beforeEach(() => {
  home = tempDir();
  out = join(home, 'out');
  mkdirSync(out);
});

const ANSWER = `for word in "$@"; do case "$word" in
  *.src.rpm) rpm -qp --nosignature "\${word#--srpm=}" >/dev/null || exit 1;;
esac; done
echo '{"id": 7, "url": "https://osh.example.org/task/7/"}'`;

async function scan(args: string[], config = BUILDABLE_CONFIG) {
  const repository = createBuildable(home, { config });
  const scratch = tempDir('t');
  const env = { ...repository.env, TMPDIR: scratch, PATH: `${join(home, 'bin')}:${process.env.PATH}` };
  const before = snapshot(repository.dir);
  const result = await packit([...args, repository.dir], { cwd: out, env });
  expect(readdirSync(scratch)).toEqual([]);
  expect(snapshot(repository.dir)).toEqual(before);
  return result;
}

describe('packit scan-in-osh', () => {
  test('submits the SRPM and prints where the scan is', async () => {
    const calls = recordProgram(home, 'osh-cli', ANSWER);
    const { exitCode, stdout, stderr } = await scan(['scan-in-osh']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'https://osh.example.org/task/7/\n' });
    expect(stderr).toContain('Scan URL: https://osh.example.org/task/7/\n');
    expect(calls()).toEqual([
      {
        cwd: out,
        argv: [
          'mock-build',
          expect.stringMatching(/\/hello-1\.2\.3-.*\.src\.rpm$/),
          '--config=fedora-rawhide-x86_64',
          '--nowait',
          '--json',
          '--comment=Submitted through Packit.',
        ],
      },
    ]);
  });

  test('options and configuration', async () => {
    const calls = recordProgram(home, 'osh-cli', ANSWER);
    const config = `${BUILDABLE_CONFIG}csmock_args: "-t configured"\nosh_options: {analyzer: gcc, profile: p, config: cspodman}\n`;
    const args = ['--base-nvr', 'hello-1.2.2-1.fc44', '--comment', 'two words', '--csmock-args', '-t x'];
    const { stdout } = await scan(['--json', 'scan-in-osh', ...args], config);
    expect(calls()[0]?.argv).toEqual([
      'version-diff-build',
      expect.stringMatching(/^--srpm=\/.*\.src\.rpm$/),
      '--base-nvr=hello-1.2.2-1.fc44',
      '--csmock-args=-t x',
      '--analyzer=gcc',
      '--profile=p',
      '--config=cspodman',
      '--nowait',
      '--json',
      '--comment=two words',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      exitCode: 0,
      builds: [{ place: 'osh', id: '7', url: 'https://osh.example.org/task/7/', state: 'queued' }],
    });
  });

  test('what cannot be is said first', async () => {
    const calls = recordProgram(home, 'osh-cli', ANSWER);
    writeFileSync(join(out, 'base.src.rpm'), '');
    const both = await scan(['scan-in-osh', '--base-srpm', 'base.src.rpm', '--base-nvr', 'a-1-1']);
    expect(both).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('exclude each other') });
    home = tempDir();
    mkdirSync((out = join(home, 'out')));
    const missing = await scan(['scan-in-osh', '--base-srpm', 'none.src.rpm']);
    expect(missing).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('none.src.rpm') });
    expect(calls()).toEqual([]);
  });

  test('osh-cli that fails: what it said, exit code 3; one that is missing', async () => {
    recordProgram(home, 'osh-cli', 'echo "Kerberos: no credentials" >&2; exit 1');
    const failed = await scan(['scan-in-osh']);
    expect(failed.exitCode).toBe(3);
    expect(failed.stderr).toContain('error: OpenScanHub did not take the scan\n  Kerberos: no credentials\n');
    home = tempDir();
    mkdirSync((out = join(home, 'out')));
    expect(await scan(['scan-in-osh'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('osh-cli is not installed'),
    });
  });

  test('a dry run shows the command', async () => {
    const calls = recordProgram(home, 'osh-cli', ANSWER);
    const { stdout } = await scan(['scan-in-osh', '--dry-run']);
    expect(stdout).toMatch(/run osh-cli mock-build \S+\.src\.rpm --config=fedora-/);
    expect(calls()).toEqual([]);
  });
});
