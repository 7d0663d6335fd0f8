/** A package in dist-git and the source-git repository that was made of it. */
import { mkdirSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { createRepository } from './git.ts';
import type { TestRepository } from './git.ts';
import { packitEndedAt, stepsIn } from './kill-points.ts';
import type { CliResult } from './cli.ts';
import { snapshot } from './snapshot.ts';
import { createSourceGit, filesIn, NUMBERS, sourceGitSpec } from './source-git-project.ts';
import type { SourceGitOptions } from './source-git-project.ts';

/** As a maintainer has made it: a plain diff of another tool, numbers with gaps, a comment with a macro, blank lines. */
const TEN = `Ten in a word.

diff -up hello-1.0/numbers.orig hello-1.0/numbers
--- hello-1.0/numbers.orig	2024-01-01 10:00:00.000000000 +0100
+++ hello-1.0/numbers	2024-01-01 10:00:01.000000000 +0100
@@ -8,5 +8,5 @@
 8
 9
-10
+ten
 11
 12
`;
const TWENTY = `From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001
From: Somebody Else <else@example.com>
Date: Mon, 1 Jan 2024 10:00:00 +0100
Subject: [PATCH 4/7] Twenty
 in a word

---
diff --git a/numbers b/numbers
index 1234567..2345678 100644
--- a/numbers
+++ b/numbers
@@ -19,3 +19,3 @@ 18
 19
-20
+twenty
 21
-- 
2.43.0

`;
export const PATCH_TAGS = `
# From the mailing list: %{url}
Patch3:   ten.patch
Patch5:   twenty.patch

`;

export interface PatchedPair {
  source: TestRepository;
  dist: TestRepository;
}

/** A package with two patches, and the source-git repository that was made of it. */
export function createPair(home: string, options: SourceGitOptions = {}): PatchedPair {
  const dist = createRepository(join(home, 'rpms/hello'), home);
  dist.write('hello.spec', sourceGitSpec({ ...options, tags: PATCH_TAGS }));
  dist.write('ten.patch', TEN);
  dist.write('twenty.patch', TWENTY);
  dist.write('sources', 'SHA512 (hello-1.0.tar.gz) = 00\n');
  dist.write('.gitignore', '/hello-1.0.tar.gz\n');
  dist.write('gating.yaml', 'rules: []\n');
  const fromDistGit = dist.commit('Import');
  const source = createSourceGit(home, { ...options, fromDistGit, tags: '\n' });
  source.git('rm', '--quiet', '--cached', '.distro/hello-1.0.tar.gz');
  source.write('.git/info/exclude', '.distro/hello-1.0.tar.gz\n');
  source.write('.distro/gating.yaml', 'rules: []\n');
  source.git('add', '--all');
  source.git('commit', '--quiet', '--amend', '--no-edit');
  const mark = `From-dist-git-commit: ${fromDistGit}`;
  source.write('numbers', NUMBERS.replace('\n10\n', '\nten\n'));
  source.commit(
    `Ten\n\nPatch-name: ten.patch\nPatch-id: 3\nPatch-status: |\n    # From the mailing list: %{url}\n${mark}`,
  );
  source.write('numbers', changedNumbers());
  source.commit(`Twenty\n\nPatch-name: twenty.patch\nPatch-id: 5\n${mark}`);
  return { source, dist };
}

/** `numbers` after both patches, with one more change. */
export function changedNumbers(from = '', to = ''): string {
  return NUMBERS.replace('\n10\n', '\nten\n').replace('\n20\n', '\ntwenty\n').replace(from, to);
}

/** What is of no matter: objects nobody refers to, and when git has looked at which file. */
export const withoutObjects = (path: string): boolean =>
  path.startsWith('.git/objects/') || path === '.git/index';

/** All there is in both repositories. */
export function pairState({ source, dist }: PatchedPair): unknown {
  return [source, dist].map((repository) => [
    snapshot(repository.dir, withoutObjects),
    repository.git('ls-files', '--stage'),
  ]);
}

/** A pair with a new commit that changes, adds and removes. */
function unsyncedPair(home: string): PatchedPair {
  const pair = createPair(home);
  pair.source.write('numbers', changedNumbers('\n29\n', '\nlast\n'));
  pair.source.git('rm', '--quiet', '.distro/gating.yaml');
  pair.source.commit('Last');
  mkdirSync(join(home, 'scratch'));
  return pair;
}

function updateIn(
  home: string,
  pair: PatchedPair,
  args: readonly string[],
  kill?: Parameters<typeof packitEndedAt>[2],
): Promise<CliResult> {
  return packitEndedAt(
    ['source-git', 'update-dist-git', ...args, pair.source.dir, pair.dist.dir],
    { cwd: home, env: { ...pair.source.env, TMPDIR: join(home, 'scratch') } },
    kill,
  );
}

export interface Undisturbed {
  steps: number;
  /** Names of the files dist-git has in the end. */
  done: string[];
}

/** How `update-dist-git` goes when nothing happens to it. */
export async function undisturbed(args: readonly string[], newDirectory: () => string): Promise<Undisturbed> {
  const home = newDirectory();
  const pair = unsyncedPair(home);
  const { stderr } = await updateIn(home, pair, args);
  return { steps: stepsIn(stderr), done: Object.keys(filesIn(pair.dist.dir)) };
}

export interface EndedUpdate {
  args: readonly string[];
  signal: NodeJS.Signals;
  step: number;
  done: readonly string[];
  /** An empty one. */
  directory: string;
}

/** Ends `update-dist-git` at a step: all or nothing is done, and the next run does the rest. */
export async function endUpdate({ args, signal, step, done, directory }: EndedUpdate): Promise<void> {
  const pair = unsyncedPair(directory);
  const [before, then] = [filesIn(pair.dist.dir), pairState(pair)];
  await updateIn(directory, pair, args, { signal, point: { step } });
  await childrenEnded(directory);
  const after = filesIn(pair.dist.dir);
  if (JSON.stringify(after) === JSON.stringify(before)) expect(pairState(pair)).toEqual(then);
  else expect(Object.keys(after)).toEqual(done);
  const scratch = join(directory, 'scratch');
  if (signal !== 'SIGKILL') expect(readdirSync(scratch)).toEqual([]);
  const next = await updateIn(directory, pair, args);
  // Changes that are not committed are in the way of the next run.
  expect(args.length > 0 ? [0] : [0, 2]).toContain(next.exitCode);
  expect(Object.keys(filesIn(pair.dist.dir))).toEqual(done);
  // One that is refused at once has no need of a place to work in, and does not tidy it up.
  if (next.exitCode === 0) expect(readdirSync(scratch)).toEqual([]);
}

/** What git was doing when packit was killed, it does to its end. */
async function childrenEnded(directory: string): Promise<void> {
  const isWorking = (pid: string): boolean => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(directory);
    } catch {
      return false;
    }
  };
  for (let tries = 0; tries < 400 && readdirSync('/proc').some(isWorking); tries++) {
    await new Promise((wait) => setTimeout(wait, 25));
  }
}
