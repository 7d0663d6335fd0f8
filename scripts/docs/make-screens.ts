/**
 * Runs the built program in a real terminal of 80 columns, and makes a page of what it showed. It needs git, rpmbuild, and `script` of
 * util-linux, which makes the terminal.
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

export interface Screens {
  /** docs/screens.md */
  page: string;
  /** docs/run.svg: two of them, with colours. */
  picture: string;
}

interface Place {
  dir: string;
  project: string;
  env: NodeJS.ProcessEnv;
}

export function makeScreens(): Screens {
  const dir = mkdtempSync(join(tmpdir(), 'packit-screens-'));
  try {
    const place = prepare(dir);
    const built = session(place, 'packit srpm');
    const failed = failing(place);
    git(place, 'checkout', '--quiet', '--', '.');
    const screens = [
      ['Help', session(place, 'packit --help')],
      ['A source RPM', built],
      ['A source RPM that fails', failed],
      ['The doctor', session(place, 'packit doctor --offline')],
    ] as const;
    const text = screens.map(([title, rows]) => `## ${title}\n\n\`\`\`console\n${plainText(rows)}\n\`\`\`\n`);
    return {
      page: `${introduction()}\n${text.join('\n')}`,
      picture: pictureOf([...built, [], ...failed], COLUMNS, 'packit srpm in a terminal, twice'),
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function introduction(): string {
  return '# Screens\n\nWhat a terminal of 80 columns shows, as text. Made by `npm run docs:screens` from real runs; [one of them in colour](run.svg).\n';
}

function prepare(dir: string): Place {
  const home = join(dir, 'home');
  const project = join(home, 'hello');
  const env = {
    PATH: `${join(dir, 'bin')}:${process.env.PATH ?? ''}`,
    HOME: home,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_DATE: '2026-11-25T12:00:00Z',
    GIT_COMMITTER_DATE: '2026-11-25T12:00:00Z',
  };
  const place = { dir, project, env };
  for (const directory of [project, join(dir, 'bin')]) mkdirSync(directory, { recursive: true });
  symlinkSync(join(ROOT, 'bin', 'packit.js'), join(dir, 'bin', 'packit'));
  writeFileSync(join(project, '.packit.yaml'), 'specfile_path: hello.spec\n');
  writeFileSync(join(project, 'hello.spec'), SPEC);
  git(place, 'init', '--quiet', '--initial-branch=main');
  git(place, 'config', 'user.name', 'Jane Doe');
  git(place, 'config', 'user.email', 'jane@example.com');
  git(place, 'add', '--all');
  git(place, 'commit', '--quiet', '--message', 'First commit');
  git(place, 'tag', '--annotate', '--message', '1.1', '1.1');
  return place;
}

function git({ project, env }: Place, ...args: string[]): void {
  execFileSync('git', args, { cwd: project, env });
}

/** What the screen shows: the command line, then all that the command wrote. */
function session({ dir, project, env }: Place, command: string): Cell[][] {
  const size = `stty cols ${COLUMNS} rows 50; ${command}`;
  const output = execFileSync('script', ['--quiet', '--command', size, '/dev/null'], {
    cwd: project,
    env: { ...env, SHELL: '/bin/sh' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const told = output
    .replaceAll(dir, '')
    .replaceAll('/home/hello', '/home/jane/hello')
    .replaceAll('/home/.', '/home/jane/.');
  return screenOf(`\u001b[1m$ ${command}\u001b[0m\r\n${told}`, COLUMNS);
}

/** A spec with a fault of a kind that rpm tells the line of. */
function failing(place: Place): Cell[][] {
  writeFileSync(join(place.project, 'hello.spec'), SPEC.replace('%prep', '%if 1\n%prep'));
  return session(place, 'packit srpm');
}
