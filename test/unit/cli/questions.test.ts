import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import type { Ui } from '../../../src/ui.ts';
import { createTerminalUi } from '../../../src/cli/ui/terminal.ts';

/** A user interface whose keyboard is a stream. */
function terminal(): { ui: Ui; stdin: PassThrough } {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin });
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  stderr.resume();
  const ui = createTerminalUi({
    stdin: stdin as unknown as NodeJS.ReadStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    terminal: { interactive: true, colour: false, githubActions: false },
    debug: false,
    strict: false,
  });
  return { ui, stdin };
}

test('an answer, and Return for the default', async () => {
  const { ui, stdin } = terminal();
  const given = ui.ask('Name', 'hello');
  stdin.write('other\r');
  expect(await given).toBe('other');
  const left = ui.ask('Name', 'hello');
  stdin.write('\r');
  expect(await left).toBe('hello');
});

test.each([
  ['Ctrl-C', '\u0003', 'Interrupted by SIGINT'],
  ['Ctrl-D', '\u0004', 'Interrupted by the end of the input'],
])('%s at a question interrupts the run', async (_key, code, message) => {
  const { ui, stdin } = terminal();
  const asked = ui.ask('Name', 'hello');
  stdin.write(code);
  await expect(asked).rejects.toMatchObject({ code: 'INTERRUPTED', message, exitCode: 1 });
});
