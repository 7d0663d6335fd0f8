#!/usr/bin/env node
// Start-up only. The version is answered before anything else is loaded.
// What stands here is read by every Node.js, old ones too: no `await` at the top, no syntax of the last years.
import * as fs from 'node:fs';
import * as nodeModule from 'node:module';

const args = process.argv.slice(2);
const packageJson = JSON.parse(fs.readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const needed = /[0-9.]+/.exec(packageJson.engines.node)[0];

if (args.length === 1 && args[0] === '--version') {
  process.stdout.write(`${packageJson.version}\n`);
} else if (isOlder(process.version.slice(1), needed)) {
  process.stderr.write(
    `error: packit needs Node.js ${needed} or newer; this is ${process.version}. Get a current one: https://nodejs.org/en/download\n`,
  );
  process.exitCode = 2;
} else {
  // Node >= 22.1 keeps compiled code between runs.
  if (nodeModule.enableCompileCache !== undefined) {
    const directory = privateDirectory();
    if (directory !== undefined) nodeModule.enableCompileCache(directory);
  }
  // A file of its own for the command that is run most: it loads in half the time.
  void import(args[0] === 'srpm' ? '../dist/hot/srpm.js' : '../dist/cli.js')
    .then(({ main }) => main(args))
    .then((code) => {
      process.exitCode = code;
    });
}

function isOlder(version, than) {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number));
  const at = b.findIndex((part, i) => part !== a[i]);
  return at >= 0 && (a[at] || 0) < b[at];
}

/** Below the user's cache directory; undefined where somebody else could put code into it. */
function privateDirectory() {
  const { XDG_CACHE_HOME: cache, HOME: home } = process.env;
  const base = cache !== undefined && cache.startsWith('/') ? cache : home && `${home}/.cache`;
  if (!base || !base.startsWith('/')) return undefined;
  const directories = [base, `${base}/packit`, `${base}/packit/compiled`];
  try {
    fs.mkdirSync(directories[2], { recursive: true, mode: 0o700 });
    const isPrivate = directories.every((directory) => {
      const { uid, mode } = fs.statSync(directory);
      return uid === process.getuid() && (mode & 0o022) === 0;
    });
    return isPrivate ? directories[2] : undefined;
  } catch {
    return undefined;
  }
}
