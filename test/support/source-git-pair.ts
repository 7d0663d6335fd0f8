/** A source-git repository and its dist-git, in sync: `source` and `hello` side by side. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { packit } from './cli.ts';
import type { CliResult } from './cli.ts';
import { createRepository } from './git.ts';
import type { TestRepository } from './git.ts';
import { createSourceGit, sourceGitSpec } from './source-git-project.ts';

export interface SourceGitPair {
  home: string;
  source: TestRepository;
  dist: TestRepository;
  /** The commits that say the same. */
  start: { source: string; dist: string };
  /** `packit source-git ...` in `home`. */
  run(...args: string[]): Promise<CliResult>;
}

/** Lines that dist-git's spec has and source-git's does not. */
export const PATCH_TAGS = '# Upstream has it already\nPatch1:         fix.patch\n';

export function createPair(home: string): SourceGitPair {
  const source = createSourceGit(home);
  const dist = createRepository(join(home, 'hello'), home);
  dist.write('hello.spec', sourceGitSpec({ tags: PATCH_TAGS }));
  dist.write('fix.patch', '--- a/numbers\n+++ b/numbers\n@@ -1,3 +1,3 @@\n 1\n-2\n+two\n 3\n');
  dist.write('sources', 'SHA512 (hello-1.0.tar.gz) = 00\n');
  dist.write('.gitignore', '/hello-1.0.tar.gz\n');
  dist.write('hello.conf', 'greeting=hi\n');
  const distCommit = dist.commit('Import hello 1.0');
  source.git('rm', '-q', '.distro/hello-1.0.tar.gz');
  source.write('.distro/hello.conf', 'greeting=hi\n');
  const sourceCommit = source.commit(`In sync\n\nFrom-dist-git-commit: ${distCommit}`);
  return {
    home,
    source,
    dist,
    start: { source: sourceCommit, dist: distCommit },
    run: (...args) => packit(['source-git', ...args], { cwd: home, env: source.env }),
  };
}

/** The bytes git prints. */
export function gitBytes({ dir, env }: TestRepository, ...args: string[]): Buffer {
  return execFileSync('git', args, { cwd: dir, env: { ...env }, stdio: 'pipe' });
}
