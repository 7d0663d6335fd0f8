/** Completion in real shells: the built program, the printed script, a line that is being typed. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { packit } from '../support/cli.ts';
import { tempDir } from '../support/temp.ts';

const BIN = resolve(import.meta.dirname, '..', '..', 'bin', 'packit.js');

let project: string;
let env: Record<string, string>;

beforeAll(async () => {
  const root = tempDir('completion');
  project = join(root, 'a project');
  const bin = join(root, 'bin');
  for (const directory of [project, bin]) mkdirSync(directory);
  symlinkSync(BIN, join(bin, 'packit'));
  writeFileSync(join(project, 'notes.txt'), '');
  writeFileSync(
    join(project, '.packit.yaml'),
    [
      'packages:',
      '  cli:',
      '    downstream_package_name: hello-cli',
      '  server:',
      '    downstream_package_name: hello-server',
      '  "$(touch hacked)":',
      '    downstream_package_name: evil',
      'jobs:',
      '  - job: propose_downstream',
      '    trigger: release',
      '    dist_git_branches: [f42, epel9]',
      '',
    ].join('\n'),
  );
  env = { PATH: `${bin}:${process.env.PATH ?? ''}`, HOME: root, XDG_CACHE_HOME: join(root, 'cache') };
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { stdout, exitCode } = await packit(['completion', shell], { cwd: project, env });
    expect(exitCode).toBe(0);
    writeFileSync(join(root, `packit.${shell}`), stdout);
  }
});

function run(argv: readonly string[]): string[] {
  const [program = '', ...rest] = argv;
  const stdout = execFileSync(program, rest, {
    cwd: project,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return stdout.split('\n').filter((line) => line !== '');
}

type Ask = (...words: string[]) => string[];

const SHELLS: Record<string, Ask> = {
  bash: (...words) =>
    run([
      'bash',
      '--norc',
      '-c',
      `source "$HOME/packit.bash"; COMP_WORDS=(packit "$@"); COMP_CWORD=$#; _packit 2>/dev/null; printf '%s\\n' "\${COMPREPLY[@]}"`,
      'bash',
      ...words,
    ]),
  zsh: (...words) =>
    run([
      'zsh',
      '-f',
      '-c',
      `compdef() {}; _files() { print -r -- FILES }; _describe() { print -rl -- "\${(@)\${(@P)2}%%:*}" }; source $HOME/packit.zsh; words=(packit "$@"); CURRENT=$#words; _packit; true`,
      'zsh',
      ...words,
    ]),
  fish: (...words) => {
    const line = ['packit', ...words].join(' ');
    return run(['fish', '--no-config', '-c', `source $HOME/packit.fish; complete -C '${line}'`]).map(
      (found) => found.split('\t')[0] ?? '',
    );
  },
};

const isThere = (shell: string): boolean => spawnSync(shell, ['--version']).error === undefined;

for (const [shell, ask] of Object.entries(SHELLS)) {
  // Where a shell is not installed there is nothing to try it with; bash always is.
  (isThere(shell) ? describe : describe.skip)(shell, () => {
    test('commands, of groups too', () => {
      expect(ask('sr')).toEqual(['srpm']);
      expect(ask('build', 'in-')).toEqual(expect.arrayContaining(['in-copr', 'in-mock']));
      expect(ask('')).toEqual(expect.arrayContaining(['srpm', 'doctor', 'completion']));
      expect(ask('completion', 'z')).toEqual(['zsh']);
    });

    test('options, the global ones too', () => {
      expect(ask('srpm', '--repro')).toEqual(['--reproducible']);
      expect(ask('srpm', '--js')).toEqual(['--json']);
    });

    test('packages and branches of the configuration; what a shell would act on is left out', () => {
      expect(ask('srpm', '-p', '').sort()).toEqual(['cli', 'server']);
      expect(ask('propose-update', '--dist-git-branch', 'f42,ep').sort()).toEqual([
        'f42,epel-all',
        'f42,epel9',
      ]);
      expect(ask('propose-update', '--dist-git-branch', 'f4')).toEqual(['f42']);
    });
  });
}

test('outside of projects, and with what is no command, there is no noise', async () => {
  for (const words of [['nonsense', ''], ['--unknown', ''], ['srpm', '--', '--'], []]) {
    const { exitCode, stderr } = await packit(['__complete', '--', ...words], { cwd: tempDir(), env });
    expect([exitCode, stderr]).toEqual([0, '']);
  }
  const files = await packit(['__complete', '--', 'srpm', ''], { cwd: project, env });
  expect(files.stdout).toBe(':files\n');
});
