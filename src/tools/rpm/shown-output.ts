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
    if (kept !== '') show(Buffer.from(kept, 'latin1'), 'stdout');
  };
  return {
    pass(chunk, stream) {
      if (stream === 'stderr') return show(chunk, stream);
      // A line may come in pieces, and a character as well: bytes are kept as they are.
      const text = line + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
      const end = text.lastIndexOf('\n') + 1;
      line = text.slice(end);
      passLines(text.slice(0, end));
    },
    end: () => passLines(line === '' ? '' : `${line}\n`),
  };
}
