/**
 * Runs the built program in a real terminal of 80 columns, and writes what it showed: docs/run.svg with colours, docs/screens.md as
 * text. `npm run docs:screens`; it needs git, rpmbuild, and `script` of util-linux, which makes the terminal.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pictureOf } from './picture.ts';
import { plainText, screenOf } from './terminal.ts';
import type { Cell } from './terminal.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const COLUMNS = 80;
const SPEC = `Name:           hello
Version:        1.0
Release:        1%{?dist}
Summary:        Says hello
License:        MIT
Source0:        %{name}-%{version}.tar.gz

%description
Says hello.

%prep
%autosetup

%changelog
`;

const place = mkdtempSync(join(tmpdir(), 'packit-screens-'));
const home = join(place, 'home');
const project = join(home, 'hello');
const env = {
  PATH: `${join(place, 'bin')}:${process.env.PATH ?? ''}`,
  HOME: home,
  TERM: 'xterm-256color',
  LANG: 'C.UTF-8',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_DATE: '2026-11-25T12:00:00Z',
  GIT_COMMITTER_DATE: '2026-11-25T12:00:00Z',
};

try {
  prepare();
  const built = session('packit srpm');
  const failed = failing();
  const both = [...built, [], ...failed];
  writeFileSync(join(ROOT, 'docs', 'run.svg'), pictureOf(both, COLUMNS, 'packit srpm in a terminal, twice'));
  restore();
  const screens = [
    ['Help', session('packit --help')],
    ['A source RPM', built],
    ['A source RPM that fails', failed],
    ['The doctor', session('packit doctor --offline')],
  ] as const;
  const text = screens.map(([title, rows]) => `## ${title}\n\n\`\`\`console\n${plainText(rows)}\n\`\`\`\n`);
  writeFileSync(join(ROOT, 'docs', 'screens.md'), `${introduction()}\n${text.join('\n')}`);
} finally {
  rmSync(place, { recursive: true, force: true });
}

function introduction(): string {
  return '# Screens\n\nWhat a terminal of 80 columns shows, as text. Made by `npm run docs:screens` from real runs; [one of them in colour](run.svg).\n';
}

function prepare(): void {
  for (const directory of [project, join(place, 'bin')]) mkdirSync(directory, { recursive: true });
  symlinkSync(join(ROOT, 'bin', 'packit.js'), join(place, 'bin', 'packit'));
  writeFileSync(join(project, '.packit.yaml'), 'specfile_path: hello.spec\n');
  writeFileSync(join(project, 'hello.spec'), SPEC);
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Jane Doe');
  git('config', 'user.email', 'jane@example.com');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'First commit');
  git('tag', '--annotate', '--message', '1.1', '1.1');
}

function git(...args: string[]): void {
  execFileSync('git', args, { cwd: project, env });
}

/** What the screen shows: the command line, then all that the command wrote. */
function session(command: string): Cell[][] {
  const size = `stty cols ${COLUMNS} rows 50; ${command}`;
  const output = execFileSync('script', ['--quiet', '--command', size, '/dev/null'], {
    cwd: project,
    env: { ...env, SHELL: '/bin/sh' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const told = output
    .replaceAll(place, '')
    .replaceAll('/home/hello', '/home/jane/hello')
    .replaceAll('/home/.', '/home/jane/.');
  return screenOf(`\u001b[1m$ ${command}\u001b[0m\r\n${told}`, COLUMNS);
}

function restore(): void {
  git('checkout', '--quiet', '--', '.');
}

/** A spec with a fault of a kind that rpm tells the line of. */
function failing(): Cell[][] {
  writeFileSync(join(project, 'hello.spec'), SPEC.replace('%prep', '%if 1\n%prep'));
  return session('packit srpm');
}
