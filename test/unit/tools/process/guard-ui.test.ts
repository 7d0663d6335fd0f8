import { describe, expect, test } from '@jest/globals';
import { createRedactor, guardUi } from '../../../../src/tools/process/index.ts';
import { silentUi } from '../../../../src/ui.ts';
import type { Ui } from '../../../../src/ui.ts';

function recorded(): { ui: Ui; lines: string[] } {
  const lines: string[] = [];
  const redactor = createRedactor();
  redactor.add('s3cret-token');
  const raw: Ui = {
    ...silentUi(),
    step: (title, work) => {
      lines.push(title);
      return work();
    },
    info: (message) => void lines.push(message),
    debug: (message) => void lines.push(message),
    warn: ({ message, hint }) => void lines.push(message, hint ?? ''),
    output: (chunk) => void lines.push(Buffer.from(chunk).toString('latin1')),
    board: () => ({
      update: (runs) => void lines.push(...runs.map(({ name, note }) => `${name}|${note ?? ''}`)),
      end() {},
    }),
    scoped: () => raw,
  };
  return { ui: guardUi(raw, redactor), lines };
}

const FOREIGN = 'version \u001b]0;owned\u0007\u001b[2J1.0\r\u202e s3cret-token https://u:p@h.example/';
const SHOWN = 'version \\x1b]0;owned\\x07\\x1b[2J1.0\\x0d\\u202e *** https://***@h.example/';

describe('what packit says', () => {
  test('holds no control character and no secret, whatever it quotes', async () => {
    const { ui, lines } = recorded();
    ui.info(FOREIGN);
    ui.debug(FOREIGN);
    ui.warn({ code: 'X', message: FOREIGN, hint: FOREIGN });
    await ui.step(FOREIGN, () => Promise.resolve());
    ui.scoped('f42').info(FOREIGN);
    ui.board().update([{ name: FOREIGN, state: 'failed', note: FOREIGN }]);
    expect(lines).toEqual([SHOWN, SHOWN, SHOWN, SHOWN, SHOWN, SHOWN, `${SHOWN}|${SHOWN}`]);
  });

  test('keeps line feeds and tabs', () => {
    const { ui, lines } = recorded();
    ui.info('one\n\ttwo');
    expect(lines).toEqual(['one\n\ttwo']);
  });

  test('output of children keeps its colours and bytes, without the secrets', () => {
    const { ui, lines } = recorded();
    ui.output(Buffer.from('\u001b[31mred\u001b[0m s3cret-token \u00fc', 'latin1'), 'stderr');
    expect(lines).toEqual(['\u001b[31mred\u001b[0m *** \u00fc']);
  });
});
