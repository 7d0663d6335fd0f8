/**
 * What was made of a long text, kept in the user's cache. Most of a short command's time goes into reading YAML in code that has just
 * been loaded, and a configuration is read far more often than it is changed. Modules of Node's are loaded for a long text only.
 */
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { composeYaml } from './compose.ts';
import type { YamlNode } from './nodes.ts';

export interface Keeping {
  /** `ctx.paths.cache`. */
  cache: string;
  /** Of the code that makes nodes of texts: what another has kept is not read. Default: as it was built; nothing is kept if unknown. */
  reader?: string | undefined;
}

interface Kept {
  reader: string;
  text: string;
  root: YamlNode;
}

/** Characters; shorter ones are read as fast as a file is. */
const LONG = 4000;
/** So many texts are kept, those that were written last. */
const MOST = 16;

/**
 * The document of a text, as `composeYaml` makes it.
 *
 * Only nodes are kept, no errors, and only where nobody else can write: an action of the configuration is a program that will run.
 * The text is compared as a whole; a file that cannot be used costs no more than its reading.
 *
 * @throws YamlError as `composeYaml`
 */
export function composeKept(text: string, keeping: Keeping | undefined): YamlNode | undefined {
  const reader = keeping?.reader ?? process.env.PACKIT_YAML_READER;
  if (keeping === undefined || reader === undefined || text.length < LONG) return composeYaml(text);
  const directory = join(keeping.cache, 'configurations');
  const file = join(directory, process.getBuiltinModule('node:zlib').crc32(text).toString(16));
  const isOurs = isPrivate(keeping.cache, directory);
  if (isOurs) {
    const kept = readKept(file);
    if (kept?.reader === reader && kept.text === text) return kept.root;
  }
  const root = composeYaml(text);
  if (isOurs && root !== undefined) keep(file, { reader, text, root });
  return root;
}

/** Makes the directory if it is not there. */
function isPrivate(cache: string, directory: string): boolean {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return [dirname(cache), cache, directory].every((path) => {
      const { uid, mode } = statSync(path);
      return uid === process.getuid?.() && (mode & 0o022) === 0;
    });
  } catch {
    return false;
  }
}

function readKept(file: string): Kept | undefined {
  try {
    return process.getBuiltinModule('node:v8').deserialize(readFileSync(file)) as Kept;
  } catch {
    return undefined;
  }
}

/** Written aside and renamed, so that a run beside this one never reads half a file. */
function keep(file: string, kept: Kept): void {
  const unfinished = `${file}.${process.pid}`;
  try {
    writeFileSync(unfinished, process.getBuiltinModule('node:v8').serialize(kept), { mode: 0o600 });
    renameSync(unfinished, file);
    removeOldest(dirname(file));
  } catch {
    // The next run reads the text again.
    rmSync(unfinished, { force: true });
  }
}

function removeOldest(directory: string): void {
  const files = readdirSync(directory).map((name) => join(directory, name));
  if (files.length <= MOST) return;
  const times = new Map(files.map((file) => [file, statSync(file).mtimeMs]));
  const newestFirst = files.toSorted((a, b) => (times.get(b) ?? 0) - (times.get(a) ?? 0));
  for (const file of newestFirst.slice(MOST)) rmSync(file, { force: true });
}
