/** Columns without lines, as `docker ps` and `kubectl get` print them. */
export async function plainTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<string> {
  const { default: Table } = await import('cli-table3');
  const table = new Table({ head: [...head], style: { head: [], border: [] }, chars: CHARACTERS });
  for (const row of rows) table.push([...row]);
  return (
    table
      .toString()
      .split('\n')
      // The blank in front of the first column; further lines of a cell stay where they are.
      .map((line) => line.replace(/^ /, '').trimEnd())
      .join('\n')
  );
}

const CHARACTERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};
