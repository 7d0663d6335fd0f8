/**
 * `files_to_sync` against the real rsync: random trees, sources, destinations, filters and flags; what
 * rsync leaves in the destination and what packit leaves there must be the same.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { syncFiles } from '../../../src/project/sync/index.ts';
import type { SyncItem } from '../../../src/project/sync/index.ts';
import { isPackitError } from '../../../src/errors.ts';

type Node = { file: string; executable: boolean } | { link: string } | { folder: Record<string, Node> };

const RUNS = Number(process.env.SYNC_RUNS ?? 150);
const available = spawnSync('rsync', ['--version']).status === 0;
const whenAvailable = available ? test : test.skip;

const name = fc.constantFrom('a', 'b', 'c.txt', 'd', 'README', '.e');
const tree = fc.letrec<{ folder: Record<string, Node>; node: Node }>((tie) => ({
  folder: fc.dictionary(name, tie('node'), { maxKeys: 4, noNullPrototype: true }),
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true, maxDepth: 3 },
    fc.record({ file: fc.string({ maxLength: 3 }), executable: fc.boolean() }),
    fc.record({ link: fc.constantFrom('a', 'b/c.txt', 'nowhere') }),
    fc.record({ folder: tie('folder') }),
  ),
})).folder;

const path = fc
  .tuple(fc.array(name, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([parts, slash]) => parts.join('/') + (slash ? '/' : ''));
const pattern = fc.constantFrom(
  'a',
  '/a',
  'b/',
  '/b/',
  'a/b',
  '*',
  '*.txt',
  '/*',
  'a/**',
  '**/c.txt',
  '/a/*',
  '?',
  '[ab]',
  'a/***',
  '*/c.txt',
  'b/**/d',
  '**',
  '.e',
  '[!a]',
  '/d/*/a',
);
const filter = fc
  .tuple(
    fc.constantFrom('-', '+', 'exclude', 'include', 'protect', 'hide', 'show', 'P', 'R', 'risk', '-!', '-r'),
    pattern,
  )
  .map(([kind, text]) => `${kind} ${text}`);
const item: fc.Arbitrary<SyncItem> = fc.record({
  src: fc.array(fc.oneof({ arbitrary: path, weight: 3 }, fc.constantFrom('./', './a/')), {
    minLength: 1,
    maxLength: 3,
  }),
  dest: fc.oneof(path, fc.constantFrom('.', './', 'new/', 'new', 'x/y', 'x/y/')),
  mkpath: fc.boolean(),
  delete: fc.boolean(),
  filters: fc.array(filter, { maxLength: 3 }),
});

function build(folder: Record<string, Node>, at: string): void {
  mkdirSync(at, { recursive: true });
  for (const [key, node] of Object.entries(folder)) {
    const to = join(at, key);
    if ('folder' in node) build(node.folder, to);
    else if ('link' in node) symlinkSync(node.link, to);
    else {
      writeFileSync(to, node.file);
      chmodSync(to, node.executable ? 0o755 : 0o644);
    }
  }
}

function listing(at: string, prefix = ''): string[] {
  return readdirSync(at)
    .sort()
    .flatMap((key) => {
      const full = join(at, key);
      const found = lstatSync(full);
      const label = `${prefix}${key}`;
      if (found.isSymbolicLink()) return [`${label} -> ${readlinkSync(full)}`];
      // git keeps no empty directories, so they are not compared.
      if (found.isDirectory()) return listing(full, `${label}/`);
      return [
        `${label} ${(found.mode & 0o111) === 0 ? 'x-' : 'x+'} ${JSON.stringify(readFileSync(full, 'latin1'))}`,
      ];
    });
}

function hasLink(folder: Record<string, Node>): boolean {
  return Object.values(folder).some((node) => 'link' in node || ('folder' in node && hasLink(node.folder)));
}

function absolute(root: string, written: string): string {
  const clean = written.replace(/^\.(?:\/|$)/, '').replace(/\/$/, '');
  const slash = written.endsWith('/') ? '/' : '';
  return `${clean === '' ? root : `${root}/${clean}`}${slash}`;
}

async function compare(
  source: Record<string, Node>,
  destination: Record<string, Node>,
  wanted: SyncItem,
): Promise<void> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'packit-sync-')));
  try {
    build(source, join(home, 'up'));
    // Different contents, so that rsync's "same size and time" never leaves a file out.
    execFileSync('find', [join(home, 'up'), '-type', 'f', '-exec', 'touch', '-d', '2020-01-01', '{}', '+']);
    build(destination, join(home, 'theirs'));
    build(destination, join(home, 'ours'));
    // rsync fails where even the directory of a missing source is missing; packit ignores both alike.
    const sources = wanted.src
      .map((entry) => absolute(join(home, 'up'), entry))
      .filter((entry) => existsSync(entry.replace(/\/$/, '')));
    if (sources.length === 0) return;
    const argv = [
      '--archive',
      ...(wanted.delete ? ['--delete'] : []),
      ...wanted.filters.flatMap((rule) => ['--filter', rule]),
      ...(wanted.mkpath ? ['--mkpath'] : []),
      '--ignore-missing-args',
      ...sources,
      absolute(join(home, 'theirs'), wanted.dest),
    ];
    const theirs = spawnSync('rsync', argv, { encoding: 'utf8' });
    let failed = false;
    let idle = false;
    try {
      const done = await syncFiles({
        items: [wanted],
        source: join(home, 'up'),
        destination: join(home, 'ours'),
      });
      idle = done.operations.length === 0;
    } catch (error) {
      if (!isPackitError(error)) throw error;
      failed = true;
    }
    const context = `rsync ${argv.join(' ')}\n${theirs.stderr}`.replaceAll(home, '');
    // With nothing to copy, rsync still wants a destination it could copy to.
    if (idle && theirs.status !== 0) return;
    expect({ context, failed }).toEqual({ context, failed: theirs.status !== 0 });
    // What rsync had done when it failed is not ours to repeat: packit leaves such a branch alone.
    if (failed) return;
    expect({ context, files: listing(join(home, 'ours')) }).toEqual({
      context,
      files: listing(join(home, 'theirs')),
    });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

describe('the same as rsync', () => {
  if (!available) console.warn('rsync is not installed: files_to_sync is not compared with it');

  whenAvailable(
    'whatever is asked',
    async () => {
      await fc.assert(
        fc.asyncProperty(tree, tree, item, async (source, destination, wanted) => {
          // Links in named paths are followed by packit itself (as the reference does), not by rsync.
          fc.pre(!hasLink(source) || wanted.src.every((entry) => /^\.\/$/.test(entry)));
          fc.pre(!hasLink(destination) || /^\.\/?$/.test(wanted.dest));
          await compare(source, destination, wanted);
        }),
        { numRuns: RUNS, seed: 20240229, endOnFailure: false },
      );
    },
    120_000,
  );
});
