/** What a terminal shows of the bytes a program wrote: enough of one for packit's own output. */
export interface Cell {
  char: string;
  bold: boolean;
  dim: boolean;
  /** 0 to 15 as SGR counts them, bright ones from 8. Undefined: the usual one. */
  colour: number | undefined;
}

type Style = Omit<Cell, 'char'>;

const PLAIN: Style = { bold: false, dim: false, colour: undefined };
// oxlint-disable-next-line no-control-regex -- sequences are what this is about
const TOKEN = /\u001b\[([?\d;]*)([A-Za-z])|\u001b[^[]|[\r\n\t]|[^\u0000-\u001f\u001b]/gu;

/** The lines as they stand when the program has ended; longer ones go on in the next line. */
export function screenOf(output: string, columns: number): Cell[][] {
  const rows: Cell[][] = [[]];
  let [row, column] = [0, 0];
  let style = PLAIN;
  const rowAt = (at: number): Cell[] => {
    while (rows.length <= at) rows.push([]);
    return rows[at] ?? [];
  };
  for (const [token, parameters = '', final] of output.matchAll(TOKEN)) {
    const count = Number(parameters) || 1;
    if (final === 'm') style = parameters.split(';').reduce(styled, style);
    else if (final === 'K') rowAt(row).splice(parameters === '2' ? 0 : column);
    else if (final === 'G') column = count - 1;
    else if (final === 'A') row = Math.max(0, row - count);
    else if (final === 'B') row += count;
    else if (token === '\r') column = 0;
    else if (token === '\n') [row, column] = [row + 1, 0];
    else if (token === '\t') column += 8 - (column % 8);
    else if (!token.startsWith('\u001b')) {
      if (column >= columns) [row, column] = [row + 1, 0];
      const cells = rowAt(row);
      while (cells.length < column) cells.push({ char: ' ', ...PLAIN });
      cells[column] = { char: token, ...style };
      column += 1;
    }
  }
  while (rows.length > 0 && rows.at(-1)?.every(({ char }) => char === ' ') === true) rows.pop();
  return rows;
}

function styled(style: Style, code: string): Style {
  const number = Number(code);
  if (number === 0) return PLAIN;
  if (number === 1) return { ...style, bold: true };
  if (number === 2) return { ...style, dim: true };
  if (number === 22) return { ...style, bold: false, dim: false };
  if (number === 39) return { ...style, colour: undefined };
  if (number >= 30 && number <= 37) return { ...style, colour: number - 30 };
  if (number >= 90 && number <= 97) return { ...style, colour: number - 90 + 8 };
  return style;
}

export function plainText(rows: readonly Cell[][]): string {
  return rows
    .map((cells) =>
      cells
        .map(({ char }) => char)
        .join('')
        .trimEnd(),
    )
    .join('\n');
}
