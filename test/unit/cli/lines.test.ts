import { describe, expect, test } from '@jest/globals';
import { describeTerminal } from '../../../src/cli/ui/describe-terminal.ts';
import { createLineUi } from '../../../src/cli/ui/lines.ts';

function capture(
  options: { quiet?: boolean; debug?: boolean; strict?: boolean; githubActions?: boolean } = {},
) {
  const chunks: string[] = [];
  const ui = createLineUi({
    stderr: { write: (chunk) => chunks.push(Buffer.from(chunk).toString()) },
    terminal: { interactive: false, colour: false, githubActions: options.githubActions ?? false },
    quiet: options.quiet ?? false,
    debug: options.debug ?? false,
    strict: options.strict ?? false,
  });
  return { ui, text: () => chunks.join('') };
}

describe('plain lines', () => {
  test('a step is one line, its output passes through', async () => {
    const { ui, text } = capture();
    await ui.step('Building', () => {
      ui.output(Buffer.from('raw \u001b[1mbytes\n'), 'stdout');
      return Promise.resolve();
    });
    expect(text()).toBe('Building\nraw \u001b[1mbytes\n');
  });

  test('groups on GitHub, outermost step only', async () => {
    const { ui, text } = capture({ githubActions: true });
    await ui.step('Outer', () => ui.step('Inner', () => Promise.resolve()));
    expect(text()).toBe('::group::Outer\nInner\n::endgroup::\n');
  });

  test('the group ends when the step fails', async () => {
    const { ui, text } = capture({ githubActions: true });
    await expect(ui.step('Outer', () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(text()).toBe('::group::Outer\n::endgroup::\n');
  });

  test('quiet keeps warnings', async () => {
    const { ui, text } = capture({ quiet: true });
    await ui.step('Building', () => Promise.resolve());
    ui.info('note');
    ui.output(Buffer.from('x\n'), 'stderr');
    ui.warn({ code: 'W', message: 'careful', hint: 'do this', location: { file: 'f', line: 2 } });
    expect(text()).toBe('warning: f:2: careful\n   hint: do this\n');
  });

  test('strict makes a warning an error', () => {
    const { ui } = capture({ strict: true });
    expect(() => ui.warn({ code: 'W', message: 'careful' })).toThrow('careful');
  });

  test('scoped lines carry their prefix, every line of a chunk', () => {
    const { ui, text } = capture();
    const scoped = ui.scoped('f42');
    scoped.info('hello');
    scoped.output(Buffer.from('a\nb\n'), 'stdout');
    expect(text()).toBe('[f42] hello\n[f42] a\n[f42] b\n');
  });
});

describe('describeTerminal', () => {
  const tty = { isTTY: true };
  test.each([
    ['a terminal', {}, tty, { interactive: true, colour: true }],
    ['a pipe', {}, {}, { interactive: false, colour: false }],
    ['CI with a terminal', { CI: 'true' }, tty, { interactive: false, colour: false }],
    ['CI=false', { CI: 'false' }, tty, { interactive: true, colour: true }],
    ['NO_COLOR', { NO_COLOR: '1' }, tty, { interactive: true, colour: false }],
    ['an empty NO_COLOR does not count', { NO_COLOR: '' }, tty, { interactive: true, colour: true }],
    ['FORCE_COLOR in a pipe', { FORCE_COLOR: '1' }, {}, { interactive: false, colour: true }],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, tty, { interactive: true, colour: false }],
    ['TERM=dumb', { TERM: 'dumb' }, tty, { interactive: false, colour: false }],
  ])('%s', (_name, env, stream, expected) => {
    expect(describeTerminal(env, stream, { stdin: stream })).toMatchObject(expected);
  });
});
