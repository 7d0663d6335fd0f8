import { describe, expect, test } from '@jest/globals';
import { judgePlan, tmtArguments } from '../../../../src/tools/tmt/index.ts';

/** From tmt 1.78, shortened. */
const result = (name: string, verdict: string): string => `- __class__:
    module: tmt.result
    name: Result
  check: []
  duration: 00:00:00
  log:
  - data/guest/default-0${name}-1/output.txt
  - data/guest/default-0${name}-1/failures.yaml
  name: ${name}
  note: []
  original-result: ${verdict}
  result: ${verdict}
  serial-number: 1
`;
const PLACE = { directory: '/run/plans/all', exitCode: 1, log: '/run/log.txt' };
const judge = (text: string | undefined) => judgePlan('/plans/all', text, PLACE);

describe('a plan is judged by its results', () => {
  test('all passed', () => {
    expect(judge(result('/a', 'pass') + result('/b', 'info'))).toMatchObject({
      name: '/plans/all',
      state: 'succeeded',
      note: '2 passed',
      tests: [
        { name: '/a', result: 'pass', log: '/run/plans/all/execute/data/guest/default-0/a-1/output.txt' },
        {},
      ],
    });
    expect(judge(result('/a', 'pass') + result('/b', 'skip'))).toMatchObject({
      state: 'succeeded',
      note: '1 passed, 1 skipped',
    });
  });

  test.each(['fail', 'warn', 'error', 'pending', 'new-word'])('%s is no success', (verdict) => {
    expect(judge(result('/a', 'pass') + result('/b', verdict))).toMatchObject({
      state: 'failed',
      note: `1 of 2 failed: /b (${verdict})`,
      log: '/run/plans/all/execute/data/guest/default-0/b-1/output.txt',
    });
  });

  test('no test, or all skipped: nothing was shown', () => {
    expect(judge('[]\n')).toMatchObject({ state: 'skipped', note: 'no test in it' });
    expect(judge(result('/a', 'skip'))).toMatchObject({ state: 'skipped', note: 'all 1 skipped' });
  });

  test('no results file, or half of one, is a failure', () => {
    expect(judge(undefined)).toMatchObject({ state: 'failed', log: '/run/log.txt', tests: [] });
    expect(judge('- name: /a\n  result: [')).toMatchObject({ state: 'failed' });
    expect(judge('')).toMatchObject({ state: 'failed' });
  });
});

describe('arguments of tmt', () => {
  const options = { runDir: '/run', plans: [], packages: [] };

  test("packages are inserted: the plan's own preparation stays", () => {
    const argv = tmtArguments({
      ...options,
      provision: { how: 'container', image: 'fedora:rawhide' },
      plans: ['/plans/a', 'b$'],
      packages: ['/x/a.rpm', '/x/b c.rpm'],
    });
    expect(argv).toEqual(
      (
        'tmt --context initiator=packit run --id /run --all plan --name=/plans/a --name=b$ ' +
        'provision --how container --image fedora:rawhide prepare --insert --how install --package /x/a.rpm --package'
      )
        .split(' ')
        .concat('/x/b c.rpm'),
    );
  });

  test('on this machine only where tmt is told that it may', () => {
    expect(tmtArguments({ ...options, provision: { how: 'local' } }).join(' ')).toBe(
      'tmt --feeling-safe --context initiator=packit run --id /run --all provision --how local',
    );
  });
});
