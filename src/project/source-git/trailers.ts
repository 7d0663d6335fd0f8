/** Trailers of commit messages. Messages and values are bytes: they may be in any encoding. */
import { Buffer } from 'node:buffer';
import type { Git } from '../../tools/git/index.ts';

/** In source-git: the dist-git commit (full hash) that a commit was made from. */
export const FROM_DIST_GIT = 'From-dist-git-commit';
/** In dist-git: the source-git commit (full hash) that a commit was made from. */
export const FROM_SOURCE_GIT = 'From-source-git-commit';

export interface Trailer {
  token: string;
  /** Text, or bytes. Lines after the first must begin with a blank. */
  value: string | Buffer;
}

/**
 * The message with the trailers at its end; one that is there already is replaced, as `git interpret-trailers --if-exists replace`
 * does it, which tells what of the message is trailers. Everything else stays as it is, to the byte.
 */
export async function withTrailers(git: Git, message: Buffer, trailers: readonly Trailer[]): Promise<Buffer> {
  // Arguments are text: the values take their places afterwards.
  const places = trailers.map((_trailer, index) => `packit-trailer-${index}-value`);
  const { stdout } = await git.exec(
    [
      '-c',
      'trailer.separators=:',
      'interpret-trailers',
      // A line of hyphens in a message is not where a patch begins.
      '--no-divider',
      '--where=end',
      '--if-exists=replace',
      '--if-missing=add',
      ...trailers.flatMap(({ token }, index) => ['--trailer', `${token}: ${places[index]}`]),
    ],
    { input: message },
  );
  let text = stdout.toString('latin1');
  for (const [index, { value }] of trailers.entries()) {
    text = text.replace(places[index] ?? '', () => Buffer.from(value).toString('latin1'));
  }
  return Buffer.from(text, 'latin1');
}

/** What the last line `TOKEN: value` of a message says, wherever it stands: a squashed commit has the messages of several in it. */
export function trailerValue(message: Buffer, token: string): string | undefined {
  const lines = message.toString('latin1').split(/\r?\n/);
  return lines
    .findLast((line) => line.startsWith(`${token}: `))
    ?.slice(token.length + 2)
    .trim();
}
