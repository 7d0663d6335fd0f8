import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { CommandError, InterruptedError } from '../../../../src/errors.ts';
import { createRun } from '../../../../src/tools/process/index.ts';
import { tempDir } from '../../../support/temp.ts';

const PATH = process.env.PATH ?? '';
const cwd = tempDir();

async function failureOf(promise: Promise<unknown>): Promise<CommandError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
  throw new Error('expected a CommandError');
}

describe('run', () => {
  test('captures bytes as they are, invalid UTF-8 and NUL included', async () => {
    const run = createRun({ env: { PATH } });
    const { stdout } = await run(['printf', '\\377\\000a\\r\\n'], { cwd });
    expect([...stdout]).toEqual([0xff, 0x00, 0x61, 0x0d, 0x0a]);
  });

  test('gives the child exactly the environment of the context plus the changes', async () => {
    const run = createRun({ env: { PATH, KEPT: '1', DROPPED: '1' } });
    const { stdout } = await run(['env'], { cwd, env: { DROPPED: undefined, ADDED: 'a b' } });
    const names = stdout
      .toString()
      .split('\n')
      .filter((line) => /^(KEPT|DROPPED|ADDED|HOME)=/.test(line));
    expect(names.sort()).toEqual(['ADDED=a b', 'KEPT=1']);
    expect(process.env.ADDED).toBeUndefined();
  });

  test('a failure tells the command, the exit code and the last lines without control characters', async () => {
    const run = createRun({ env: { PATH } });
    const error = await failureOf(run(['sh', '-c', 'printf "\\033[31mred\\033[0m\\n" >&2; exit 3'], { cwd }));
    expect(error.code).toBe('COMMAND_FAILED');
    expect(error.failure.exitCode).toBe(3);
    expect(error.details).toEqual(['red']);
  });

  test('exit codes can be declared harmless', async () => {
    const run = createRun({ env: { PATH } });
    const { exitCode } = await run(['sh', '-c', 'exit 1'], { cwd, okExitCodes: [0, 1] });
    expect(exitCode).toBe(1);
  });

  test('a program that is not there', async () => {
    const run = createRun({ env: { PATH } });
    const error = await failureOf(run(['no-such-program-here'], { cwd }));
    expect(error.code).toBe('COMMAND_NOT_FOUND');
  });

  test('a directory that is not there is not taken for a missing program', async () => {
    const run = createRun({ env: { PATH } });
    await expect(run(['true'], { cwd: join(cwd, 'gone') })).rejects.toMatchObject({
      code: 'DIRECTORY_MISSING',
    });
  });

  test('a child that dies of a signal', async () => {
    const run = createRun({ env: { PATH } });
    const error = await failureOf(run(['sh', '-c', 'kill -SEGV $$'], { cwd }));
    expect(error.code).toBe('COMMAND_KILLED');
    expect(error.message).toContain('SIGSEGV');
  });

  test('a time-out ends grandchildren too', async () => {
    const run = createRun({ env: { PATH } });
    const late = join(cwd, 'late');
    const error = await failureOf(run(['sh', '-c', '(sleep 1; touch late) & wait'], { cwd, timeout: 150 }));
    expect(error.code).toBe('COMMAND_TIMEOUT');
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(existsSync(late)).toBe(false);
  });

  test('abort ends the child and is reported as an interruption', async () => {
    const controller = new AbortController();
    const run = createRun({ env: { PATH }, signal: controller.signal });
    const pending = run(['sleep', '20'], { cwd });
    setTimeout(() => controller.abort(new InterruptedError('SIGTERM')), 100);
    await expect(pending).rejects.toThrow('Interrupted by SIGTERM');
    await expect(run(['true'], { cwd })).rejects.toBeInstanceOf(InterruptedError);
  });

  test('live output arrives in order, per stream', async () => {
    const seen: string[] = [];
    const run = createRun({
      env: { PATH },
      onOutput: (chunk, stream) => seen.push(`${stream}:${Buffer.from(chunk).toString()}`),
    });
    await run(['sh', '-c', 'echo one; sleep 0.1; echo two >&2'], { cwd, live: true });
    expect(seen).toEqual(['stdout:one\n', 'stderr:two\n']);
    await run(['echo', 'quiet'], { cwd });
    expect(seen).toHaveLength(2);
  });

  test('live output ends with a whole line, what is captured stays as it was', async () => {
    const seen: string[] = [];
    const run = createRun({ env: { PATH }, onOutput: (chunk) => seen.push(Buffer.from(chunk).toString()) });
    const { stdout } = await run(['printf', '1.2'], { cwd, live: true });
    expect(seen.join('')).toBe('1.2\n');
    expect(stdout.toString()).toBe('1.2');
  });

  test('stdin is empty unless given', async () => {
    const run = createRun({ env: { PATH } });
    expect((await run(['cat'], { cwd })).stdout.toString()).toBe('');
    expect((await run(['cat'], { cwd, input: 'abc' })).stdout.toString()).toBe('abc');
  });

  test('stdout can go to a file', async () => {
    const run = createRun({ env: { PATH } });
    const file = join(cwd, 'a file');
    await run(['printf', 'abc'], { cwd, stdoutFile: file });
    expect(readFileSync(file, 'utf8')).toBe('abc');
  });
});
