import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createBuildable } from '../support/buildable.ts';
import { packit } from '../support/cli.ts';
import type { TestRepository } from '../support/git.ts';
import { createFakeMock } from '../support/programs/mock.ts';
import { recordProgram } from '../support/programs/record.ts';
import type { Call } from '../support/programs/record.ts';
import { snapshot } from '../support/snapshot.ts';
import { tempDir } from '../support/temp.ts';

let home: string;
let out: string;
let repository: TestRepository;
let runs: string;

beforeEach(() => {
  home = tempDir();
  out = join(home, 'out');
  runs = join(home, 'runs');
  mkdirSync(out);
  repository = createBuildable(home);
});

/** tmt that writes what it is told to have found, by plan; `undefined`: it breaks before that plan's tests. */
function fakeTmt(plans: Record<string, string[] | undefined>, exitCode: number): () => Call[] {
  const steps = Object.entries(plans).map(([name, results]) => {
    const directory = `"$run${name}"`;
    const entries = results?.map(
      (result, index) =>
        `- name: /t${index}\\n  result: ${result}\\n  log:\\n  - data/t${index}.txt\\n  note: []\\n`,
    );
    return `mkdir -p ${directory}/discover ${directory}/execute/data
echo x > ${directory}/discover/step.yaml
${results === undefined ? '' : `printf -- '${entries?.length === 0 ? '[]\\n' : entries?.join('')}' > ${directory}/execute/results.yaml`}
for n in 0 1 2; do echo "output of test $n" > ${directory}/execute/data/t$n.txt; done`;
  });
  return recordProgram(
    home,
    'tmt',
    `[ "$1" = --version ] && exit 0
[ "$1" = clean ] && exit 0
run=; while [ $# -gt 0 ]; do [ "$1" = --id ] && run="$2"; shift; done
mkdir -p "$run"
echo "tmt is running" >&2
${steps.join('\n')}
exit ${exitCode}`,
  );
}

async function run(args: string[]) {
  const scratch = tempDir();
  const env = {
    ...repository.env,
    TMPDIR: scratch,
    TMT_WORKDIR_ROOT: runs,
    PATH: `${join(home, 'bin')}:${process.env.PATH}`,
  };
  const result = await packit([...args], { cwd: out, env });
  expect(readdirSync(scratch)).toEqual([]);
  return result;
}

describe('packit test', () => {
  test('packages from mock, in the directory of the project, every plan judged', async () => {
    const mock = createFakeMock(home);
    const calls = fakeTmt({ '/plans/a': ['pass', 'pass'], '/plans/b': ['pass', 'fail'] }, 1);
    const before = snapshot(repository.dir);
    const { exitCode, stdout, stderr } = await run(['test', repository.dir]);
    expect(exitCode).toBe(5);
    expect(stdout).toMatch(/^target +state .*\n\/plans\/a +succeeded.*\n\/plans\/b +failed /);
    expect(stderr).toContain('error: /plans/b: failed (1 of 2 failed: /t1 (fail))\n  output of test 1\n');
    expect(stderr).toContain('tmt is running\n');
    const call = calls().at(-1);
    expect(call?.cwd).toBe(repository.dir);
    const rpm = call?.argv.at(-1) ?? '';
    expect(rpm).toMatch(/^\/.*\/hello-1\.2\.3-1\.noarch\.rpm$/);
    expect(
      call?.argv
        .join(' ')
        .replace(rpm, 'RPM')
        .replace(/--id \S+/, '--id RUN'),
    ).toBe(
      '--context initiator=packit run --id RUN --all provision --how container --image fedora:rawhide prepare --insert --how install --package RPM',
    );
    expect(mock.calls()[0]?.argv.slice(0, 2)).toEqual(['--root', expect.stringMatching(/^fedora-rawhide-/)]);
    expect(snapshot(repository.dir)).toEqual(before);
    expect(readdirSync(runs)).toHaveLength(1);
  });

  test('given packages, plans, place; both spellings', async () => {
    const calls = fakeTmt({ '/plans/a': ['pass'] }, 0);
    writeFileSync(join(out, 'a.rpm'), '');
    writeFileSync(join(out, 'b.rpm'), '');
    const { exitCode } = await run([
      'test',
      ...'--rpm-paths a.rpm --rpm_paths b.rpm --plan /plans/a --plan x --provision local --clean-before'.split(
        ' ',
      ),
      repository.dir,
    ]);
    expect(exitCode).toBe(0);
    const words = calls().map(({ argv }) => argv.join(' ').replace(/--id \S+/, '--id RUN'));
    expect(words).toEqual([
      '--version',
      'clean',
      `--feeling-safe --context initiator=packit run --id RUN --all plan --name=/plans/a --name=x provision --how local prepare --insert --how install --package ${out}/a.rpm --package ${out}/b.rpm`,
    ]);
  });

  test.each([
    ['no test at all', { '/plans/a': [] }, 3, 2, 'No test of hello ran'],
    ['all skipped', { '/plans/a': ['skip'] }, 4, 2, 'No test of hello ran'],
    ['broken before the tests', { '/plans/a': undefined }, 2, 2, 'tmt did not come to the tests'],
    ['a warning', { '/plans/a': ['warn'] }, 1, 2, '/t0 (warn)'],
    ['nothing found', {}, 2, 2, 'tmt failed before any test ran (exit code 2)'],
  ])('%s is no success', async (_what, plans, tmtCode, exitCode, words) => {
    fakeTmt(plans, tmtCode);
    writeFileSync(join(out, 'a.rpm'), '');
    const result = await run(['test', '--rpm-paths', 'a.rpm', repository.dir]);
    expect(result.exitCode).toBe(exitCode);
    expect(result.stderr).toContain(words);
  });

  test('every package is tested', async () => {
    repository.write(
      '.packit.yaml',
      'upstream_package_name: hello\nspecfile_path: hello.spec\npackages:\n  one: {downstream_package_name: one}\n  two: {downstream_package_name: two}\n',
    );
    repository.commit('Two packages');
    const calls = fakeTmt({ '/plans/a': ['pass'] }, 0);
    writeFileSync(join(out, 'a.rpm'), '');
    const { exitCode, stdout } = await run(['--json', 'test', '--rpm-paths', 'a.rpm', repository.dir]);
    expect(exitCode).toBe(0);
    const { builds } = JSON.parse(stdout) as { builds: { package: string; targets: unknown[] }[] };
    expect(builds.map(({ package: name }) => name)).toEqual(['one', 'two']);
    expect(builds[0]?.targets).toEqual([
      expect.objectContaining({
        name: '/plans/a',
        state: 'succeeded',
        tests: [expect.objectContaining({ name: '/t0' })],
      }),
    ]);
    expect(calls()).toHaveLength(3);
  });

  test('a dry run, and tmt that is missing', async () => {
    const { exitCode, stderr } = await run(['test', repository.dir]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringContaining('tmt is not installed'),
    });
    const calls = fakeTmt({}, 0);
    writeFileSync(join(out, 'a.rpm'), '');
    const planned = await run(['test', '-n', '--rpm-paths', 'a.rpm', '--plan', 'x', repository.dir]);
    expect(planned.stdout).toContain(
      `run plans matching x in fedora:rawhide (container) with ${out}/a.rpm\n`,
    );
    expect(calls()).toHaveLength(1);
    expect(readFileSync(join(out, 'a.rpm'), 'utf8')).toBe('');
  });
});
