/** docs/contributing.md: its ten steps, done in a copy of the tree. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, expect, jest, test } from '@jest/globals';
import { createRepository } from '../support/git.ts';
import { tempDir } from '../support/temp.ts';

jest.setTimeout(180_000);

const ROOT = resolve(import.meta.dirname, '..', '..');
const page = readFileSync(join(ROOT, 'docs', 'contributing.md'), 'utf8');
const COPIED = [
  'src',
  'bin',
  'scripts',
  'test/support',
  'test/unit/cli',
  'packaging',
  'docs',
  'package.json',
  'tsconfig.json',
  'tsconfig.spec.json',
  'jest.config.mjs',
  'LICENSE',
];

let tree: string;

beforeAll(() => {
  tree = tempDir('packit contributing');
  for (const path of COPIED) cpSync(join(ROOT, path), join(tree, path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
});

function run(argv: readonly string[], cwd = tree): string {
  const [program = '', ...rest] = argv;
  return execFileSync(program, rest, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function jestOn(project: string, ...patterns: string[]): string {
  const script = join(tree, 'node_modules', 'jest', 'bin', 'jest.js');
  const flags = [
    '--experimental-vm-modules',
    '--no-warnings',
    script,
    '--rootDir',
    tree,
    '-w',
    '1',
    '--selectProjects',
    project,
  ];
  const { status, stderr } = spawnSync(process.execPath, [...flags, ...patterns], {
    cwd: tree,
    encoding: 'utf8',
  });
  return status === 0 ? 'passed' : stderr;
}

test('there are ten steps', () => {
  expect([...page.matchAll(/^## (\d+)\. /gm)].map(([, number]) => Number(number))).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ]);
});

test('files and the change as they stand there: they compile, their tests pass, and the command runs', () => {
  const files = [...page.matchAll(/^`([\w./-]+)`:\n\n```ts\n([\s\S]*?)```/gm)];
  expect(files.map(([, path]) => path)).toHaveLength(4);
  for (const [, path = '', text = ''] of files) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  const [, diff = ''] = /```diff\n([\s\S]*?)```/.exec(page) ?? [];
  execFileSync('patch', ['-p1', '--quiet', '--no-backup-if-mismatch'], { cwd: tree, input: diff });

  const tsc = join(tree, 'node_modules', 'typescript', 'bin', 'tsc');
  writeFileSync(
    join(tree, 'tsconfig.steps.json'),
    JSON.stringify({ extends: './tsconfig.json', include: ['src', 'test/integration'] }),
  );
  expect(run([process.execPath, tsc, '--noEmit', '-p', 'tsconfig.steps.json'])).toBe('');
  run([process.execPath, join('scripts', 'check-imports.mjs')]);
  expect(jestOn('integration', 'workflows/tags')).toBe('passed');
  expect(jestOn('unit', 'cli/help', 'cli/completion')).toBe('passed');

  run([process.execPath, join('scripts', 'build.mjs')]);
  const repository = createRepository(join(tempDir('tagged'), 'a project'));
  repository.commit('first');
  repository.tag('v1.0');
  const bin = join(tree, 'bin', 'packit.js');
  const tags = (...args: string[]) =>
    spawnSync(process.execPath, [bin, ...args], { cwd: repository.dir, encoding: 'utf8' });
  expect(tags('tags', '--limit', '1').stdout).toMatch(/^2023-\S+Z {2}v1\.0\n$/);
  expect(JSON.parse(tags('--json', 'tags').stdout)).toMatchObject({ tags: [{ name: 'v1.0' }] });
  expect(tags('tags', '--limit', 'none')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('error: --limit wants'),
  });
  expect(tags('__complete', '--', 'ta').stdout).toMatch(/^tags\t/);
  expect(readFileSync(join(tree, 'dist', 'man', 'packit-tags.1'), 'utf8')).toContain('list the tags');
});
