#!/usr/bin/env node
/**
 * All tests from a fresh clone: set-up, build, type check, lint, format, then jest.
 *   node scripts/test.mjs           unit, integration and end-to-end tests
 *   node scripts/test.mjs --long    every kill point, every fault, large fuzz counts
 * Further arguments go to jest.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { LONG_TEST_TOOLS, TEST_TOOLS } from './setup/packages.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { scratchDirectory } from './setup/scratch.mjs';
import { ensureTools } from './setup/system.mjs';

const root = resolve(import.meta.dirname, '..');
const [kind, ...rest] = process.argv.slice(2);
const long = kind === '--long';
const jestArguments = long || kind === undefined ? rest : [kind, ...rest];

const missing = ensureTools(long ? [...TEST_TOOLS, ...LONG_TEST_TOOLS] : TEST_TOOLS);
if (missing.some((tool) => tool === 'git' || tool === 'rpmbuild')) process.exit(2);
if (missing.length > 0) console.error(`Tests that need ${missing.join(', ')} will be skipped.`);
ensureNodeModules();

const steps = [{ title: 'build', argv: [join(root, 'scripts/build.mjs'), '--if-stale'] }];
if (!long) {
  const bin = (name) => join(root, 'node_modules', name);
  steps.push(
    { title: 'type check', argv: [bin('typescript/bin/tsc'), '--noEmit'] },
    { title: 'lint', argv: [bin('oxlint/bin/oxlint'), '--type-aware', '--quiet'] },
    { title: 'import rules', argv: [join(root, 'scripts/check-imports.mjs')] },
    { title: 'format', argv: [bin('@biomejs/biome/bin/biome'), 'format', '.'] },
  );
}
for (const { title, argv } of steps) {
  console.error(`> ${title}`);
  const { status } = spawnSync(process.execPath, argv, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    console.error(`${title} failed`);
    process.exit(1);
  }
}

const scratch = scratchDirectory();
const report = join(scratch, 'report.json');
const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings',
    join(root, 'node_modules/jest/bin/jest.js'),
    '--selectProjects',
    ...(long ? ['long'] : ['unit', 'integration', 'e2e']),
    `--maxWorkers=${Math.max(2, Math.min(8, availableParallelism()))}`,
    '--json',
    `--outputFile=${report}`,
    '--passWithNoTests',
    ...jestArguments,
  ],
  { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, TMPDIR: scratch } },
);
const counts = JSON.parse(readFileSync(report, 'utf8'));
rmSync(report);
const left = readdirSync(scratch);
rmSync(scratch, { recursive: true, force: true });
if (left.length > 0) console.error(`Tests have left behind: ${left.join(', ')}`);
console.log(
  `${counts.numPassedTests} passed, ${counts.numFailedTests} failed, ${counts.numPendingTests} skipped`,
);
// What is killed last in the long tests has nobody after it.
process.exitCode = status === 0 && left.length > 0 && !long ? 1 : (status ?? 1);
