/** What `prerelease_suffix_pattern` is if the configuration says nothing. Source: the reference's default. */
export const PRERELEASE_SUFFIX_PATTERN = '([.\\-_~^]?)(alpha|beta|rc|pre(view)?)([.\\-_]?\\d+)?';

/** What the default pattern finds has one of these words; to look for them costs nothing, its own matching needs a time limit. */
const WORDS = /alpha|beta|rc|pre/i;

/** True if the pattern finds nothing in a version, as far as that can be told without matching it. */
export function findsNothing(pattern: string, version: string): boolean {
  return pattern === PRERELEASE_SUFFIX_PATTERN && !WORDS.test(version);
}
