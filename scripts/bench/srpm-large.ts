import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { measure } from './measure.ts';
import { makeRepository } from './repository.ts';
import { PACKIT, memoryRow, ratioRow } from './scenario.ts';
import type { Scenario } from './scenario.ts';
import { bareTools } from './srpm.ts';

const FILES = 650;
const FILE_BYTES = 1_000_000;

export const largeSrpmScenario: Scenario = {
  name: 'srpm-large',
  large: true,
  async run(directory) {
    const repository = join(directory, 'bench');
    const output = join(directory, 'output');
    mkdirSync(repository);
    mkdirSync(output);
    const files: Record<string, Uint8Array> = {};
    for (let index = 0; index < FILES; index += 1) files[`data/${index}.bin`] = noise(index);
    makeRepository(repository, files);
    const [bare, ours] = await measure(
      [
        bareTools(directory, repository),
        { name: 'packit srpm', steps: [{ argv: [...PACKIT, 'srpm', repository], cwd: output }] },
      ],
      { runs: 3, warmup: 0 },
    );
    if (bare === undefined || ours === undefined) return [];
    return [
      ratioRow("`packit srpm`, 650 MB / bare tools with rpm's default compression", ours, bare, 1),
      memoryRow('`packit srpm`, 650 MB', ours, 150),
    ];
  },
};

/** Bytes like a source tree's: half of them compress, half do not, the same in every run. */
function noise(seed: number): Uint8Array {
  const bytes = Buffer.alloc(FILE_BYTES);
  for (let at = 0; at < FILE_BYTES; at += 128) {
    createHash('sha512').update(`${seed}:${at}`).digest().copy(bytes, at);
  }
  return bytes;
}
