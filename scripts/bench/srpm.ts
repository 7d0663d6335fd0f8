import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measure } from './measure.ts';
import type { BenchCommand } from './measure.ts';
import { SPEC, makeRepository } from './repository.ts';
import { PACKIT, memoryRow, ratioRow } from './scenario.ts';
import type { Scenario } from './scenario.ts';

/** The tools that any SRPM from git needs: an archive, a build, and the start of Node for being a Node program. */
export function bareTools(directory: string, repository: string): BenchCommand {
  const staging = join(directory, 'bare');
  mkdirSync(staging, { recursive: true });
  writeFileSync(join(staging, 'bench.spec'), SPEC);
  const defines = ['_topdir', '_sourcedir', '_srcrpmdir', '_specdir', '_builddir'].flatMap((name) => [
    '--define',
    `${name} ${staging}`,
  ]);
  return {
    name: 'git archive + rpmbuild -bs + node -e 0',
    steps: [
      {
        argv: ['git', 'archive', '--prefix=bench-0.1.0/', '-o', join(staging, 'bench-0.1.0.tar.gz'), 'HEAD'],
        cwd: repository,
      },
      { argv: ['rpmbuild', '-bs', ...defines, 'bench.spec'], cwd: staging },
      { argv: [process.execPath, '-e', '0'], cwd: staging },
    ],
  };
}

export const srpmScenario: Scenario = {
  name: 'srpm',
  large: false,
  async run(directory) {
    const repository = join(directory, 'bench');
    const output = join(directory, 'output');
    mkdirSync(repository);
    mkdirSync(output);
    makeRepository(repository);
    const [bare, ours] = await measure(
      [
        bareTools(directory, repository),
        { name: 'packit srpm', steps: [{ argv: [...PACKIT, 'srpm', repository], cwd: output }] },
      ],
      { runs: 21, warmup: 2 },
    );
    if (bare === undefined || ours === undefined) return [];
    return [
      ratioRow('`packit srpm`, small / `git archive` + `rpmbuild -bs` + `node -e 0`', ours, bare, 4),
      memoryRow('`packit srpm`, small', ours),
      memoryRow('bare tools, small', bare),
    ];
  },
};
