/** Finds the recorded request that is most like the one that came, and shows where they part. */
import { diffArrays } from 'diff';

/** The key that shares most lines and words with `key`; undefined if none has anything in common with it. */
export function nearestKey(
  key: readonly string[],
  candidates: readonly (readonly string[])[],
): readonly string[] | undefined {
  const words = wordsOf(key);
  let best: readonly string[] | undefined;
  let most = 0;
  for (const candidate of candidates) {
    const others = wordsOf(candidate);
    const shared =
      [...words].filter((word) => others.has(word)).length / Math.max(words.size, others.size, 1);
    if (shared > most) [best, most] = [candidate, shared];
  }
  return best;
}

function wordsOf(key: readonly string[]): Set<string> {
  return new Set(key.flatMap((line) => line.split(/[\s/?=&]+/)).filter((word) => word !== ''));
}

/** The lines of both, marked with `-`, `+` or a blank. */
export function compareKeys(before: readonly string[], now: readonly string[]): string[] {
  return diffArrays([...before], [...now]).flatMap(({ value, added, removed }) =>
    value.map((line) => `${added ? '+' : removed ? '-' : ' '} ${line}`),
  );
}
