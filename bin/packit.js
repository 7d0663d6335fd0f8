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
  // A file of its own for the command that is run most: it loads in half the time.
  const { main } = await import(args[0] === 'srpm' ? '../dist/hot/srpm.js' : '../dist/cli.js');
  process.exitCode = await main(args);
}
