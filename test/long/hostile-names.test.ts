/**
 * Names that come from outside (of a directory, a branch, a tag, an author, a subject, a file) against every command there is: none
 * of them is run by rpm or a shell, none acts on a terminal, none is called a bug.
 */
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, jest, test } from '@jest/globals';
import { createProgram } from '../../src/cli/program.ts';
import { packit } from '../support/cli.ts';
import { createRepository } from '../support/git.ts';
import type { TestRepository } from '../support/git.ts';
import { CONFIG, SPEC } from '../support/project.ts';
import { tempDir } from '../support/temp.ts';

// All commands, one after the other.
jest.setTimeout(600_000);

/** Where one of these is run, the file `$MARK` names is there. */
const NAMES: Readonly<Record<string, string>> = {
  'a macro that runs a command': '%(touch${IFS}$MARK)',
  'the same, escaped once': '%%(touch${IFS}$MARK)',
  'the same, escaped twice': '%%%%(touch${IFS}$MARK)',
  'a macro of Lua': '%{lua:io.open(os.getenv("MARK"),"w"):close()}',
  'a macro of Lua without braces': '%!lua io.open(os.getenv("MARK"),"w"):close()',
  'a conditional macro': '%{?name:%(touch${IFS}$MARK)}%{!?nil:x}',
  'an expression': '%[1+1]%{expand:%%(touch${IFS}$MARK)}',
  'a macro with a value': '%{name}%{version}%name%1%*%#',
  'a lonely percent sign': '100%',
  'a command of a shell': '$(touch${IFS}$MARK)`touch${IFS}$MARK`;touch${IFS}$MARK;',
  quotes: `'"$(touch \${IFS}$MARK)"'\\`,
  'an option': '--output=$MARK',
  'the title of a terminal': 'x\u001b]0;owned\u0007y',
  'colours and a cleared screen': 'x\u001b[31m\u001b[2Jy',
  'control characters of eight bits': 'x\u009b31my\u0085z',
  'text turned round': 'x\u202egnp.\u2066y',
  'a carriage return': 'x\rowned',
  'fields of templates': '{version}{PACKIT_PROJECT_BRANCH}{{',
  'commands of a CI': '::error::x%0A::set-output name=a::b',
};

const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** Arguments of commands that need some. Others are run without, those that can in a dry run. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  srpm: ['.'],
  'prepare-sources': ['--result-dir', 'result', '.'],
  'propose-update': ['--dist-git-branch', 'rawhide', '.', '1.2.3'],
  'spec show': ['hello.spec'],
  'spec edit': ['hello.spec', '--update-version', '1.3', '--changelog-entry', '- New', '--diff'],
};

/** What only ends when something else does, or wants a service and nothing from the repository. */
const LEFT_OUT = new Set(['help', 'build watch', 'build cancel']);

function commands(): { path: string; dryRun: boolean }[] {
  const program = createProgram({ execute: () => Promise.resolve(), stdout() {}, stderr() {} }, '0');
  const leaves = (command: Command, path: string[]): { path: string; dryRun: boolean }[] =>
    command.commands.length > 0
      ? command.commands.flatMap((sub) => leaves(sub, [...path, sub.name()]))
      : [{ path: path.join(' '), dryRun: command.options.some(({ long }) => long === '--dry-run') }];
  return leaves(program, []).filter(({ path }) => !LEFT_OUT.has(path) && !path.endsWith('help'));
}

/** What git refuses in the name of a branch or a tag is left out of it. */
function asRef(name: string): string {
  return name.replace(/[\u0000- ~^:?*[\\\u007f]|^-+|\.\.|@\{|^\/|\/$|\.$/g, '') || 'x';
}

interface World {
  repository: TestRepository;
  env: Record<string, string | undefined>;
  mark: string;
}

/** A project in a directory, on a branch, with a tag, an author, subjects and a file of that name; and its dist-git. */
function makeWorld(name: string): World {
  const home = tempDir();
  const directory = join(home, name.replaceAll('/', '_'), 'hello');
  const repository = createRepository(directory, home);
  const author = { name: `Jane ${name.replaceAll(/[<>\n]/g, '')}` };
  const commit = (subject: string): void => {
    repository.git('add', '--all');
    repository.git(
      '-c',
      `user.name=${author.name}`,
      'commit',
      '--quiet',
      '--allow-empty',
      `--author=${author.name} <jane@example.com>`,
      '-m',
      subject,
    );
  };
  repository.write('.packit.yaml', `${CONFIG}upstream_package_name: hello\ndownstream_package_name: hello\n`);
  repository.write('hello.spec', SPEC);
  repository.write('hello.conf', 'greeting=hello\n');
  repository.write('fix.patch', '--- a/hello.sh\n+++ b/hello.sh\n@@ -1 +1 @@\n-echo hi\n+echo hello\n');
  repository.write(`${name.replaceAll('/', '_')}.txt`, 'x\n');
  commit(name);
  repository.git('tag', 'v1.2.3');
  repository.git('tag', `v1.2.2-${asRef(name)}`, 'HEAD');
  repository.git('checkout', '--quiet', '-b', `b${asRef(name)}`);
  commit(`Change ${name}`);
  const distGit = join(home, 'dist-git/rpms/hello.git');
  mkdirSync(distGit, { recursive: true });
  repository.git('init', '--quiet', '--bare', '--initial-branch=rawhide', distGit);
  const work = createRepository(join(home, 'work'), home);
  work.write('hello.spec', SPEC);
  work.commit('dist-git');
  work.git('push', '--quiet', distGit, 'HEAD:refs/heads/rawhide');
  const mark = join(home, 'mark');
  const nowhere = 'http://127.0.0.1:1';
  return {
    repository,
    mark,
    env: {
      ...repository.env,
      MARK: mark,
      DISTGIT_URL: `file://${join(home, 'dist-git')}/`,
      DISTGIT_NAMESPACE: 'rpms',
      PACKIT_RETRY_DELAY: '1',
      PACKIT_ANITYA_URL: nowhere,
      PACKIT_BUGZILLA_URL: nowhere,
      PACKIT_BODHI_URL: nowhere,
      https_proxy: nowhere,
      http_proxy: nowhere,
    },
  };
}

describe.each(Object.entries(NAMES))('%s', (_what, name) => {
  test('reaches no command', async () => {
    const world = makeWorld(name);
    const { dir } = world.repository;
    for (const [index, { path, dryRun }] of commands().entries()) {
      const args = [...path.split(' '), ...(ARGUMENTS[path] ?? []), ...(dryRun ? ['--dry-run'] : [])];
      if (index % 2 === 1) args.unshift('--json');
      const result = await packit(args, { cwd: dir, env: world.env });
      const output = `${result.stdout}\n${result.stderr}`;
      expect({ path, ran: existsSync(world.mark) }).toEqual({ path, ran: false });
      expect({ path, exitCode: [0, 1, 2, 3, 5].includes(result.exitCode ?? -1), output }).toMatchObject({
        exitCode: true,
      });
      // A path is data where nobody looks at a terminal.
      expect({ path, unprintable: UNPRINTABLE.exec(result.stderr)?.[0], output }).toMatchObject({
        unprintable: undefined,
      });
      if (path === 'srpm') {
        const made = readdirSync(dir).filter((file) => file.endsWith('.src.rpm'));
        expect({ made: made.length, output }).toEqual({ made: 1, output });
        const changelog = execFileSync('rpm', ['-qp', '--nosignature', '--changelog', `./${made[0] ?? ''}`], {
          cwd: dir,
          env: { ...process.env, MARK: world.mark },
          encoding: 'utf8',
        });
        expect(changelog).not.toMatch(UNPRINTABLE);
      }
    }
  });

  test('is no name of a spec or an archive that is run', async () => {
    const file = name.replaceAll('/', '_');
    const world = makeWorld('plain');
    const { repository } = world;
    renameSync(join(repository.dir, 'hello.spec'), join(repository.dir, `${file}.spec`));
    repository.write(
      '.packit.yaml',
      `upstream_tag_template: v{version}\nspecfile_path: ${JSON.stringify(`${file}.spec`)}\n`,
    );
    const archive = ['sh', '-c', 'tar -czf "$F" hello.conf; echo "$F"'];
    for (const [args, config] of [
      [['srpm'], ''],
      [['prepare-sources', '--result-dir', 'result'], ''],
      [['config', 'validate', '--offline'], ''],
      [['spec', 'show', `./${file}.spec`], ''],
      [['srpm'], `actions: {create-archive: [${JSON.stringify(archive)}]}\n`],
    ] as const) {
      if (config !== '') {
        renameSync(join(repository.dir, `${file}.spec`), join(repository.dir, 'hello.spec'));
        repository.write('.packit.yaml', `${CONFIG}${config}`);
      }
      const result = await packit(args, { cwd: repository.dir, env: { ...world.env, F: `${file}.tar.gz` } });
      expect({ args, ran: existsSync(world.mark) }).toEqual({ args, ran: false });
      expect({ args, stderr: result.stderr, ok: [0, 2].includes(result.exitCode ?? -1) }).toMatchObject({
        ok: true,
      });
      // The output of actions keeps its colours.
      const shown = config === '' ? result.stderr : result.stderr.replaceAll(/\u001b\[[0-9;:]*[mK]|\r/g, '');
      expect({ args, unprintable: UNPRINTABLE.exec(shown)?.[0] }).toEqual({
        args,
        unprintable: undefined,
      });
    }
  });
});
