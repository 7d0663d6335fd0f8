/**
 * Splitting a command line as Python's `shlex.split(text, comments=False, posix=True)` does, since that is
 * what configurations were written for. It is not quite a shell: nothing is expanded, `|`, `>` and `&&` are
 * ordinary words, a backslash outside quotes keeps even a newline, and inside double quotes it is only
 * special before `"` and `\`.
 */
import { PackitError } from '../../errors.ts';

const WHITESPACE = ' \t\r\n';

type State = 'between' | 'word' | 'single' | 'double' | 'escape' | 'escape-in-double';

/**
 * Splits one command into its words. Blank text has none.
 * @param what the command in an error's words
 * @throws PackitError `ACTION_COMMAND_INVALID` for a quotation that is not closed or a backslash at the end
 */
export function splitCommand(text: string, what = 'the command'): string[] {
  const words: string[] = [];
  let word = '';
  let quoted = false;
  let state: State = 'between';
  const end = (): void => {
    if (word !== '' || quoted) words.push(word);
    word = '';
    quoted = false;
    state = 'between';
  };

  for (const char of text) {
    switch (state) {
      case 'single':
        if (char === "'") state = 'word';
        else word += char;
        break;
      case 'double':
        if (char === '"') state = 'word';
        else if (char === '\\') state = 'escape-in-double';
        else word += char;
        break;
      case 'escape-in-double':
        word += char === '"' || char === '\\' ? char : `\\${char}`;
        state = 'double';
        break;
      case 'escape':
        word += char;
        state = 'word';
        break;
      case 'between':
      case 'word':
        if (WHITESPACE.includes(char)) end();
        else if (char === "'" || char === '"') {
          quoted = true;
          state = char === "'" ? 'single' : 'double';
        } else if (char === '\\') state = 'escape';
        else {
          word += char;
          state = 'word';
        }
        break;
    }
  }
  const problem = unfinished(state);
  if (problem !== undefined) throw invalid(text, what, problem);
  end();
  return words;
}

function unfinished(state: State): string | undefined {
  if (state === 'single' || state === 'double') return 'a quotation is not closed';
  if (state === 'escape' || state === 'escape-in-double') return 'it ends with a backslash';
  return undefined;
}

function invalid(text: string, what: string, problem: string): PackitError {
  return new PackitError('ACTION_COMMAND_INVALID', `Cannot split ${what} into words: ${problem}`, {
    details: [text],
    hint: 'Quote the command as for a shell, or write it as a list of arguments: [["program", "argument"]].',
  });
}
