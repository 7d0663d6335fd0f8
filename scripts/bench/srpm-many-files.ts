import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { measure } from './measure.ts';
import type { Measurement } from './measure.ts';
import { makeRepository } from './repository.ts';
import { PACKIT, memoryRow, milliseconds } from './scenario.ts';
import type { Row, Scenario } from './scenario.ts';
import { bareTools } from './srpm.ts';

const FILES = 100_000;
const FILES_OF_A_DIRECTORY = 100;

/** Many small files: without actions git reads them, with one they are copied. The disk decides, so that there are no bounds. */
export const manyFilesScenario: Scenario = {
  name: 'srpm-many-files',
  large: true,
  async run(directory) {
    const repository = join(directory, 'bench');
    const output = join(directory, 'output');
    const workTree = join(directory, 'work-tree');
    mkdirSync(repository);
    mkdirSync(output);
    const files: Record<string, string> = {
      '.packit.yaml': 'upstream_tag_template: "v{version}"\nactions:\n  post-upstream-clone: "true"\n',
    };
    for (let index = 0; index < FILES; index += 1) {
      const name = `d${Math.floor(index / FILES_OF_A_DIRECTORY)}/f${index}.c`;
      files[name] = `int f${index}(void) { return ${index}; }\n`;
    }
    makeRepository(repository, files);
    const srpm = (...options: string[]) => [
      { argv: [...PACKIT, 'srpm', ...options, repository], cwd: output },
    ];
    const git = (...args: string[]): readonly string[] => ['git', '-C', repository, 'worktree', ...args];
    const [bare, plain, added, copied] = await measure(
      [
        bareTools(directory, repository),
        { name: 'packit srpm --no-actions', steps: srpm('--no-actions') },
        {
          name: 'git worktree add',
          prepare: () => {
            const [file = '', ...args] = git('remove', '--force', workTree);
            if (existsSync(workTree)) execFileSync(file, args);
          },
          steps: [{ argv: git('add', '-q', '--detach', workTree), cwd: directory }],
        },
        { name: 'packit srpm', steps: srpm() },
      ],
      { runs: 3, warmup: 0 },
    );
    if (bare === undefined || plain === undefined || added === undefined || copied === undefined) return [];
    return [
      comparison('`packit srpm`, 100,000 files, no action / bare tools', plain, bare),
      memoryRow('`packit srpm`, 100,000 files, no action', plain),
      comparison('`packit srpm`, 100,000 files, one action / `git worktree add`', copied, added),
      memoryRow('`packit srpm`, 100,000 files, one action', copied),
    ];
  },
};

function comparison(subject: string, ours: Measurement, bare: Measurement): Row {
  const ratio = (ours.median / bare.median).toFixed(2);
  return {
    subject,
    measured: `${ratio} (${milliseconds(ours.median)} against ${milliseconds(bare.median)})`,
    holds: true,
  };
}
