/** What a commit of a source-git repository says about its patch, in git trailers. */

export interface PatchMetadata {
  /** File name. */
  name: string | undefined;
  /** Number of the Patch tag. */
  id: number | undefined;
  /** Comment above the Patch tag, instead of the commit's message. */
  status: string | undefined;
  /** The spec names the patch already. */
  presentInSpec: boolean;
  /** There is to be no patch of this commit. */
  ignored: boolean;
  /** No `a/` and `b/` before file names. */
  noPrefix: boolean;
}

/** Reads `Patch-name`, `Patch-id`, `Patch-status`, `Patch-present-in-specfile`, `Ignore-patch`, `No-prefix`. */
export function parsePatchTrailers(trailers: string): PatchMetadata {
  const values = new Map<string, string>();
  let last: string | undefined;
  for (const line of trailers.split('\n')) {
    const match = /^([A-Za-z0-9-]+):\s?(.*)$/.exec(line);
    if (match?.[1] !== undefined) {
      last = match[1].toLowerCase();
      values.set(last, match[2]?.trim() ?? '');
    } else if (last !== undefined && /^\s/.test(line)) {
      const before = values.get(last) ?? '';
      // A block of YAML (`|`) keeps its lines.
      values.set(last, before === '' || before === '|' ? line.trim() : `${before}\n${line.trim()}`);
    }
  }
  const id = values.get('patch-id');
  return {
    name: unquoted(values.get('patch-name')),
    id: id !== undefined && /^\d+$/.test(id) ? Number(id) : undefined,
    status: unquoted(values.get('patch-status')),
    presentInSpec: isTrue(values.get('patch-present-in-specfile')),
    ignored: isTrue(values.get('ignore-patch')),
    noPrefix: isTrue(values.get('no-prefix')),
  };
}

function unquoted(value: string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  return value.replace(/^(["'])(.*)\1$/s, '$2');
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && /^(?:true|yes|on)$/i.test(value);
}
