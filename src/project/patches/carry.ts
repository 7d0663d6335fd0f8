/** Lines that one version of a file has beyond a common base are put where they belong in another version. Pure. */

/** Lines `[at, at + removed)` of the old text became lines `[to, to + added)` of the new one; all count from 0. */
export interface Hunk {
  at: number;
  removed: number;
  to: number;
  added: number;
}

/** Parses the hunk headers of `git diff --unified=0`. */
export function parseHunks(diff: string): Hunk[] {
  const hunks: Hunk[] = [];
  for (const match of diff.matchAll(/^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gm)) {
    const [removed, added] = [Number(match[2] ?? 1), Number(match[4] ?? 1)];
    // Of no lines git names the one before.
    const at = Number(match[1]) - (removed === 0 ? 0 : 1);
    const to = Number(match[3]) - (added === 0 ? 0 : 1);
    hunks.push({ at, removed, to, added });
  }
  return hunks;
}

/**
 * `theirs` with the lines `ours` has beyond the base, each run of them between the same neighbours as before, as far as those are
 * still there.
 * @param toOurs what leads from the base to `ours`
 * @param toTheirs what leads from the base to `theirs`
 * @returns undefined if `ours` lacks lines of the base
 */
export function carryLines(
  ours: readonly string[],
  theirs: readonly string[],
  hunks: { toOurs: readonly Hunk[]; toTheirs: readonly Hunk[] },
): string[] | undefined {
  if (hunks.toOurs.some(({ removed }) => removed > 0)) return undefined;
  const result: string[] = [];
  let done = 0;
  for (const { at, to, added } of hunks.toOurs) {
    const place = Math.max(done, placeIn(at, hunks.toTheirs));
    result.push(...theirs.slice(done, place), ...ours.slice(to, to + added));
    done = place;
  }
  return [...result, ...theirs.slice(done)];
}

/** Where in the new text the gap before line `line` of the old one is. */
function placeIn(line: number, hunks: readonly Hunk[]): number {
  let shift = 0;
  for (const { at, removed, to, added } of hunks) {
    if (line < at || (line === at && removed > 0)) break;
    // What was put into the very gap comes first: a new Source stands before the patches.
    if (line < at + removed) return removed === added ? to + line - at : to + added;
    shift = to + added - (at + removed);
  }
  return line + shift;
}
