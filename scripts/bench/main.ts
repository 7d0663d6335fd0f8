/**
 * npm run bench [-- NAME ...]: ratios against the bare tools, measured in one run. Without names: all but the
 * ones marked large. Exits 1 if a bound is broken.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configScenario } from './config.ts';
import { coprScenario } from './copr.ts';
import { listenScenario } from './listen.ts';
import type { Scenario } from './scenario.ts';
import { specScenario } from './spec.ts';
import { proposeUpdateScenario } from './propose-update.ts';
import { startScenario } from './start.ts';
import { srpmScenario } from './srpm.ts';
import { largeSrpmScenario } from './srpm-large.ts';
import { manyFilesScenario } from './srpm-many-files.ts';

const SCENARIOS: readonly Scenario[] = [
  startScenario,
  configScenario,
  srpmScenario,
  specScenario,
  proposeUpdateScenario,
  coprScenario,
  largeSrpmScenario,
  manyFilesScenario,
  listenScenario,
];

const names = process.argv.slice(2);
const chosen = SCENARIOS.filter((scenario) =>
  names.length === 0 ? !scenario.large : names.includes(scenario.name),
);
if (chosen.length === 0) {
  console.error(`No such benchmark. There are: ${SCENARIOS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

console.log('| benchmark | measured | bound | |');
console.log('| --- | --- | --- | --- |');
for (const scenario of chosen) {
  const directory = mkdtempSync(join(tmpdir(), 'packit-bench-'));
  try {
    for (const { subject, measured, bound, holds } of await scenario.run(directory)) {
      console.log(
        `| ${subject} | ${measured} | ${bound ?? ''} | ${bound === undefined ? '' : holds ? 'holds' : '**broken**'} |`,
      );
      if (bound !== undefined && !holds) process.exitCode = 1;
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
