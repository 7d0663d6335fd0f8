#!/usr/bin/env node
/**
 * The import rules of docs/architecture.md: rooms import downwards only, a sibling folder is entered
 * through its index.ts, and a few libraries have one importer.
 */
import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { globSync } from 'tinyglobby';

const root = resolve(import.meta.dirname, '..', 'src');
/** Higher floors may import lower ones. `spec` stands alone on `errors`. */
const FLOOR = {
  cli: 5,
  workflows: 4,
  context: 3,
  project: 2,
  session: 2,
  spec: 2,
  tools: 1,
  remote: 1,
  ui: 0,
  errors: 0,
  'run-state': 0,
};
/** Floors of the workflows; one that is not named is a command's own. */
const WORKFLOW_FLOOR = {
  srpm: 0,
  build: 2,
  'dist-git': 1,
  upstream: 1,
  'packaging-services': 1,
  'release-update': 2,
  // What its jobs do are other commands' workflows; the handlers of events are those of ci.
  ci: 4,
  listen: 5,
  // Looks at whatever the others stand on.
  doctor: 5,
};
const TOP_WORKFLOW = 3;
const SOLE_IMPORTER = {
  execa: 'tools/process/',
  'simple-git': 'tools/git/',
  chalk: 'cli/ui/',
  ora: 'cli/ui/',
  commander: 'cli/',
  '@octokit/rest': 'remote/forge/github/',
  '@gitbeaker/rest': 'remote/forge/gitlab/',
  amqplib: 'remote/amqp/',
  'smol-toml': 'remote/fedora-messaging/',
  'prom-client': 'workflows/listen/',
};
const IMPORT =
  /^(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gms;

const problems = [];
for (const file of globSync('**/*.ts', { cwd: root })) {
  const text = readFileSync(join(root, file), 'utf8');
  for (const match of text.matchAll(IMPORT)) {
    const typeOnly = match[1] !== undefined;
    const target = match[2] ?? match[3];
    const line = text.slice(0, match.index).split('\n').length;
    const problem = check(file, target, typeOnly);
    if (problem) problems.push(`src/${file}:${line}: ${problem}`);
  }
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error(`\n${problems.length} import(s) against the rules of docs/architecture.md`);
  process.exitCode = 1;
}

function check(file, target, typeOnly) {
  if (!target.startsWith('.')) {
    const owner = SOLE_IMPORTER[target];
    return owner && !file.startsWith(owner) ? `only src/${owner} imports ${target}` : undefined;
  }
  const to = relative(root, resolve(root, dirname(file), target));
  if (to.startsWith('..')) return to === '../package.json' ? undefined : `${target} leaves src/`;
  const from = roomOf(file);
  const into = roomOf(to);
  if (from === undefined || into === undefined) return undefined;
  if (from === 'spec' && into !== 'spec' && into !== 'errors')
    return `spec imports nothing but errors, not ${to}`;
  if (into === 'cli' && from !== 'cli') return `${from} must not import cli`;
  const climb = climbsWorkflows(file, to);
  if (climb !== undefined) return climb;
  if (typeOnly) return undefined;
  if (from !== into && FLOOR[from] < FLOOR[into])
    return `${from} must not import ${into} (imports point down)`;
  if (from !== into && FLOOR[from] === FLOOR[into] && FLOOR[from] > 0 && from !== 'project') {
    return `${from} and ${into} stand side by side; pass what is needed as an argument`;
  }
  const folder = folderOf(file);
  const entered = folderOf(to);
  if (entered !== undefined && entered !== folder && !to.endsWith('/index.ts') && into !== 'cli') {
    return `enter ${entered}/ through its index.ts`;
  }
  return undefined;
}

/** Folders of workflows import downwards too, types included. */
function climbsWorkflows(file, to) {
  const [from, into] = [file, to].map((path) => /^workflows\/([^/]+)\//.exec(path)?.[1]);
  if (from === undefined || into === undefined || from === into) return undefined;
  if ((WORKFLOW_FLOOR[from] ?? TOP_WORKFLOW) > (WORKFLOW_FLOOR[into] ?? TOP_WORKFLOW)) return undefined;
  return `workflows/${from} must not import workflows/${into}: see the floors in scripts/check-imports.mjs`;
}

/** The room (first folder, or the file itself) a path below src/ is in. */
function roomOf(path) {
  const first = path.split('/')[0].replace(/\.ts$/, '');
  return first in FLOOR ? first : undefined;
}

/** `project/version` for files of a room's folder; undefined for a file directly in a room. */
function folderOf(path) {
  const parts = path.split('/');
  if (parts[0] === 'spec') return 'spec';
  return parts.length > 2 ? parts.slice(0, 2).join('/') : undefined;
}
