/**
 * Loads the bundle with the code that V8 compiled in an earlier run: parsing and compiling it again takes a third of a short
 * command's time. The compiled code of all files that a command loads is kept in one file: what Node 22.1 and newer can do
 * themselves takes a quarter longer, as it holds less of what a run has compiled. V8 accepts it for the same V8, flags and length
 * of the source only; that it is whole, and of this very source, is checked here. As it is code that will run, it is kept where
 * nobody else can write.
 */
'use strict';
const fs = require('node:fs');
const path = require('node:path');

/** How a file of the bundle begins: with the hash of what follows. */
const LENGTH_OF_ID = 36;
/** Checksum of the rest, length of the table. */
const HEAD = 8;

const modules = new Map();
let store;
let kept = { table: {}, bytes: undefined };
let isComplete = true;

/** The exports of a file of the bundle. `command` names the compiled code: commands load different files. */
function load(file, command) {
  const name = /^[a-z][a-z-]*$/.test(command) ? command : 'packit';
  const directory = process.env.NODE_DISABLE_COMPILE_CACHE ? undefined : privateDirectory();
  if (directory === undefined) return require(file);
  store = path.join(directory, `${name}.v8`);
  kept = readKept(store);
  return loadFile(file);
}

function loadFile(file) {
  const known = modules.get(file);
  if (known !== undefined) return known.module.exports;
  const vm = require('node:vm');
  const source = fs.readFileSync(file, 'latin1');
  const id = source.slice(0, LENGTH_OF_ID);
  const entry = kept.table[file];
  const cachedData =
    entry !== undefined && entry.id === id
      ? kept.bytes.subarray(entry.start, entry.start + entry.length)
      : undefined;
  const script = new vm.Script(`(function(exports,require,module,__filename,__dirname){${source}\n})`, {
    filename: file,
    cachedData,
  });
  if (cachedData === undefined || script.cachedDataRejected) isComplete = false;
  const module = { exports: {} };
  modules.set(file, { module, script, id });
  const directory = path.dirname(file);
  const requireFrom = (name) => (name.startsWith('.') ? loadFile(path.join(directory, name)) : require(name));
  script.runInThisContext()(module.exports, requireFrom, module, file, directory);
  return module.exports;
}

/** After a run that did well: what was compiled is kept, beside what earlier runs of the command have kept. */
function keepCompiled() {
  if (store === undefined || isComplete) return;
  const table = {};
  const parts = [];
  let start = 0;
  const add = (file, id, bytes) => {
    // V8 wants it aligned.
    const padding = Buffer.alloc((8 - (bytes.length % 8)) % 8);
    table[file] = { id, start, length: bytes.length };
    parts.push(bytes, padding);
    start += bytes.length + padding.length;
  };
  try {
    for (const [file, { script, id }] of modules) add(file, id, script.createCachedData());
    for (const [file, { id, start: from, length }] of Object.entries(kept.table)) {
      // Not those of a bundle that is gone.
      if (!modules.has(file) && fs.existsSync(file)) add(file, id, kept.bytes.subarray(from, from + length));
    }
    write(table, parts);
  } catch {
    // The next run compiles again.
  }
}

function write(table, parts) {
  const text = Buffer.from(JSON.stringify({ node: process.version, arch: process.arch, table }));
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, ' ')]);
  const rest = Buffer.concat([padded, ...parts]);
  const head = Buffer.alloc(HEAD);
  head.writeUInt32LE(require('node:zlib').crc32(rest), 0);
  head.writeUInt32LE(padded.length, 4);
  // Never half a file under the name, whoever else writes it at the same time.
  const unfinished = `${store}.${process.pid}`;
  try {
    fs.writeFileSync(unfinished, Buffer.concat([head, rest]), { mode: 0o600 });
    fs.renameSync(unfinished, store);
  } finally {
    fs.rmSync(unfinished, { force: true });
  }
}

function readKept(file) {
  const nothing = { table: {}, bytes: undefined };
  try {
    const all = fs.readFileSync(file);
    const rest = all.subarray(HEAD);
    if (require('node:zlib').crc32(rest) !== all.readUInt32LE(0)) return nothing;
    const length = all.readUInt32LE(4);
    const { node, arch, table } = JSON.parse(rest.toString('utf8', 0, length));
    if (node !== process.version || arch !== process.arch) return nothing;
    return { table, bytes: rest.subarray(length) };
  } catch {
    return nothing;
  }
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

module.exports = { load, keepCompiled };
