import type { Run } from '../../run-state.ts';
import { printable } from '../../ui.ts';
import type { Board, Progress, Ui, Warning } from '../../ui.ts';
import type { Redactor } from './redact.ts';

/**
 * A user interface that shows no secret, and in packit's own lines no control character: they quote names, versions
 * and answers of services. What children print keeps its colours.
 */
export function guardUi(ui: Ui, redactor: Redactor): Ui {
  const clean = (text: string): string => printable(redactor.text(text));
  const guarded: Ui = {
    step: (title, work) => ui.step(clean(title), work),
    info: (message) => ui.info(clean(message)),
    warn: (warning) => ui.warn(cleanWarning(warning, clean)),
    debug: (message) => ui.debug(clean(message)),
    output: (chunk, stream) => ui.output(redactBytes(chunk, redactor), stream),
    progress: (label, total): Progress => ui.progress(clean(label), total),
    board: () => cleanBoard(ui.board(), clean),
    scoped: (prefix) => guardUi(ui.scoped(clean(prefix)), redactor),
    interactive: ui.interactive,
    ask: (question, fallback) => ui.ask(clean(question), fallback),
    confirm: (question, fallback) => ui.confirm(clean(question), fallback),
  };
  return guarded;
}

function cleanBoard(board: Board, clean: (text: string) => string): Board {
  const cleanRun = (run: Run): Run => ({
    ...run,
    name: clean(run.name),
    ...(run.note === undefined ? {} : { note: clean(run.note) }),
  });
  return { update: (runs) => board.update(runs.map(cleanRun)), end: () => board.end() };
}

function cleanWarning(warning: Warning, clean: (text: string) => string): Warning {
  const { message, hint, location } = warning;
  return {
    ...warning,
    message: clean(message),
    ...(hint === undefined ? {} : { hint: clean(hint) }),
    ...(location === undefined ? {} : { location: { ...location, file: clean(location.file) } }),
  };
}

/** Bytes that hold no secret stay the very same bytes. */
function redactBytes(chunk: Uint8Array, redactor: Redactor): Uint8Array {
  const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
  const clean = redactor.text(text);
  return clean === text ? chunk : Buffer.from(clean, 'latin1');
}
