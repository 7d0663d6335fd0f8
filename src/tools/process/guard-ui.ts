import type { Run } from '../../run-state.ts';
import { printable, printableOutput } from '../../ui.ts';
import type { Board, Progress, Ui, Warning } from '../../ui.ts';
import type { Redactor } from './redact.ts';

/**
 * A user interface that shows no secret, and in packit's own lines no control character: they quote names, versions
 * and answers of services. What children print keeps its colours, and loses whatever else a terminal would act on.
 */
export function guardUi(ui: Ui, redactor: Redactor): Ui {
  const clean = (text: string): string => printable(redactor.text(text));
  const outputs = { stdout: cleanOutput(redactor), stderr: cleanOutput(redactor) };
  const guarded: Ui = {
    step: (title, work) => ui.step(clean(title), work),
    info: (message) => ui.info(clean(message)),
    warn: (warning) => ui.warn(cleanWarning(warning, clean)),
    debug: ui.debugs === false ? () => undefined : (message) => ui.debug(clean(message)),
    ...(ui.debugs === undefined ? {} : { debugs: ui.debugs }),
    output(chunk, stream) {
      const shown = outputs[stream](chunk);
      if (shown.length > 0) ui.output(shown, stream);
    },
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

/** The beginning of something that goes on in the next chunk: an escape sequence, a character of several bytes. */
const UNFINISHED =
  // oxlint-disable-next-line no-control-regex -- it is about control characters
  /(?:\u001b(?:\[[0-9;:]*)?|[\u00c2-\u00df]|[\u00e0-\u00ef][\u0080-\u00bf]?|[\u00f0-\u00f4][\u0080-\u00bf]{0,2})$/;
/** Longer ones are none. */
const LONGEST_SEQUENCE = 64;

/** Cleans a stream chunk by chunk. Bytes in which there is nothing to hide stay the very same bytes, UTF-8 or not. */
function cleanOutput(redactor: Redactor): (chunk: Uint8Array) => Uint8Array {
  let held = '';
  return (chunk) => {
    const text = held + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
    const start = UNFINISHED.exec(text)?.index ?? text.length;
    held = text.length - start > LONGEST_SEQUENCE ? '' : text.slice(start);
    const complete = text.slice(0, text.length - held.length);
    return Buffer.from(printableBytes(redactor.text(complete)), 'latin1');
  };
}

/** `printableOutput` of UTF-8 that is looked at as bytes: only what is a control character as UTF-8 is taken for one. */
function printableBytes(text: string): string {
  return text.replace(
    // oxlint-disable-next-line no-control-regex -- making them visible is the point
    /\u001b\[[0-9;:]*[mK]|[\u0000-\u0008\u000b-\u001f\u007f]|\u00c2[\u0080-\u009f]|\u00e2\u0080[\u00aa-\u00ae]|\u00e2\u0081[\u00a6-\u00a9]/g,
    (bytes) => printableOutput(Buffer.from(bytes, 'latin1').toString()),
  );
}
