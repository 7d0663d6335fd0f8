#!/usr/bin/env node
/** From a fresh clone to a real source RPM of this repository. Safe to run again. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BUILD_TOOLS } from './setup/packages.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { ensureTools } from './setup/system.mjs';

const root = resolve(import.meta.dirname, '..');

if (ensureTools(BUILD_TOOLS).length > 0) process.exit(2);
ensureNodeModules();
run([process.execPath, join(root, 'scripts/build.mjs'), '--if-stale']);

const output = join(root, 'dist', 'demo');
mkdirSync(output, { recursive: true });
console.error('\n$ packit srpm');
const { stdout } = run([process.execPath, join(root, 'bin/packit.js'), 'srpm', root], {
  cwd: output,
  stdout: 'pipe',
});
const srpm = stdout.toString().trim();
console.log(srpm);
console.error(`\n$ rpm -qlp ${srpm}`);
run(['rpm', '-qlvp', srpm]);

function run(argv, { cwd = root, stdout = 'inherit' } = {}) {
  const result = spawnSync(argv[0], argv.slice(1), { cwd, stdio: ['ignore', stdout, 'inherit'] });
  if (result.status !== 0) process.exit(result.status ?? 1);
  return result;
}
