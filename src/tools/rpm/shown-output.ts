/** What of rpmbuild's output a person is shown. */
import type { RunOptions } from '../process/index.ts';

export type ShowOutput = NonNullable<RunOptions['onOutput']>;

/** Leaves the line out of a program's output that names the file it wrote. */
export function withoutPath(show: ShowOutput): {
  pass: ShowOutput;
  end(): void;
} {
  let line = '';
  const passLines = (text: string): void => {
    const kept = text.replace(/^Wrote: .*\n/gm, '');
    if (kept !== '') show(visible(kept), 'stdout');
  };
  return {
    pass(chunk, stream) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
      if (stream === 'stderr') return show(visible(bytes), stream);
      // A line may come in pieces, and a character as well: bytes are kept as they are.
      const text = line + bytes;
      const end = text.lastIndexOf('\n') + 1;
      line = text.slice(end);
      passLines(text.slice(0, end));
    },
    end: () => passLines(line === '' ? '' : `${line}\n`),
  };
}

/** rpm shows no colours and moves no cursor: what would is in the name of a file. */
function visible(bytes: string): Buffer {
  const text = bytes.replace(
    // oxlint-disable-next-line no-control-regex -- making them visible is the point
    /[\u0000-\u0008\u000b-\u001f\u007f]/g,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return Buffer.from(text, 'latin1');
}
