#!/usr/bin/env node
/**
 * Bundles src/ into dist/: ESM, split, so that a command loads only what it imports.
 *   dist/cli.js   the command line (bin/packit.js imports it)
 *   dist/spec.js  the spec library, `packit-cli/spec`
 * With --if-stale it does nothing when dist/ is newer than every input.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { globSync } from 'tinyglobby';

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
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minify: true,
  sourcemap: process.argv.includes('--sourcemap'),
  legalComments: 'linked',
  metafile: true,
  // The ES modules of yaml, of which only what is used gets in; for Node it names the CommonJS ones.
  alias: { yaml: join(root, 'node_modules/yaml/browser/dist/index.js') },
  define: { 'process.env.PACKIT_CLI_VERSION': JSON.stringify(version) },
  // CommonJS dependencies call require() for Node's own modules.
  banner: {
    js: "import { createRequire as __packitRequire } from 'node:module'; const require = __packitRequire(import.meta.url);",
  },
};
const result = await build({
  ...common,
  entryPoints: {
    cli: 'src/cli/main.ts',
    ...(existsSync(join(root, 'src/spec/index.ts')) ? { spec: 'src/spec/index.ts' } : {}),
  },
  outdir: dist,
});
/*
 * `packit srpm` once more, with the command in the same file as the command line: Node takes a millisecond for every file it
 * loads, and the split bundle has twenty of them for this command. Only bin/packit.js knows of it.
 */
await build({
  ...common,
  entryPoints: { srpm: 'src/cli/main.ts' },
  outdir: join(dist, 'hot'),
  metafile: false,
  plugins: [onlyCommand('srpm')],
});
writeFileSync(join(dist, 'meta.json'), JSON.stringify(result.metafile));
emitTypes();
packBundle();
writeFileSync(stamp, `${version}\n`);

/** Puts one command into the bundle of the command line, and leaves the others, which it will not be asked for, out. */
function onlyCommand(name) {
  const tree = join(root, 'src/cli/tree');
  return {
    name: 'only-command',
    setup(bundler) {
      bundler.onLoad({ filter: new RegExp(`/src/cli/tree/${name}\\.ts$`) }, ({ path }) => {
        const load = `(await import('../commands/${name}.ts')).${name}Command`;
        const text = readFileSync(path, 'utf8');
        if (!text.includes(load)) throw new Error(`${path} does not load its command as ${load}`);
        const contents = `import { ${name}Command } from '../commands/${name}.ts';\n${text.replace(load, `${name}Command`)}`;
        return { contents, loader: 'ts', resolveDir: tree };
      });
      bundler.onResolve({ filter: /\/commands\// }, ({ kind }) =>
        kind === 'dynamic-import' ? { path: '../cli.js', external: true } : undefined,
      );
    },
  };
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
    'tsconfig.json',
    ...globSync('src/**/*', { cwd: root }),
  ];
  return inputs.every((file) => statSync(join(root, file)).mtimeMs <= built);
}
