/** What a commit of a source-git repository says about its patch: in git trailers, or in the older YAML at the end of its message. */
import { parseDocument } from 'yaml';

export interface PatchMetadata {
  /** File name. Commits that follow each other and have the same one share the file. */
  name: string | undefined;
  /** Number of the Patch tag, digits as they are written: `12`, or whatever else stands there. */
  id: string | undefined;
  /** Comment above the Patch tag, instead of one made from the commit. */
  status: string | undefined;
  /** The spec names the patch already. */
  presentInSpec: boolean;
  /** There is to be no patch of this commit. */
  ignored: boolean;
  /** No `a/` and `b/` before file names. */
  noPrefix: boolean;
  /** Last commit of a file, in the old form only. */
  endsFile: boolean;
  /** The commit says anything at all. */
  defined: boolean;
}

/**
 * Reads `Patch-name`, `Patch-id`, `Patch-status`, `Patch-present-in-specfile`, `Ignore-patch` and `No-prefix`. Their values are YAML,
 * a block scalar (`|`) holds several lines.
 * @param trailers the trailer lines of a message, not unfolded
 */
export function parsePatchTrailers(trailers: string): PatchMetadata {
  const values = new Map<string, unknown>();
  for (const trailer of trailers.split(/^(?=[^\s:]+:)/m)) {
    const match = /^([^\s:]+):[ \t]?(.*)$/s.exec(trailer);
    const key = match?.[1]?.toLowerCase();
    if (key !== undefined && TRAILERS.has(key)) values.set(key, valueOf(match?.[2] ?? ''));
  }
  return {
    name: textOf(values.get('patch-name')),
    id: textOf(values.get('patch-id')),
    status: textOf(values.get('patch-status')),
    presentInSpec: isTrue(values.get('patch-present-in-specfile')),
    ignored: isTrue(values.get('ignore-patch')),
    noPrefix: isTrue(values.get('no-prefix')),
    endsFile: false,
    defined: values.size > 0,
  };
}

const TRAILERS = new Set([
  'patch-name',
  'patch-id',
  'patch-status',
  'patch-present-in-specfile',
  'ignore-patch',
  'no-prefix',
]);

/** The old form: the longest tail of the message that is a YAML mapping. Whether the commits of a range use it: `hasOldMetadata`. */
export function parseOldMetadata(message: string): PatchMetadata {
  const values = yamlTail(message);
  return {
    name: textOf(values?.get('patch_name')),
    id: textOf(values?.get('patch_id')),
    status: textOf(values?.get('description')),
    presentInSpec: isTrue(values?.get('present_in_specfile')),
    ignored: isTrue(values?.get('ignore')),
    noPrefix: isTrue(values?.get('no_prefix')),
    endsFile: isTrue(values?.get('squash_commits')),
    defined: values !== undefined && values.size > 0,
  };
}

/** True if a message may hold metadata of the old form: most need not be read as YAML, line by line. */
export function hasOldMetadata(message: string): boolean {
  return /^['"{ ]*(?:patch_name|patch_id|description|present_in_specfile|ignore|no_prefix|squash_commits)['"]? *:/m.test(
    message,
  );
}

function yamlTail(message: string): Map<string, unknown> | undefined {
  const lines = message.split('\n');
  for (let start = 0; start < lines.length; start++) {
    // A mapping begins with a key; what cannot be one need not be parsed.
    const first = lines.slice(start).find((line) => line.trim() !== '' && !/^\s*(?:#|---)/.test(line));
    if (first === undefined) return undefined;
    if (!/:(?:\s|$)|^\s*[{?]/.test(first)) continue;
    const value = parseYaml(lines.slice(start).join('\n'));
    if (value instanceof Map) return new Map([...value].map(([key, entry]) => [String(key), entry]));
  }
  return undefined;
}

function parseYaml(text: string): unknown {
  const document = parseDocument(text, { version: '1.1', uniqueKeys: false, logLevel: 'silent' });
  if (document.errors.length > 0) return undefined;
  try {
    return document.toJS({ mapAsMap: true, maxAliasCount: 100 });
  } catch {
    return undefined;
  }
}

/** A trailer's value; text that is no YAML (`Patch-status: fixes: all`) is what it is. Numbers keep their digits. */
function valueOf(text: string): unknown {
  const plain = text.trim();
  if (/^\d+$/.test(plain)) return plain;
  const value = parseYaml(`value: ${text}`);
  const inner: unknown = value instanceof Map ? value.get('value') : undefined;
  return inner === undefined || (typeof inner === 'object' && inner !== null) ? plain : inner;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return undefined;
  const text = value.replace(/^\s*\n|\s+$/g, '');
  return text === '' ? undefined : text;
}

function isTrue(value: unknown): boolean {
  if (typeof value === 'string') return /^(?:true|yes|on|y|1)$/i.test(value);
  return value === true || (typeof value === 'number' && value !== 0);
}
