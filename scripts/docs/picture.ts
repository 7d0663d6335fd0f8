/** A terminal's screen as an SVG, with its colours, that is readable on light and dark pages. */
import type { Cell } from './terminal.ts';

const WIDTH_OF_CHAR = 8.43;
const LINE = 19;
const MARGIN = 16;
const BAR = 28;
const COLOURS = [
  ['#484f58', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#b1bac4'],
  ['#6e7681', '#ffa198', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#ffffff'],
].flat();

export function pictureOf(rows: readonly Cell[][], columns: number, title: string): string {
  const width = Math.ceil(columns * WIDTH_OF_CHAR) + 2 * MARGIN;
  const height = BAR + rows.length * LINE + MARGIN;
  const lines = rows.map(
    (cells, at) =>
      `<text xml:space="preserve" x="${MARGIN}" y="${BAR + (at + 1) * LINE - 5}">${runsOf(cells).map(span).join('')}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${escape(title)}</title>
<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#e6edf3;white-space:pre}.b{font-weight:bold}.d{opacity:.6}</style>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
<circle cx="18" cy="15" r="5" fill="#ff5f56"/><circle cx="36" cy="15" r="5" fill="#ffbd2e"/><circle cx="54" cy="15" r="5" fill="#27c93f"/>
${lines.join('\n')}
</svg>
`;
}

/** Cells of one look, joined. */
function runsOf(cells: readonly Cell[]): Cell[] {
  const runs: Cell[] = [];
  for (const cell of cells) {
    const last = runs.at(-1);
    const isSame =
      last !== undefined && last.bold === cell.bold && last.dim === cell.dim && last.colour === cell.colour;
    if (isSame) last.char += cell.char;
    else runs.push({ ...cell });
  }
  return runs;
}

function span({ char, bold, dim, colour }: Cell): string {
  const classes = [...(bold ? ['b'] : []), ...(dim ? ['d'] : [])].join(' ');
  const fill = colour === undefined ? '' : ` style="fill:${COLOURS[colour] ?? '#e6edf3'}"`;
  const style = classes === '' ? '' : ` class="${classes}"`;
  return `<tspan${style}${fill}>${escape(char)}</tspan>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
