import { expect, test } from '@jest/globals';
import { unknownDefaults } from '../../../src/cli/option-defaults.ts';
import { warnOfUnknown } from '../../../src/cli/unknown-defaults.ts';
import { silentUi } from '../../../src/ui.ts';
import type { Warning } from '../../../src/ui.ts';

const OPTIONS = [
  { name: '--output', attribute: 'output', isBoolean: false },
  { name: '--no-pr', attribute: 'pr', isBoolean: true },
  { name: '--config', attribute: 'config', isBoolean: false },
];

test('what no option has is a warning with the nearest name', () => {
  const env = {
    PACKIT_OUTPTU: 'x',
    PACKIT_NO_PR: '1',
    PACKIT_PACKAGE_CONFIG_PATH: 'x',
    PACKIT_EMPTY: '',
    HOME: '/',
  };
  const file = { path: '/p/.packit', values: { 'out-putt': 1, no_pr: true, zzz: 1 } };
  const warnings: Warning[] = [];
  warnOfUnknown(
    unknownDefaults(() => OPTIONS, env, file),
    {
      ...silentUi(),
      warn: (warning) => void warnings.push(warning),
    },
  );
  expect(warnings.map(({ message, hint, location }) => [message, hint, location?.file])).toEqual([
    ['No option is set by the variable PACKIT_OUTPTU', 'Did you mean PACKIT_OUTPUT?', undefined],
    ['No option is called "out-putt"', 'Did you mean "output"?', '/p/.packit'],
    ['No option is called "zzz"', expect.stringContaining('no effect'), '/p/.packit'],
  ]);
});

test('variables of services, secrets and actions are none of them', () => {
  const env = {
    PACKIT_TOKEN_GITHUB_COM: 'x',
    PACKIT_BODHI_URL: 'x',
    PACKIT_RETRY_DELAY: '1',
    PACKIT_PROJECT_VERSION: '1',
    PACKIT_CONFIG_PACKAGE_NAME: 'a',
  };
  expect(unknownDefaults(() => OPTIONS, env)).toEqual([]);
});
