/** How runs elsewhere are shown while they are waited for: rows for a terminal, lines for a log. */
import { durationText, isFinal } from '../../run-state.ts';
import type { Run } from '../../run-state.ts';
import type { Board } from '../../ui.ts';

/** A line for each change of a state, for logs and pipes. */
export function changeLines(write: (line: string) => void): Board {
  const seen = new Map<string, string>();
  return {
    update(runs) {
      for (const run of runs) {
        const said = `${run.state} ${run.note ?? ''}`;
        if (seen.get(run.name) === said) continue;
        seen.set(run.name, said);
        const after =
          isFinal(run.state) && run.seconds !== undefined ? ` after ${durationText(run.seconds)}` : '';
        write(`${run.name}: ${run.state}${after}${run.note === undefined ? '' : ` (${run.note})`}`);
      }
    },
    end() {},
  };
}

/**
 * The rows of a terminal, at most `height`: what is still under way comes first where not all fit, and the rest is counted.
 * @param now milliseconds since 1970
 * @param paint colours a state's word
 */
export function boardRows(
  runs: readonly Run[],
  { now, height, paint }: { now: number; height: number; paint: (text: string, run: Run) => string },
): string[] {
  const fits = runs.length <= height;
  const chosen = fits
    ? runs
    : runs.toSorted((a, b) => Number(isFinal(a.state)) - Number(isFinal(b.state))).slice(0, height - 1);
  const width = Math.max(0, ...chosen.map(({ name }) => name.length));
  const rows = chosen.map((run) => {
    const time = elapsed(run, now);
    const note = run.note === undefined ? '' : `  ${run.note}`;
    return `${run.name.padEnd(width)}  ${paint(run.state.padEnd(9), run)}${time === undefined ? '' : `  ${durationText(time)}`}${note}`.trimEnd();
  });
  return fits ? rows : [...rows, `... and ${runs.length - chosen.length} more`];
}

function elapsed({ state, since, seconds }: Run, now: number): number | undefined {
  if (isFinal(state)) return seconds;
  const start = since === undefined ? Number.NaN : Date.parse(since);
  return Number.isNaN(start) ? undefined : (now - start) / 1000;
}
