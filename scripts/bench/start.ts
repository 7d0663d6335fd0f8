import { PACKIT, ratioRow } from './scenario.ts';
import type { Scenario } from './scenario.ts';
import { measure } from './measure.ts';

export const startScenario: Scenario = {
  name: 'start',
  large: false,
  async run(directory) {
    const [bare, version, help] = await measure(
      [
        { name: 'node -e 0', steps: [{ argv: [process.execPath, '-e', '0'], cwd: directory }] },
        { name: 'packit --version', steps: [{ argv: [...PACKIT, '--version'], cwd: directory }] },
        { name: 'packit --help', steps: [{ argv: [...PACKIT, '--help'], cwd: directory }] },
      ],
      { runs: 31, warmup: 3 },
    );
    if (bare === undefined || version === undefined || help === undefined) return [];
    return [
      ratioRow('`packit --version` / `node -e 0`', version, bare, 1.4),
      ratioRow('`packit --help` / `node -e 0`', help, bare, 3),
    ];
  },
};
