#!/usr/bin/env node
/**
 * Bundles src/ into dist/:
 *   dist/cli.cjs       the command line (bin/packit.js loads it), split, so that a command loads only what it imports
 *   dist/hot/          `packit srpm` and `packit config validate` once more, each in one file
 *   dist/undici.cjs    the HTTP library of both
 *   dist/man/          manual pages, from the names, flags and help of the commands
 *   dist/spec.js       the spec library, `packit-cli/spec`: an ES module
 *   dist/THIRD-PARTY.txt  the licences of the npm packages in all of these
 * The command line is CommonJS, whose compiled code Node 20 can keep between runs (bin/load.js).
 * With --if-stale it does nothing when dist/ is newer than every input.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';
import { globSync } from 'tinyglobby';
import { NOTICES, bundledPackages, noticesOf } from './bundled.mjs';

const root = resolve(import.meta.dirname, '..');
const dist = join(root, 'dist');
const stamp = join(dist, '.built');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

if (process.argv.includes('--if-stale') && isFresh()) process.exit(0);

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minify: true,
  // One byte a character is what is read fastest.
  charset: 'ascii',
  sourcemap: process.argv.includes('--sourcemap'),
  legalComments: 'linked',
  // The ES modules of yaml, of which only what is used gets in; for Node it names the CommonJS ones.
  alias: { yaml: join(root, 'node_modules/yaml/browser/dist/index.js') },
  define: {
    'process.env.PACKIT_CLI_VERSION': JSON.stringify(version),
    'process.env.PACKIT_YAML_READER': JSON.stringify(yamlReader()),
  },
};
// `import()` becomes `require()`: what bin/load.js loads cannot import.
const commonJs = {
  ...common,
  format: 'cjs',
  supported: { 'dynamic-import': false },
  outExtension: { '.js': '.cjs' },
};
const { metafile } = await build({
  ...common,
  format: 'esm',
  splitting: true,
  metafile: true,
  entryPoints: { cli: 'src/cli/main.ts' },
  outdir: dist,
  outExtension: { '.js': '.cjs' },
  plugins: [undiciAt('./undici.cjs')],
});
// Only ES modules can be split; each of the files then becomes CommonJS.
for (const file of globSync('*.cjs', { cwd: dist, absolute: true })) await toCommonJs(file);
const http = await build({ ...commonJs, metafile: true, entryPoints: { undici: 'undici' }, outdir: dist });
/*
 * The commands that are run most once more, each with everything in one file: Node takes half a millisecond for every file it loads,
 * and in the split bundle they have two and three dozen. Only bin/packit.js knows of them.
 */
const HOT = [
  { name: 'srpm', tree: 'srpm', module: 'srpm', command: 'srpmCommand' },
  { name: 'validate', tree: 'config', module: 'config/validate', command: 'configValidateCommand' },
];
for (const hot of HOT) {
  await build({
    ...commonJs,
    entryPoints: { [hot.name]: 'src/cli/main.ts' },
    outdir: join(dist, 'hot'),
    plugins: [onlyCommand(hot), undiciAt('../undici.cjs')],
  });
}
for (const file of globSync(['*.cjs', 'hot/*.cjs'], { cwd: dist, absolute: true })) addId(file);
const library = await build({
  ...common,
  format: 'esm',
  metafile: true,
  entryPoints: { spec: 'src/spec/index.ts' },
  outdir: dist,
});
const bundled = bundledPackages(root, [metafile, http.metafile, library.metafile]);
writeFileSync(join(dist, NOTICES), noticesOf(bundled));
writeFileSync(join(dist, 'meta.json'), JSON.stringify(metafile));
emitTypes();
writeManPages();
packBundle();
writeFileSync(stamp, `${version}\n`);

/** Puts one command into the bundle of the command line, and leaves the others, which it will not be asked for, out. */
function onlyCommand({ tree, module, command }) {
  const directory = join(root, 'src/cli/tree');
  return {
    name: 'only-command',
    setup(bundler) {
      bundler.onLoad({ filter: new RegExp(`/src/cli/tree/${tree}\\.ts$`) }, ({ path }) => {
        const load = `(await import('../commands/${module}.ts')).${command}`;
        const text = readFileSync(path, 'utf8');
        if (!text.includes(load)) throw new Error(`${path} does not load its command as ${load}`);
        const contents = `import { ${command} } from '../commands/${module}.ts';\n${text.replace(load, command)}`;
        return { contents, loader: 'ts', resolveDir: directory };
      });
      bundler.onResolve({ filter: /\/commands\// }, ({ kind }) =>
        kind === 'dynamic-import' ? { path: '../cli.cjs', external: true } : undefined,
      );
    },
  };
}

/** The HTTP library is as large as all the rest of a command, and is in a file of its own. */
function undiciAt(path) {
  return {
    name: 'undici-at',
    setup(bundler) {
      bundler.onResolve({ filter: /^undici$/ }, () => ({ path, external: true }));
    },
  };
}

/** Of the code that makes nodes of a YAML text: nodes that another has kept are not read. */
function yamlReader() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'node_modules/yaml/package.json')));
  for (const file of globSync('src/project/config/yaml/*.ts', { cwd: root, absolute: true }).toSorted()) {
    hash.update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}

async function toCommonJs(file) {
  const { code } = await transform(readFileSync(file, 'utf8'), {
    format: 'cjs',
    platform: 'node',
    target: common.target,
    minify: true,
    charset: common.charset,
    sourcemap: common.sourcemap && 'inline',
    supported: commonJs.supported,
  });
  writeFileSync(file, code);
}

/** A file begins with the hash of what follows: compiled code that is kept is known to be of this very text (bin/load.js). */
function addId(file) {
  const text = readFileSync(file, 'utf8');
  const id = createHash('sha256').update(text).digest('hex').slice(0, 32);
  writeFileSync(file, `/*${id}*/${text}`);
}

/** Declarations of the spec library; its users have compiled files, so `.ts` in their imports becomes `.js`. */
function emitTypes() {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.spec.json')], { stdio: 'inherit' });
  for (const file of globSync('types/**/*.d.ts', { cwd: dist, absolute: true })) {
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/(from ['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2'));
  }
}

function writeManPages() {
  const script = ['scripts/run-ts.mjs', 'scripts/docs/man.ts', join(dist, 'man')];
  execFileSync(process.execPath, script, { cwd: root, stdio: 'inherit' });
}

/** What the spec file installs: the same input, the same bytes. */
function packBundle() {
  const tar = execFileSync(
    'tar',
    [
      '--create',
      '--format=ustar',
      '--sort=name',
      '--mtime=@0',
      '--owner=0',
      '--group=0',
      '--numeric-owner',
      '--mode=u=rwX,go=rX',
      '--exclude=dist/meta.json',
      '--exclude=dist/.*',
      '--exclude=dist/demo',
      'dist',
    ],
    { cwd: root, maxBuffer: 1 << 30 },
  );
  writeFileSync(join(root, 'packaging', 'packit-cli-bundle.tar.gz'), gzipSync(tar, { level: 9 }));
}

function isFresh() {
  if (!existsSync(stamp)) return false;
  const built = statSync(stamp).mtimeMs;
  const inputs = [
    'package.json',
    'package-lock.json',
    'scripts/build.mjs',
    'scripts/bundled.mjs',
    'tsconfig.json',
    ...globSync(['src/**/*', 'scripts/docs/man*.ts'], { cwd: root }),
  ];
  return inputs.every((file) => statSync(join(root, file)).mtimeMs <= built);
}
