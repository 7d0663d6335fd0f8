import { expect, test } from '@jest/globals';
import { runForStrangers } from '../../../../src/tools/process/index.ts';
import type { Run, RunOptions } from '../../../../src/tools/process/index.ts';

test('strangers see few variables, and those they are given', async () => {
  const seen: RunOptions[] = [];
  const run: Run = (argv, options) => {
    seen.push(options);
    return Promise.resolve({ argv, exitCode: 0, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) });
  };
  const env = {
    PATH: '/bin',
    LC_TIME: 'C',
    https_proxy: 'http://proxy:3128',
    HTTP_PROXY: 'http://jane:secret@proxy:3128',
    AWS_SECRET_ACCESS_KEY: 'x',
    GH_PAT: 'x',
    SSH_AUTH_SOCK: '/run/agent',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_VALUE_0: 'AUTHORIZATION: basic x',
    MY_PASSPHRASE: 'x',
    unset: undefined,
  };
  await runForStrangers(run, env)(['env'], { cwd: '/', env: { PACKIT_PWD: '/p', GH_PAT: 'given' } });
  expect(seen).toEqual([
    {
      cwd: '/',
      env: {
        HTTP_PROXY: undefined,
        AWS_SECRET_ACCESS_KEY: undefined,
        GH_PAT: 'given',
        SSH_AUTH_SOCK: undefined,
        GIT_CONFIG_COUNT: undefined,
        GIT_CONFIG_VALUE_0: undefined,
        MY_PASSPHRASE: undefined,
        PACKIT_PWD: '/p',
      },
    },
  ]);
});
