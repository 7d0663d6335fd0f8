#!/usr/bin/env node
/** Runs a TypeScript script of this repository: node scripts/run-ts.mjs scripts/x.ts [arguments]. */
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const [script, ...args] = process.argv.slice(2);
if (script === undefined) {
  console.error('usage: node scripts/run-ts.mjs SCRIPT.ts [arguments]');
  process.exit(2);
}
// Inside the repository, so that the packages that stay external are found.
const cache = join(root, 'dist', '.scripts');
mkdirSync(cache, { recursive: true });
const outfile = join(cache, `${process.pid}.mjs`);
try {
  await build({
    absWorkingDir: root,
    entryPoints: [resolve(script)],
    outfile,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    sourcemap: 'inline',
    logLevel: 'error',
    define: {
      'import.meta.dirname': JSON.stringify(resolve(script, '..')),
      __repositoryRoot: JSON.stringify(root),
    },
  });
  process.argv = [process.argv[0], script, ...args];
  await import(pathToFileURL(outfile).href);
} finally {
  rmSync(outfile, { force: true });
}
