#!/usr/bin/env node
// Start-up only. The version is answered before anything else is loaded.
const args = process.argv.slice(2);
if (args.length === 1 && args[0] === '--version') {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`${version}\n`);
} else {
  // Node >= 22.1 keeps compiled code between runs.
  process.getBuiltinModule('node:module').enableCompileCache?.();
  const { main } = await import('../dist/cli.js');
  process.exitCode = await main(args);
}
