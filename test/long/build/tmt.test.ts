/** The real tmt, on this machine itself. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { createRun } from '../../../src/tools/process/index.ts';
import { runTmt } from '../../../src/tools/tmt/index.ts';
import { createRepository, testEnvironment } from '../../support/git.ts';
import { fromPypi } from '../../support/programs/from-pypi.ts';
import { tempDir } from '../../support/temp.ts';

jest.setTimeout(600_000);
const bin = fromPypi('tmt', 'tmt');
const withTmt = bin === undefined ? test.skip : test;

const plan = (what: string, prepare = ''): string =>
  `discover:\n  how: fmf\n  test: ${what}\n${prepare}execute:\n  how: tmt\n`;

describe('tmt', () => {
  withTmt("plans are judged one by one, and a plan's own preparation is done", async () => {
    const home = tempDir();
    const repository = createRepository(join(home, 'project'), home);
    const marker = join(home, 'prepared');
    repository.write('.fmf/version', '1\n');
    repository.write('plans/bad.fmf', plan('/tests/(good|bad)'));
    repository.write('plans/empty.fmf', plan('/tests/none'));
    repository.write(
      'plans/good.fmf',
      plan('/tests/good', `prepare:\n  how: shell\n  script: touch ${marker}\n`),
    );
    repository.write('tests/good/main.fmf', 'test: echo fine\n');
    repository.write('tests/bad/main.fmf', 'test: echo it is broken; exit 1\n');
    repository.commit('Add tests');
    const run = createRun({ env: { ...testEnvironment(home), PATH: `${bin}:${process.env.PATH}` } });
    const options = { run, cwd: repository.dir, provision: { how: 'local' }, packages: [] } as const;

    const plans = await runTmt({ ...options, runDir: join(home, 'run'), plans: [] });
    expect(plans.map(({ name, state, note }) => ({ name, state, note }))).toEqual([
      { name: '/plans/bad', state: 'failed', note: '1 of 2 failed: /tests/bad (fail)' },
      { name: '/plans/empty', state: 'skipped', note: 'no test in it' },
      { name: '/plans/good', state: 'succeeded', note: '1 passed' },
    ]);
    expect(readFileSync(plans[0]?.log ?? '', 'utf8')).toContain('it is broken');
    expect(existsSync(marker)).toBe(true);

    const only = await runTmt({ ...options, runDir: join(home, 'second'), plans: ['good'] });
    expect(only).toMatchObject([{ name: '/plans/good', state: 'succeeded' }]);
    await expect(
      runTmt({ ...options, runDir: join(home, 'third'), plans: ['nothing-of-that-name'] }),
    ).rejects.toMatchObject({ code: 'TMT_NO_PLANS' });
    expect(repository.git('status', '--short')).toBe('');
  });
});
