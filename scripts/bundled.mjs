#!/usr/bin/env node
/**
 * The npm packages whose code is in dist/: their licences, which go with every copy, and their names in the spec file.
 *   node scripts/bundled.mjs    writes the `Provides: bundled(...)` of packaging/packit-cli.spec anew, from what was built
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Below dist/. */
export const NOTICES = 'THIRD-PARTY.txt';

/** @typedef {{ name: string, version: string, license: string, homepage: string, text: string }} Bundled */

/**
 * @param {string} root
 * @param {readonly import('esbuild').Metafile[]} metafiles
 * @returns {Bundled[]} by name and version
 */
export function bundledPackages(root, metafiles) {
  const directories = new Set();
  for (const { outputs } of metafiles) {
    for (const { inputs } of Object.values(outputs)) {
      for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
        // The innermost package, where one has another below it.
        const [directory] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file) ?? [];
        if (directory !== undefined && bytesInOutput > 0) directories.add(directory);
      }
    }
  }
  const packages = [...directories].map((directory) => describe(join(root, directory)));
  return packages.sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

function key({ name, version }) {
  return `${name} ${version}`;
}

function describe(directory) {
  const {
    name,
    version,
    license,
    homepage = '',
    author,
  } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  if (typeof license !== 'string') throw new Error(`${name} does not say its licence`);
  const files = readdirSync(directory)
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    .sort();
  const texts = files.map((file) => readFileSync(join(directory, file), 'utf8').trim());
  const holder = typeof author === 'string' ? author : author?.name;
  const text = texts.length > 0 ? texts.join('\n\n') : `Copyright (c) ${holder ?? `the authors of ${name}`}`;
  return { name, version, license, homepage, text };
}

/** @param {readonly Bundled[]} packages */
export function noticesOf(packages) {
  const sections = packages.map(({ name, version, license, homepage, text }) =>
    [`==== ${name} ${version} (${license})`, ...(homepage === '' ? [] : [homepage]), '', text, ''].join('\n'),
  );
  return ['packit holds code of these npm packages, each under its own licence.', '', ...sections].join('\n');
}

/**
 * @param {string} notices what `noticesOf` made
 * @returns {{ name: string, version: string, license: string }[]}
 */
export function packagesIn(notices) {
  return [...notices.matchAll(/^==== (\S+) (\S+) \((.+)\)$/gm)].map(
    ([, name = '', version = '', license = '']) => ({ name, version, license }),
  );
}

const LINE = 'Provides:       bundled(npm(';

/**
 * The spec with a line for each of the packages, where those lines are.
 * @param {string} spec
 * @param {readonly { name: string, version: string }[]} packages
 */
export function withProvides(spec, packages) {
  const lines = spec.split('\n');
  const start = lines.findIndex((line) => line.startsWith(LINE));
  if (start < 0) throw new Error(`the spec has no line that begins with ${LINE}`);
  const provides = packages.map(({ name, version }) => `${LINE}${name})) = ${version}`);
  const rest = lines.slice(start).filter((line) => !line.startsWith(LINE));
  return [...lines.slice(0, start), ...new Set(provides), ...rest].join('\n');
}

if (import.meta.url === pathToFileURL(resolve(process.argv[1] ?? '')).href) {
  const root = resolve(import.meta.dirname, '..');
  const file = join(root, 'packaging', 'packit-cli.spec');
  const packages = packagesIn(readFileSync(join(root, 'dist', NOTICES), 'utf8'));
  writeFileSync(file, withProvides(readFileSync(file, 'utf8'), packages));
}
