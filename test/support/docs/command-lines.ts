/** Finds the calls of packit in what a shell reads. No shell: enough of its grammar for examples in documentation. */

type Token = { word: string } | { operator: string };

const OPERATOR = /^(?:\|\||&&|;;|\|&?|;|&(?!>)|\(|\)|\n)/;
const REDIRECTION = /^(?:\d?>>?(?:&\d)?|<<?-?|&>)/;

/** Programs that run what follows in their arguments. */
const CARRIERS = new Set(['npx', 'podman', 'docker', 'exec', 'time', 'env']);

/** The arguments of each `packit ...` in a script. */
export function packitCalls(script: string): string[][] {
  const calls: string[][] = [];
  let words: string[] = [];
  for (const token of [...tokens(script), { operator: '\n' }]) {
    if ('word' in token) {
      words.push(token.word);
      continue;
    }
    const call = callIn(words);
    if (call !== undefined) calls.push(call);
    words = [];
  }
  return calls;
}

function callIn(words: readonly string[]): string[] | undefined {
  const [program, ...rest] = words.slice(words.findIndex((word) => !/^\w+=/.test(word)));
  if (program === 'packit') return rest;
  if (program === 'node' && rest[0] === 'bin/packit.js') return rest.slice(1);
  const at = CARRIERS.has(program ?? '') ? rest.indexOf('packit') : -1;
  return at < 0 ? undefined : rest.slice(at + 1);
}

function tokens(script: string): Token[] {
  const found: Token[] = [];
  let rest = script.replaceAll('\\\n', '');
  let skipWord = false;
  while (rest !== '') {
    const blank = /^(?:[ \t]+|#[^\n]*)/.exec(rest)?.[0];
    if (blank !== undefined) {
      rest = rest.slice(blank.length);
      continue;
    }
    const redirection = REDIRECTION.exec(rest)?.[0];
    if (redirection !== undefined && !rest.startsWith('<(')) {
      // A document that follows is no command.
      if (redirection.startsWith('<<')) return [...found, { operator: '\n' }];
      skipWord = !redirection.includes('&');
      rest = rest.slice(redirection.length);
      continue;
    }
    const operator = rest.startsWith('<(') ? '<(' : OPERATOR.exec(rest)?.[0];
    if (operator !== undefined) {
      found.push({ operator });
      rest = rest.slice(operator.length);
      continue;
    }
    const [word, length] = wordAt(rest);
    if (!skipWord) found.push({ word });
    skipWord = false;
    rest = rest.slice(length);
  }
  return found;
}

const PIECE = /^(?:'([^']*)'|"((?:[^"\\]|\\.)*)"|(\$\([^)]*\))|\\(.)|([^\s'"|&;()<>\\]))/;

function wordAt(text: string): [word: string, length: number] {
  let word = '';
  let at = 0;
  for (;;) {
    const piece = PIECE.exec(text.slice(at));
    if (piece === null) break;
    const [all, single, double, substitution, escaped, plain] = piece;
    word += single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? substitution ?? escaped ?? plain ?? '';
    at += all.length;
  }
  if (at === 0) throw new Error(`not understood: ${text.slice(0, 40)}`);
  return [word, at];
}
