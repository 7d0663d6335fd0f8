import { describe, expect, test } from '@jest/globals';
import { CommandError, EXIT } from '../../../../src/errors.ts';
import { oshArguments, submitScan } from '../../../../src/tools/osh/index.ts';
import type { OshScan } from '../../../../src/tools/osh/index.ts';
import type { Run } from '../../../../src/tools/process/index.ts';

const SCAN: OshScan = {
  srpm: '/x/a.src.rpm',
  config: 'fedora-rawhide-x86_64',
  comment: 'Submitted through Packit.',
};

function answering(stdout: string): Run {
  return (argv) => Promise.resolve({ argv, exitCode: 0, stdout: Buffer.from(stdout), stderr: Buffer.of() });
}

function failing(code: string, exitCode: number): Run {
  return (argv) => {
    const failure = { argv, cwd: '/', exitCode, signal: undefined, stdout: Buffer.of(), stderr: Buffer.of() };
    return Promise.reject(new CommandError(code, 'failed', failure, { details: ['no ticket'] }));
  };
}

describe('osh-cli', () => {
  test('a scan, and one compared with a base', () => {
    expect(oshArguments(SCAN)).toEqual([
      'osh-cli',
      'mock-build',
      '/x/a.src.rpm',
      '--config=fedora-rawhide-x86_64',
      '--nowait',
      '--json',
      '--comment=Submitted through Packit.',
    ]);
    const options = { csmockArgs: '-t x', analyzer: 'gcc', profile: 'p' };
    expect(oshArguments({ ...SCAN, ...options, base: { nvr: 'a-1-1.fc42' } }).slice(1, 7)).toEqual([
      'version-diff-build',
      '--srpm=/x/a.src.rpm',
      '--base-nvr=a-1-1.fc42',
      '--csmock-args=-t x',
      '--analyzer=gcc',
      '--profile=p',
    ]);
    expect(oshArguments({ ...SCAN, base: { srpm: '/b.src.rpm' } })[3]).toBe('--base-srpm=/b.src.rpm');
  });

  test('its answer', async () => {
    const url = 'https://openscanhub.example.org/task/7/';
    await expect(submitScan(answering(`warning\n{"id": 7, "url": "${url}"}\n`), '/', SCAN)).resolves.toEqual({
      id: 7,
      url,
    });
    for (const text of ['', '{"id": 7}', '{half']) {
      await expect(submitScan(answering(text), '/', SCAN)).rejects.toMatchObject({
        code: 'OSH_ANSWER',
        exitCode: EXIT.service,
      });
    }
  });

  test('its failures', async () => {
    await expect(submitScan(failing('COMMAND_NOT_FOUND', 127), '/', SCAN)).rejects.toMatchObject({
      code: 'OSH_MISSING',
    });
    await expect(submitScan(failing('COMMAND_FAILED', 2), '/', SCAN)).rejects.toMatchObject({
      code: 'OSH_USAGE',
      exitCode: EXIT.failure,
    });
    await expect(submitScan(failing('COMMAND_FAILED', 1), '/', SCAN)).rejects.toMatchObject({
      code: 'OSH_FAILED',
      exitCode: EXIT.service,
      details: ['no ticket'],
    });
  });
});
