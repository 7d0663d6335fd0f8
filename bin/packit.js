#!/usr/bin/env node
// Start-up only. The version is answered before anything else is loaded.
// What stands here is read by every Node.js, old ones too: no syntax of the last years. CommonJS, which starts faster.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const args = process.argv.slice(2);
const root = path.dirname(__dirname);
const packageJson = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const needed = /[0-9.]+/.exec(packageJson.engines.node)[0];

if (args.length === 1 && args[0] === '--version') {
  process.stdout.write(`${packageJson.version}\n`);
} else if (isOlder(process.version.slice(1), needed)) {
  process.stderr.write(
    `error: packit needs Node.js ${needed} or newer; this is ${process.version}. Get a current one: https://nodejs.org/en/download\n`,
  );
  process.exitCode = 2;
} else {
  start();
}

function start() {
  const { load, keepCompiled } = require('./load.js');
  const hot = hotCommand(args);
  const file = path.join(root, 'dist', hot === undefined ? 'cli.cjs' : `hot/${hot}.cjs`);
  let program;
  try {
    program = load(file, hot === undefined ? args[0] : `hot-${hot}`);
  } catch (error) {
    if (fs.existsSync(file)) throw error;
    process.stderr.write(
      `error: packit is not built: ${file} is missing. In a checkout run npm ci and npm run build in ${root}; else install packit again.\n`,
    );
    process.exitCode = 2;
    return;
  }
  void program.main(args).then((code) => {
    process.exitCode = code;
    if (code === 0) keepCompiled();
  });
}

/** The commands that are run most have a file of their own: it loads faster than the many of all commands. */
function hotCommand(words) {
  if (words[0] === 'srpm') return 'srpm';
  return words[0] === 'config' && words[1] === 'validate' ? 'validate' : undefined;
}

function isOlder(version, than) {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number));
  const at = b.findIndex((part, i) => part !== a[i]);
  return at >= 0 && (a[at] || 0) < b[at];
}
