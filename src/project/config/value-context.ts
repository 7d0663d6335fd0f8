/** What every conversion of a value needs, and how it tells what is wrong. */
import { joinPath } from './problems.ts';
import type { Problems } from './problems.ts';
import { didYouMean } from './suggest.ts';
import type { MappingNode, Reader, YamlNode } from './yaml/index.ts';

/** What a value could not be made of: the problem has been reported. */
export const INVALID: unique symbol = Symbol('invalid');
export type Converted<T = unknown> = T | typeof INVALID;

export interface ValueContext {
  readonly reader: Reader;
  readonly problems: Problems;
  /** `targets` and `dist_git_branches` may be one text: in jobs, not in packages. */
  readonly textIsList: boolean;
}

/** Reports that a value has the wrong type. */
export function wrongType(
  node: YamlNode,
  path: string,
  wanted: string,
  context: ValueContext,
  hint?: string,
): typeof INVALID {
  context.problems.error(
    'CONFIG_TYPE',
    `${lastKey(path)} must be ${wanted}, not ${describe(node, context)}`,
    { path, node, hint: hint ?? `Write ${wanted}.` },
  );
  return INVALID;
}

export function isNull(node: YamlNode, context: ValueContext): boolean {
  return node.kind === 'scalar' && context.reader.data(node) === null;
}

/** Reports every key that is not one of those allowed. */
export function knownKeys(
  node: MappingNode,
  allowed: readonly string[],
  path: string,
  context: ValueContext,
): boolean {
  let valid = true;
  for (const [name, entry] of context.reader.entries(node)) {
    if (typeof name === 'string' && allowed.includes(name)) continue;
    valid = false;
    context.problems.error('CONFIG_UNKNOWN_KEY', `Unknown key "${name}"`, {
      path: joinPath(path, String(name)),
      node: entry.key,
      hint: didYouMean(String(name), allowed) ?? 'Correct or remove it.',
    });
  }
  return valid;
}

export function badKey(key: YamlNode, path: string, context: ValueContext): void {
  const shown = key.kind === 'scalar' ? key.value : '';
  context.problems.error(
    'CONFIG_KEY_TYPE',
    `The key ${shown} must be a text, not ${describe(key, context)}`,
    {
      path,
      node: key,
      hint: `Put it into quotes: "${shown}".`,
    },
  );
}

/** What a value is, in words: `the number 5`, `a list`. */
export function describe(node: YamlNode, context: ValueContext): string {
  if (node.kind === 'sequence') return node.items.length === 0 ? 'an empty list' : 'a list';
  if (node.kind === 'mapping') return 'a mapping';
  const value = context.reader.data(node);
  if (value === null) return 'nothing';
  if (typeof value === 'number') return `the number ${node.value}`;
  if (typeof value === 'boolean') return `the truth value ${node.value}`;
  return `the text "${shortened(node.value)}"`;
}

export function shortened(text: string): string {
  const line = text.split('\n', 1)[0] ?? '';
  return line.length > 60 || line !== text ? `${line.slice(0, 57)}...` : line;
}

export function sourceOf(node: { value: string; style: string | undefined }): string {
  return node.style === '"' || node.style === "'" ? node.style + node.value + node.style : node.value;
}

export function lastKey(path: string): string {
  const key = path.slice(path.lastIndexOf('.') + 1);
  return key === '' ? 'The configuration' : key;
}
