import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSpec, setTag, stringifySpec } from '../../src/spec/index.ts';
import { measure } from './measure.ts';
import { SPEC } from './repository.ts';
import { PACKIT, ROOT, ratioRow } from './scenario.ts';
import type { Row, Scenario } from './scenario.ts';

const CORPUS = join(ROOT, '..', 'shared', 'corpus', 'specs');

export const specScenario: Scenario = {
  name: 'spec',
  large: false,
  async run(directory) {
    const { name, bytes } = largestSpec();
    const once = roundTrip(bytes);
    const rows: Row[] = [
      {
        subject: `parse, one edit, stringify: ${name}, ${(bytes.length / 1000).toFixed(0)} kB`,
        measured: `${once.toFixed(1)} ms`,
        bound: 'under 20 ms',
        holds: once < 20,
      },
    ];
    // Ten of them leave as much to the garbage collector as the big one; and both are larger than a processor's caches.
    const small = roundTrip(lines(2_000_000), 10);
    const big = roundTrip(lines(20_000_000));
    rows.push({
      subject: 'parse, ten times the size',
      measured: `${(big / small).toFixed(1)} times (${big.toFixed(0)} ms against ${small.toFixed(0)} ms)`,
      bound: 'at most 12 times',
      holds: big / small <= 12,
    });

    const file = join(directory, 'bench.spec');
    writeFileSync(file, SPEC);
    const [bare, show] = await measure(
      [
        {
          name: 'node -e 0 + rpmspec -P',
          steps: [
            { argv: [process.execPath, '-e', '0'], cwd: directory },
            { argv: ['rpmspec', '-P', file], cwd: directory },
          ],
        },
        { name: 'packit spec show', steps: [{ argv: [...PACKIT, 'spec', 'show', file], cwd: directory }] },
      ],
      { runs: 21, warmup: 2 },
    );
    if (bare !== undefined && show !== undefined) {
      rows.push(ratioRow('`packit spec show` / `node -e 0` + `rpmspec -P`', show, bare, 3));
    }
    return rows;
  },
};

/** Milliseconds, of the fastest of some runs: what else the machine does is no part of it. A run is the mean of `repeats`. */
function roundTrip(bytes: Uint8Array, repeats = 1): number {
  const times: number[] = [];
  for (let run = 0; run < 9; run += 1) {
    const started = performance.now();
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      stringifySpec(setTag(parseSpec(bytes), 'Version', '9.8.7'));
    }
    times.push((performance.now() - started) / repeats);
  }
  return Math.min(...times);
}

/** A spec of about the given number of bytes, most of it changelog as in old packages. */
function lines(size: number): Uint8Array {
  const entry = `\n* Thu Feb 29 2024 Jane Doe <jane@example.com> - 0.1.0-1\n- Update to 0.1.0 (rhbz#1234567)\n- Fix %%{name} in %%build\n`;
  return Buffer.from(SPEC + entry.repeat(Math.ceil(size / entry.length)));
}

function largestSpec(): { name: string; bytes: Uint8Array } {
  if (!existsSync(CORPUS)) return { name: 'a generated spec', bytes: lines(500_000) };
  const [largest] = readdirSync(CORPUS)
    .map((name) => ({ name, size: statSync(join(CORPUS, name)).size }))
    .sort((left, right) => right.size - left.size);
  if (largest === undefined) return { name: 'a generated spec', bytes: lines(500_000) };
  return { name: largest.name.replace(/^.*--/, ''), bytes: readFileSync(join(CORPUS, largest.name)) };
}
