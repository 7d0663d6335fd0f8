import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measure } from './measure.ts';
import { IDENTITY, SPEC, makeRepository } from './repository.ts';
import { PACKIT, ratioRow } from './scenario.ts';
import type { Scenario } from './scenario.ts';

/** A source that dist-git tracks itself: nothing to download, nothing to upload. */
const LOCAL_SOURCE = SPEC.replace('%{name}-%{version}.tar.gz', 'bench.conf');
const BRANCHES = ['rawhide', 'f43', 'f42'];

export const proposeUpdateScenario: Scenario = {
  name: 'propose-update',
  large: false,
  async run(directory) {
    const upstream = join(directory, 'bench');
    const distGit = join(directory, 'rpms', 'bench');
    mkdirSync(upstream);
    mkdirSync(distGit, { recursive: true });
    makeRepository(upstream, { 'bench.spec': LOCAL_SOURCE, 'bench.conf': 'x\n' });
    const env = { ...process.env, ...IDENTITY };
    const git = (cwd: string, ...args: string[]): void => {
      execFileSync('git', args, { cwd, env, stdio: 'ignore' });
    };
    git(upstream, 'commit', '-q', '--allow-empty', '-m', 'Second');
    git(upstream, 'tag', 'v0.2.0');
    git(distGit, 'init', '-q', '-b', 'rawhide');
    writeFileSync(join(distGit, 'bench.spec'), LOCAL_SOURCE);
    writeFileSync(join(distGit, 'bench.conf'), 'x\n');
    git(distGit, 'add', '.');
    git(distGit, 'commit', '-q', '-m', 'First');
    for (const branch of BRANCHES.slice(1)) git(distGit, 'branch', branch);

    const propose = (branches: readonly string[]) => ({
      argv: [
        ...PACKIT,
        'propose-update',
        '--dry-run',
        '--no-pr',
        '--dist-git-branch',
        branches.join(','),
        '.',
        '0.2.0',
      ],
      cwd: upstream,
      env: { ...IDENTITY, DISTGIT_URL: `file://${directory}`, DISTGIT_NAMESPACE: 'rpms', HOME: directory },
    });
    const [one, three] = await measure(
      [
        { name: 'one branch', steps: [propose(BRANCHES.slice(0, 1))] },
        { name: 'three branches', steps: [propose(BRANCHES)] },
      ],
      { runs: 11, warmup: 1 },
    );
    if (one === undefined || three === undefined) return [];
    return [ratioRow('`propose-update --dry-run`, three branches / one branch', three, one, 1.8)];
  },
};
