/** What a command may load and start. A budget that is broken on purpose is raised here, with a reason in the commit. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { packit } from '../support/cli.ts';
import { testEnvironment } from '../support/git.ts';
import { createProject } from '../support/project.ts';
import { tempDir } from '../support/temp.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');

interface Output {
  entryPoint?: string;
  imports: { path: string; kind: string }[];
}
const { outputs } = JSON.parse(readFileSync(join(ROOT, 'dist', 'meta.json'), 'utf8')) as {
  outputs: Record<string, Output>;
};

/** A file and what it loads with itself; not what it loads when it is needed. */
function loadedWith(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const { path: next, kind } of outputs[path]?.imports ?? []) {
    if (kind === 'import-statement' && outputs[next] !== undefined) loadedWith(next, seen);
  }
  return seen;
}

function kilobytes(paths: Iterable<string>): number {
  return [...paths].reduce((sum, path) => sum + statSync(join(ROOT, path)).size, 0) / 1000;
}

/** In kB, with about a sixth to grow in. */
const FILES: Readonly<Record<string, number>> = {
  'dist/hot/srpm.cjs': 800,
  'dist/hot/validate.cjs': 900,
  'dist/spec.js': 57,
  'dist/undici.cjs': 620,
};

/** A command with all that it loads, the command line's own files included; in kB. */
const COMMANDS: Readonly<Record<string, number>> = {
  'spec/show': 195,
  'spec/edit': 225,
  srpm: 345,
  'config/schema': 335,
  'config/show': 335,
  'prepare-sources': 350,
  'build/locally': 365,
  init: 400,
  'config/validate': 515,
  // A daemon, with its queue, metrics and everything that events start.
  'listen/run': 1130,
  'listen/status': 1130,
  'listen/dead': 1130,
};
const ANY_COMMAND = 850;
const COMMAND_LINE = 130;

describe('budgets', () => {
  test.each(Object.entries(FILES))('%s has at most %d kB', (path, budget) => {
    expect(kilobytes([path])).toBeLessThan(budget);
    // A budget that is far too large watches nothing.
    expect(kilobytes([path])).toBeGreaterThan(budget / 2);
  });

  const base = loadedWith('dist/cli.cjs');
  test('the command line itself', () => {
    expect(kilobytes(base)).toBeLessThan(COMMAND_LINE);
    expect(kilobytes(base)).toBeGreaterThan(COMMAND_LINE / 2);
  });

  test('a key press in a shell: hardly more', () => {
    const [path = ''] =
      Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === 'src/cli/completion/index.ts') ??
      [];
    expect(kilobytes(new Set([...base, ...loadedWith(path)])) - kilobytes(base)).toBeLessThan(10);
  });

  const commands = Object.entries(outputs).flatMap(([path, { entryPoint }]) => {
    const name = /^src\/cli\/commands\/(.+)\.ts$/.exec(entryPoint ?? '')?.[1];
    return name === undefined ? [] : [{ name, size: kilobytes(new Set([...base, ...loadedWith(path)])) }];
  });
  test.each(commands)('packit $name', ({ name, size }) => {
    expect(size).toBeLessThan(COMMANDS[name] ?? ANY_COMMAND);
  });
  test("every budget is some command's", () => {
    expect(commands.length).toBeGreaterThan(25);
    const names = commands.map(({ name }) => name);
    expect(Object.keys(COMMANDS).filter((name) => !names.includes(name))).toEqual([]);
  });
});

/** The programs that packit starts itself; git in one shell for several questions is one. */
async function programs(args: readonly string[], config: string): Promise<string[]> {
  const home = tempDir();
  const { dir } = createProject(home, { config });
  const [preload, log] = [join(home, 'count.cjs'), join(home, 'log')];
  writeFileSync(log, '');
  writeFileSync(
    preload,
    `const { ChildProcess } = require('node:child_process'); const fs = require('node:fs');
const spawn = ChildProcess.prototype.spawn;
ChildProcess.prototype.spawn = function (options) {
  fs.appendFileSync(process.env.COUNT_LOG, options.args[0] + '\\n');
  return spawn.call(this, options);
};\n`,
  );
  const env = { ...testEnvironment(home), NODE_OPTIONS: `--require ${preload}`, COUNT_LOG: log };
  const ran = await packit([...args], { cwd: dir, env });
  expect(ran).toMatchObject({ exitCode: 0 });
  return readFileSync(log, 'utf8').trimEnd().split('\n');
}

describe('child processes of packit srpm of a small project', () => {
  const CONFIG = 'upstream_tag_template: v{version}\nspecfile_path: hello.spec\n';

  test('without actions', async () => {
    const started = await programs(['srpm'], CONFIG);
    expect(started).toContain('rpmbuild');
    expect(started.length).toBeLessThanOrEqual(5);
  });

  test('with an action', async () => {
    const started = await programs(['srpm'], `${CONFIG}actions: {post-upstream-clone: 'true'}\n`);
    expect(started).toContain('true');
    expect(started.length).toBeLessThanOrEqual(11);
  });
});
