import { pythonRegex } from './python-regex.ts';

/** `git log` arguments whose output is the text of a changelog entry: one `- subject (author)` per commit. */
export function changelogLogArguments(after: string | undefined, until = 'HEAD'): string[] {
  const range = after === undefined ? until : `${after}..${until}`;
  return ['log', '--no-merges', '--pretty=format:- %s (%an)', range, '--'];
}

const MACRO_START = pythonRegex('%(?=\\w|[{[(])', { anchor: 'none' });
const EVERY_MACRO_START = new RegExp(MACRO_START.source, 'gv');

/**
 * Makes any text safe inside `%changelog`: a `%` that rpm would expand is doubled (one already
 * doubled stays), a `*` at the start of a line, which would begin a new entry, is indented.
 */
export function escapeChangelogText(text: string): string {
  return text
    .split('%%')
    .map((part) => part.replace(EVERY_MACRO_START, '%%'))
    .join('%%')
    .replace(/^\*/gm, ' *');
}
